import CommandLineTool
import Foundation
import Synchronization
import TableDomain
import TaskEngine

/// One command line, run in this process, and what it printed.
struct CommandRun {
  let exitCode: Int32
  let output: String
  let diagnostics: String

  /// Runs `copyist` with these arguments.
  ///
  /// - Parameters:
  ///   - arguments: The words after the program's name.
  ///   - input: What standard input holds.
  ///   - variables: Environment variables.
  /// - Throws: When the registry refuses the plugin.
  init(_ arguments: [String], input: Data = Data(), variables: [String: String] = [:]) throws {
    let output = Transcript()
    let diagnostics = Transcript()
    let environment = ToolEnvironment(
      registry: try TaskRegistry([TablePlugin()]),
      output: TextStream { output.append($0) },
      diagnostics: TextStream { diagnostics.append($0) },
      readInput: { input },
      executablePath: CommandRun.path(".build/copyist"),
      variables: variables
    )
    exitCode = CopyistCommand.run(arguments, in: environment)
    self.output = output.text
    self.diagnostics = diagnostics.text
  }

  /// The first line of the diagnostics.
  var firstDiagnostic: String {
    String(diagnostics.prefix { $0 != "\n" })
  }

  /// A path in the source tree.
  static func path(_ relative: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
      .appending(path: relative).path(percentEncoded: false)
  }
}

/// Text written from anywhere.
private final class Transcript: Sendable {
  private let storage = Mutex("")

  var text: String { storage.withLock { $0 } }

  func append(_ piece: String) {
    storage.withLock { $0 += piece }
  }
}
