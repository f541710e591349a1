import Foundation
import TaskProtocol
import TaskProtocolTesting

/// Where the texts are that a plugin is checked with.
struct PluginFixtures {
  let environment: ToolEnvironment

  /// The texts of a folder, or of the plugin's own in the source tree.
  ///
  /// A plugin's own stand in `Plugins/<Name>/Fixtures`, and where a setting changes its language in
  /// the subfolder of the setting's value.
  ///
  /// - Parameters:
  ///   - option: A folder with `accept.txt` and `reject.txt`; `nil` looks for the plugin's own beside
  ///     the executable and in the folders above it.
  ///   - task: The plugin's name.
  ///   - settings: What the plugin was configured with.
  /// - Returns: The texts.
  /// - Throws: ``ToolError`` when there are none.
  func texts(
    option: String?,
    task: String,
    settings: [TaskSetting]
  ) throws(ToolError) -> ConformanceFixtures {
    guard let folder = option ?? own(task: task, settings: settings) else {
      throw ToolError(
        "no fixtures of '\(task)' were found near \(environment.executablePath); name a folder with "
          + "accept.txt and reject.txt with --fixtures",
        exit: .unreadable
      )
    }
    do {
      return try ConformanceFixtures(directory: folder)
    } catch {
      throw ToolError(
        "\(folder): cannot be read: \(ToolEnvironment.reason(of: error)); expected accept.txt and "
          + "reject.txt with a text a line",
        exit: .unreadable
      )
    }
  }

  private func own(task: String, settings: [TaskSetting]) -> String? {
    var folder = URL(filePath: environment.executablePath).resolvingSymlinksInPath()
    let name = task.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      let fixtures = folder.appending(path: "Plugins/\(name)/Fixtures")
      let candidates = settings.map { fixtures.appending(path: $0.value) } + [fixtures]
      for candidate in candidates {
        let file = candidate.appending(path: "accept.txt").path(percentEncoded: false)
        if FileManager.default.fileExists(atPath: file) {
          return candidate.path(percentEncoded: false)
        }
      }
    }
    return nil
  }
}
