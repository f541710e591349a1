import Foundation

/// Where the checkpoint is: named by the user, or one of those that come with the tool.
struct ModelLocation {
  /// The folder under `Models` in the source tree, and under `share/copyist` when installed, that is used
  /// where no task is asked for.
  static let embeddedName = "copyist-small"
  /// How the names of all of them begin.
  private static let embeddedPrefix = "copyist-"

  let environment: ToolEnvironment

  /// The folder of the checkpoint to load.
  ///
  /// - Parameters:
  ///   - option: The folder that the user named; `nil` looks at `COPYIST_MODEL`, then beside the
  ///     executable and in the folders above it.
  ///   - source: Where it was named, for the error.
  ///   - task: Of the checkpoints that come with the tool, the first that was trained for it is taken.
  /// - Returns: A folder that holds a `config.json`.
  /// - Throws: ``ToolError`` when the folder is not there.
  func directory(
    option: String?,
    from source: String = "--model",
    task: String? = nil
  ) throws(ToolError) -> String {
    if let option {
      return try checked(option, from: source)
    }
    if let variable = environment.variables["COPYIST_MODEL"], !variable.isEmpty {
      return try checked(variable, from: "COPYIST_MODEL")
    }
    let embedded = embeddedCandidates
    if let task {
      for candidate in embedded
      where try CheckpointNotes.read(from: candidate)?.tasks?.contains(task) == true {
        return candidate
      }
    }
    if let first = embedded.first { return first }
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

  /// The checkpoints in `Models/` and `share/copyist/` of every folder from the executable's up to the
  /// root: a build folder lies inside the source tree, an installed tool in `bin` beside `share`.
  private var embeddedCandidates: [String] {
    var folder = URL(filePath: environment.executablePath).resolvingSymlinksInPath()
    var candidates: [String] = []
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      for parent in ["Models", "share/copyist"] {
        let place = folder.appending(path: parent)
        let names = try? FileManager.default
          .contentsOfDirectory(atPath: place.path(percentEncoded: false))
        candidates += (names ?? []).filter { $0.hasPrefix(Self.embeddedPrefix) }
          .sorted { ($0 == Self.embeddedName ? 0 : 1, $0) < ($1 == Self.embeddedName ? 0 : 1, $1) }
          .map { place.appending(path: $0).path(percentEncoded: false) }
          .filter(isCheckpoint)
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
