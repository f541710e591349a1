import Foundation

/// The tasks that a checkpoint was trained for, as its `copyist.json` lists them.
///
/// Any checkpoint answers any prompt, and under a constraint even validly. The file lets one say for
/// which tasks its answers mean something; a checkpoint without it is taken at the user's word.
struct TrainedTasks: Decodable {
  /// Names of tasks.
  let tasks: [String]

  /// Reads the file of a checkpoint folder.
  ///
  /// - Parameter directory: The checkpoint folder.
  /// - Returns: `nil` when the folder has no such file.
  /// - Throws: ``ToolError`` when the file is not what it should be.
  static func read(from directory: String) throws(ToolError) -> TrainedTasks? {
    let url = URL(filePath: directory).appending(path: "copyist.json")
    guard let data = try? Data(contentsOf: url) else { return nil }
    do {
      return try JSONDecoder().decode(TrainedTasks.self, from: data)
    } catch {
      throw ToolError(
        "\(url.path(percentEncoded: false)): expected {\"tasks\": [names]}; remove the file or "
          + "write it so",
        exit: .unreadable
      )
    }
  }

  /// Refuses a task that the checkpoint was not trained for.
  ///
  /// - Parameters:
  ///   - task: The task asked for.
  ///   - directory: The checkpoint folder.
  /// - Throws: ``ToolError`` that lists the tasks the checkpoint knows.
  static func check(_ task: String, directory: String) throws(ToolError) {
    guard let trained = try read(from: directory), !trained.tasks.contains(task) else { return }
    let name = URL(filePath: directory).standardizedFileURL.lastPathComponent
    let known = trained.tasks.joined(separator: ", ")
    throw ToolError(
      "the checkpoint \(name) was not trained for '\(task)', only for: \(known); name one that was "
        + "with --model",
      exit: .usage
    )
  }
}
