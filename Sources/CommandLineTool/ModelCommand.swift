import ArgumentParser
import Checkpoints
import Foundation

/// `copyist model`: what a checkpoint folder holds.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look into checkpoint folders and quantize their weights.",
    subcommands: [
      ModelInspectCommand.self, ModelQuantizeCommand.self, ModelVerifyCommand.self,
      ModelCompareCommand.self, ModelCalibrateCommand.self,
    ]
  )
}

/// `copyist model inspect`: reads and checks everything but the weights' values.
struct ModelInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a checkpoint folder and check its files.",
    discussion: """
      Reads the configuration and the headers of the weight files and checks every tensor's \
      presence, shape and number format. The weights themselves are not read.
      """
  )

  @Argument(
    help: "Checkpoint folder (default: the one that comes with the tool).",
    completion: .directory
  )
  var directory: String?

  @OptionGroup var weights: WeightOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let environment = try environment()
    let location = ModelLocation(environment: environment)
    let report: CheckpointReport
    do {
      let checkpoint = try Checkpoint(
        directory: location.directory(option: directory, from: "DIR"),
        weights: weights.selection
      )
      report = CheckpointReport(checkpoint)
    } catch let error as CheckpointError {
      throw ToolError("\(error)", exit: .unreadable)
    }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(report, namesInSnakeCase: true))
    } else {
      environment.output.write(Self.text(report))
    }
  }

  /// The report for a person: a line per property, then files and remarks.
  static func text(_ report: CheckpointReport) -> String {
    var rows: [(String, String)] = [
      ("Folder", report.directory),
      ("Model", [report.family.rawValue, report.size].compactMap { $0 }.joined(separator: " ")),
      ("Parameters", count(report.parameterCount) + " (" + types(report) + ")"),
      ("Resolution", "\(report.resolution) px, \(count(report.imageTokens)) image tokens"),
      ("Vision", "\(report.visionLayers) layers"),
      (
        "Decoder",
        "\(report.textLayers) layers, width \(count(report.hiddenSize)), \(report.heads) heads "
          + "of \(report.headSize), \(report.keyValueHeads) for keys and values"
      ),
      ("Vocabulary", "\(count(report.vocabularySize)) rows"),
      ("Positions", count(report.maximumPositions)),
      (
        "Soft-caps", "attention \(cap(report.attentionSoftCap)), logits \(cap(report.finalSoftCap))"
      ),
    ]
    if let window = report.slidingWindow {
      rows.append(("Window", "\(count(window)) positions in \(report.slidingLayers) layers"))
    }
    rows.append(("End tokens", report.endTokens.map(String.init).joined(separator: ", ")))
    rows.append(("Tensor names", report.layout.rawValue))
    rows.append(("Tokenizer", report.tokenizerFiles.joined(separator: ", ")))
    for file in report.files {
      rows.append(
        ("Weights", "\(file.name), \(file.tensorCount) tensors, \(count(file.byteCount)) bytes")
      )
    }
    rows += report.notes.map { ("Note", $0) }
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count) + value + "\n"
    }.joined()
  }

  private static func types(_ report: CheckpointReport) -> String {
    report.parametersByElementType.sorted { $0.key < $1.key }
      .map { report.parametersByElementType.count == 1 ? $0.key : "\(count($0.value)) \($0.key)" }
      .joined(separator: ", ")
  }

  private static func cap(_ value: Float?) -> String {
    value.map { "\($0)" } ?? "none"
  }

  /// A number with commas between groups of three digits.
  private static func count(_ value: Int) -> String {
    var digits = Array(String(value))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
