import ArgumentParser
import FileAccess
import Foundation
import TaskProtocol

/// `copyist validate`: checks files from any tool, without a model.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check files from any tool against a task's rules; no model is needed.",
    usage: """
      copyist validate table page.html
      copyist validate molecule library.sdf --json
      copyist validate music score.musicxml --schema musicxml.xsd
      """,
    discussion: """
      Prints one line per finding: file, line, column, what is wrong and what to do. '-' reads \
      standard input.
      """
  )

  @Argument(help: "The task whose rules apply; 'copyist tasks' lists them.")
  var task: String

  @Argument(help: "Files to check.", completion: .file())
  var files: [String]

  @Option(
    help: "A schema (RELAX NG or XSD) that the files must satisfy besides.",
    completion: .file()
  )
  var schema: String?

  @Option(
    help:
      "Read the files as this format; 'copyist tasks <task>' lists them (default: told from the file)."
  )
  var inputFormat: String?

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print one JSON report per file.")
  var json = false

  func run() throws {
    let environment = try environment()
    let plugin = try settings.plugin(named: task, in: environment)
    let known = plugin.inputFormats.map(\.name)
    if let inputFormat, !known.contains(inputFormat) {
      throw ToolError(
        "the task '\(task)' does not read '\(inputFormat)'; known formats: "
          + known.joined(separator: ", "),
        exit: .usage
      )
    }
    var sequence = JSONSequence(
      layout: .json(elementCount: files.count),
      stream: environment.output
    )
    var outcomes: [ToolExit] = []
    for file in files {
      let report: ValidationReport
      do {
        let bytes = try environment.readFile(file)
        let source = ValidationSource(
          bytes: Array(bytes),
          origin: .file,
          path: file,
          schemaPath: schema,
          format: inputFormat
        )
        report = ValidationReport(
          manifest: plugin.manifest,
          path: file,
          findings: try plugin.validate(source)
        )
        outcomes.append(report.valid ? .valid : .invalid)
      } catch let error as SchemaFailure {
        throw ToolError(error.description, exit: .unreadable)
      } catch let error as ToolError {
        environment.diagnostics.writeLine("Error: \(error.description)")
        outcomes.append(error.exit)
        report = ValidationReport(
          manifest: plugin.manifest,
          path: file,
          findings: [
            Finding(
              code: "unreadable",
              severity: .error,
              message: error.description,
              path: file
            )
          ]
        )
        if !json { continue }
      }
      if json {
        try sequence.append(report)
      } else {
        environment.output.write(FindingList.text(report))
      }
    }
    if json { sequence.finish() }
    try ToolExit.gravest(outcomes).end()
  }
}

/// Findings as lines for a person.
enum FindingList {
  /// One line per finding, then a line with the verdict.
  static func text(_ report: ValidationReport) -> String {
    var lines = report.findings.map { line($0, path: report.path) }
    let errors = report.findings.count { $0.severity == .error }
    let warnings = report.findings.count { $0.severity == .warning }
    var verdict = report.valid ? "valid" : "invalid, \(counted(errors, "error"))"
    if warnings > 0 { verdict += ", \(counted(warnings, "warning"))" }
    lines.append("\(report.path): \(verdict)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// `path:line:column: error: message [code]`, as compilers write it.
  static func line(_ finding: Finding, path: String) -> String {
    var place = finding.path ?? path
    if let line = finding.line { place += ":\(line)" }
    if let line = finding.line, let column = finding.column, line > 0 { place += ":\(column)" }
    var text = "\(place): \(finding.severity.rawValue): "
    // Where there is no line, the place in the document says where to look.
    if finding.line == nil, let part = finding.part { text += "\(part): " }
    text += "\(finding.message) [\(finding.code)]"
    text = text.onOneLine()
    if let suggestion = finding.suggestion { text += "\n  \(suggestion.onOneLine())" }
    return text
  }

  /// The line of an edit that a repair made.
  static func line(_ edit: RepairEdit, path: String) -> String {
    func quoted(_ text: String) -> String { "\"" + text.onOneLine() + "\"" }
    let what =
      switch (edit.removed.isEmpty, edit.inserted.isEmpty) {
      case (true, _): "inserted \(quoted(edit.inserted))"
      case (_, true): "removed \(quoted(edit.removed))"
      default: "replaced \(quoted(edit.removed)) by \(quoted(edit.inserted))"
      }
    return "\(path): edit at byte \(edit.offset): \(what): \(edit.message.onOneLine())"
  }

  /// `1 error`, `2 errors`.
  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
