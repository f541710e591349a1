import ArgumentParser
import Foundation
import TaskProtocol

/// `copyist convert`: documents from one format into another, without a model.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write documents of a task in another format; no model is needed.",
    usage: """
      copyist convert music score.krn -o score.musicxml
      copyist convert music scores/*.mxl --format midi -o out/
      copyist convert table table.html --format csv
      """,
    discussion: """
      Reads what the task's model writes and the formats that 'copyist tasks <task>' lists. A file \
      that has no document ends with 2; what is wrong with it goes to standard error. '-' reads \
      standard input.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Argument(help: "Files to convert.", completion: .file())
  var files: [String]

  @Option(help: "Read the files as this format (default: told from the file).")
  var from: String?

  @Option(help: "Output format; 'copyist tasks <task>' lists them (default: the task's first).")
  var format: String?

  @Option(
    name: .shortAndLong,
    help: "Write to this file, or into this folder when there are several files.",
    completion: .file()
  )
  var output: String?

  @OptionGroup var settings: SettingOptions

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    let exporter = try plugin.exporter(named: format)
    let known = plugin.inputFormats.map(\.name)
    if let from, !known.contains(from) {
      throw ToolError(
        "the task '\(task)' does not read '\(from)'; known formats: "
          + known.joined(separator: ", "),
        exit: .usage
      )
    }
    try exporter.check(output: output, in: environment)
    let destination = try OutputDestination(option: output, inputs: files)
    let targets = try destination.paths(for: files, fileExtension: exporter.fileExtension)
    var outcomes: [ToolExit] = []
    for (index, file) in files.enumerated() {
      do {
        let document = try convert(file, plugin: plugin, exporter: exporter, in: environment)
        if let target = targets?[index] {
          try OutputDestination.write(document, to: target)
        } else {
          environment.output.write(document)
        }
        outcomes.append(.valid)
      } catch let failure as ParseFailure {
        for finding in failure.findings {
          environment.diagnostics.writeLine(FindingList.line(finding, path: file))
        }
        environment.diagnostics.writeLine("Error: \(file): has no document that can be written")
        outcomes.append(.invalid)
      } catch let failure as ExportFailure {
        environment.diagnostics.writeLine(
          "Error: \(file): cannot be written as \(exporter.name): \(failure.reason)"
        )
        outcomes.append(.invalid)
      } catch let error as ToolError {
        environment.diagnostics.writeLine("Error: \(error.description)")
        outcomes.append(error.exit)
      }
    }
    try ToolExit.gravest(outcomes).end()
  }

  private func convert<P: TaskPlugin>(
    _ file: String,
    plugin: P,
    exporter: Exporter<P.Document>,
    in environment: ToolEnvironment
  ) throws -> [UInt8] {
    let bytes = Array(try environment.readFile(file))
    let source = ValidationSource(bytes: bytes, origin: .file, path: file, format: from)
    return try exporter.write(try plugin.read(source))
  }
}
