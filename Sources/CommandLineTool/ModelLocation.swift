import Foundation

/// Where the checkpoint is: named by the user, or the one that comes with the tool.
struct ModelLocation {
  /// The folder's name under `Models` in the source tree and under `share/copyist` when installed.
  static let embeddedName = "copyist-small"

  let environment: ToolEnvironment

  /// The folder of the checkpoint to load.
  ///
  /// - Parameters:
  ///   - option: The folder that the user named; `nil` looks at `COPYIST_MODEL`, then beside the
  ///     executable and in the folders above it.
  ///   - source: Where it was named, for the error.
  /// - Returns: A folder that holds a `config.json`.
  /// - Throws: ``ToolError`` when the folder is not there.
  func directory(option: String?, from source: String = "--model") throws(ToolError) -> String {
    if let option {
      return try checked(option, from: source)
    }
    if let variable = environment.variables["COPYIST_MODEL"], !variable.isEmpty {
      return try checked(variable, from: "COPYIST_MODEL")
    }
    for candidate in embeddedCandidates where isCheckpoint(candidate) { return candidate }
    throw ToolError(
      "the embedded checkpoint '\(Self.embeddedName)' was not found near "
        + "\(environment.executablePath); name a checkpoint folder with --model",
      exit: .unreadable
    )
  }

  private func checked(_ path: String, from source: String) throws(ToolError) -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw ToolError("\(path): no such folder (from \(source))", exit: .unreadable)
    }
    guard isCheckpoint(path) else {
      throw ToolError(
        "\(path): has no config.json (from \(source)); expected a checkpoint folder in the Hugging "
          + "Face layout",
        exit: .unreadable
      )
    }
    return path
  }

  /// `Models/` and `share/copyist/` in every folder from the executable's up to the root: a build
  /// folder lies inside the source tree, an installed tool in `bin` beside `share`.
  private var embeddedCandidates: [String] {
    var folder = URL(filePath: environment.executablePath).resolvingSymlinksInPath()
    var candidates: [String] = []
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      for parent in ["Models", "share/copyist"] {
        candidates.append(
          folder.appending(path: parent).appending(path: Self.embeddedName)
            .path(percentEncoded: false)
        )
      }
    }
    return candidates
  }

  private func isCheckpoint(_ path: String) -> Bool {
    FileManager.default.fileExists(
      atPath: URL(filePath: path).appending(path: "config.json").path(percentEncoded: false)
    )
  }
}
