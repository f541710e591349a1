import Foundation
import TaskEngine
import TaskProtocol

/// Prints the results of a transcription run as they come and remembers how it went.
struct TranscriptionReport {
  private let environment: ToolEnvironment
  private let inputCount: Int
  private let isQuiet: Bool
  private let printsDocuments: Bool
  private var sequence: JSONSequence?
  private var outcomes: [ToolExit] = []

  init(command: TranscribeCommand, environment: ToolEnvironment, inputCount: Int) {
    self.environment = environment
    self.inputCount = inputCount
    self.isQuiet = command.quiet
    let layout: JSONSequence.Layout? =
      command.jsonl ? .lines : command.json ? .json(elementCount: inputCount) : nil
    self.sequence = layout.map { JSONSequence(layout: $0, stream: environment.output) }
    self.printsDocuments = layout == nil
  }

  /// Says on a terminal which image is being read.
  func begin(_ path: String) {
    guard showsProgress else { return }
    environment.diagnostics.write("\r\u{1B}[K\(place)\(path) ...")
  }

  /// What to call for each token of an image; `nil` when nobody watches.
  func progress(for path: String) -> ((Int) -> Void)? {
    guard showsProgress else { return nil }
    let stream = environment.diagnostics
    let place = place
    return { count in
      if count.isMultiple(of: 8) {
        stream.write("\r\u{1B}[K\(place)\(path) ... \(count) tokens")
      }
    }
  }

  /// Takes in what became of an image, prints and writes it.
  ///
  /// - Parameters:
  ///   - image: Result, document and failure.
  ///   - file: Where to write the document; `nil` prints it.
  /// - Throws: ``ToolError`` when the document cannot be written.
  mutating func end(_ image: TranscribedImage, file: String?) throws {
    let (result, document, failure) = (image.result, image.document, image.failure)
    if showsProgress { environment.diagnostics.write("\r\u{1B}[K") }
    outcomes.append(failure ?? Self.outcome(of: result.status))
    if let document {
      if let file {
        try OutputDestination.write(document, to: file)
      } else if printsDocuments {
        environment.output.write(document)
      }
    }
    try sequence?.append(result)
    if failure != nil {
      for finding in result.findings {
        environment.diagnostics.writeLine("Error: \(finding.message)")
      }
    } else if !isQuiet {
      for finding in result.findings {
        environment.diagnostics.writeLine(FindingList.line(finding, path: result.input.path))
      }
      for edit in result.edits {
        environment.diagnostics.writeLine(FindingList.line(edit, path: result.input.path))
      }
      environment.diagnostics.writeLine(
        Self.summary(of: result, file: document == nil ? nil : file)
      )
    }
  }

  /// Closes the output and ends with the code of the gravest outcome.
  func finish() throws {
    sequence?.finish()
    try ToolExit.gravest(outcomes).end()
  }

  private var showsProgress: Bool { environment.diagnostics.isTerminal && !isQuiet }

  private var place: String {
    inputCount > 1 ? "[\(outcomes.count + 1)/\(inputCount)] " : ""
  }

  private static func outcome(of status: TaskStatus) -> ToolExit {
    switch status {
    case .valid: .valid
    case .invalid: .invalid
    case .abstained: .abstained
    case .failed: .failure
    }
  }

  /// `scan.png: valid, confidence 0.93, 61 tokens, 0.29 s -> out/scan.html`.
  private static func summary(of result: TaskResult, file: String?) -> String {
    var parts = [result.status.rawValue]
    if let confidence = result.confidence {
      parts.append("confidence " + Self.number(confidence))
    }
    parts.append(FindingList.counted(result.tokens, "token"))
    if result.truncated { parts.append("cut at the token limit") }
    if !result.edits.isEmpty { parts.append(FindingList.counted(result.edits.count, "edit")) }
    if !result.interventions.isEmpty {
      parts.append(FindingList.counted(result.interventions.count, "intervention"))
    }
    parts.append(Self.number(result.timing.total) + " s")
    let target = file.map { " -> \($0)" } ?? ""
    return "\(result.input.path): \(parts.joined(separator: ", "))\(target)"
  }

  /// Two decimals, whatever the user's region.
  private static func number(_ value: Double) -> String {
    let style = FloatingPointFormatStyle<Double>.number.precision(.fractionLength(2))
    return value.formatted(style.locale(Locale(identifier: "en_US")))
  }
}
