import Foundation
import Metrics

/// What `copyist.json` in a checkpoint folder says about it.
///
/// Any checkpoint answers any prompt, and under a constraint even validly. The file lets one say for
/// which tasks its answers mean something, and how much its confidence means; a checkpoint without it is
/// taken at the user's word.
struct CheckpointNotes: Codable {
  /// Names of the tasks it was trained for; `nil` where nothing is said.
  var tasks: [String]?
  /// By task, how the probability of an output becomes the confidence; see `copyist model calibrate`.
  var confidence: [String: PlattScaling]?

  private static func url(in directory: String) -> URL {
    URL(filePath: directory).appending(path: "copyist.json")
  }

  /// Reads the file of a checkpoint folder.
  ///
  /// - Parameter directory: The checkpoint folder.
  /// - Returns: `nil` when the folder has no such file.
  /// - Throws: ``ToolError`` when the file is not what it should be.
  static func read(from directory: String) throws(ToolError) -> CheckpointNotes? {
    let url = url(in: directory)
    guard let data = try? Data(contentsOf: url) else { return nil }
    do {
      return try JSONDecoder().decode(CheckpointNotes.self, from: data)
    } catch {
      throw ToolError(
        "\(url.path(percentEncoded: false)): expected {\"tasks\": [names], \"confidence\": {task: "
          + "{\"slope\", \"intercept\"}}}; remove the file or write it so",
        exit: .unreadable
      )
    }
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: ``ToolError`` when the system refuses it.
  func write(to directory: String) throws(ToolError) {
    let url = Self.url(in: directory)
    do {
      try OutputDestination.write(
        Array((try JSONOutput.pretty(self) + "\n").utf8),
        to: url.path(percentEncoded: false)
      )
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError("\(url.path(percentEncoded: false)): \(error)", exit: .failure)
    }
  }

  /// Refuses a task that the checkpoint was not trained for.
  ///
  /// - Parameters:
  ///   - task: The task asked for.
  ///   - directory: The checkpoint folder.
  /// - Throws: ``ToolError`` that lists the tasks the checkpoint knows.
  static func check(_ task: String, directory: String) throws(ToolError) {
    guard let tasks = try read(from: directory)?.tasks, !tasks.contains(task) else { return }
    let name = URL(filePath: directory).standardizedFileURL.lastPathComponent
    let known = tasks.joined(separator: ", ")
    throw ToolError(
      "the checkpoint \(name) was not trained for '\(task)', only for: \(known); name one that was "
        + "with --model",
      exit: .usage
    )
  }
}
