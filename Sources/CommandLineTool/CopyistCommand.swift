package import ArgumentParser
import Foundation
import Kernels

/// The root of the command tree.
package struct CopyistCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "copyist",
    abstract: "Transcribe specialist images into documents that are valid by construction.",
    usage: """
      copyist transcribe table scan.png
      copyist transcribe table scans/*.png --format csv -o out/
      copyist validate table page.html
      """,
    discussion: """
      Works offline on a CPU. 'transcribe' needs a PaliGemma checkpoint; a small one comes with \
      the tool, --model takes a Hugging Face folder. 'validate' needs no model.

      Exit codes: 0 every output valid, 1 failure, 2 some output invalid, 3 some output withheld, \
      64 wrong usage, 66 an input cannot be read.
      """,
    version: version,
    subcommands: [
      TranscribeCommand.self, ValidateCommand.self, ConvertCommand.self, EvaluateCommand.self,
      TasksCommand.self,
      GenerateCommand.self,
      MeasureCommand.self, ScoreCommand.self, ModelCommand.self, BenchCommand.self,
      ScaleCommand.self,
      PluginCommand.self,
    ]
  )

  package init() {}

  /// The version and what it runs on, as `--version` prints them.
  package static var version: String {
    let kernels: String
    do throws(KernelError) {
      let compute = try Compute()
      kernels = "\(compute.instructionSet.rawValue) kernels, \(compute.threads) threads"
    } catch {
      kernels = "no kernels: \(error)"
    }
    return "copyist \(versionNumber) (\(kernels))"
  }

  /// The package's semantic version.
  package static let versionNumber = "0.1.0"

  /// Parses and runs one command line.
  ///
  /// - Parameters:
  ///   - arguments: The words after the program's name.
  ///   - environment: Domains and streams.
  /// - Returns: The exit code.
  package static func run(_ arguments: [String], in environment: ToolEnvironment) -> Int32 {
    ToolEnvironment.$current.withValue(environment) {
      do {
        var command = try parseAsRoot(arguments)
        try command.run()
        return ToolExit.valid.rawValue
      } catch let error as ToolError {
        environment.diagnostics.writeLine("Error: \(error.description)")
        return error.exit.rawValue
      } catch {
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if !message.isEmpty {
          // Help and the version were asked for, so they are results.
          let stream = code.isSuccess ? environment.output : environment.diagnostics
          stream.writeLine(message)
        }
        return code.rawValue
      }
    }
  }
}

extension ParsableCommand {
  /// The environment this command runs in.
  func environment() throws -> ToolEnvironment {
    guard let environment = ToolEnvironment.current else {
      throw ToolError("the command was run outside a tool environment", exit: .failure)
    }
    return environment
  }
}
