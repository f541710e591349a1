import ArgumentParser
import Foundation
import TaskEngine
import TaskProtocol

/// `copyist evaluate`: how good a checkpoint, or another tool, is on pairs of image and reference.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score a checkpoint or another tool's predictions against references.",
    usage: """
      copyist evaluate table PAIRS.jsonl
      copyist evaluate table PAIRS.jsonl --predictions other-tool.jsonl --json
      """,
    discussion: """
      Each line of PAIRS.jsonl is {"id", "image" or "prediction", "reference"}; images are relative \
      to that file. Prints the mean of every metric of the task with its 95 % bootstrap interval, \
      the share of valid outputs and the time per image. An image that cannot be read stops the run.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Argument(help: "Pairs, one JSON object a line.", completion: .file(extensions: ["jsonl"]))
  var pairs: String

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    help: "Score these predictions, lines of {\"id\", \"prediction\"}, and run no model.",
    completion: .file(extensions: ["jsonl"])
  )
  var predictions: String?

  @Option(help: "Use only the first N pairs.")
  var limit: Int?

  @Flag(help: "Decode freely instead of under the task's constraint.")
  var check = false

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more, not \(limit)") }
    if predictions != nil && (check || modelOptions.model != nil) {
      throw ValidationError("--predictions runs no model; leave out --model and --check")
    }
  }

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    var list = try JSONLines.read(
      EvaluationPair.self,
      from: environment.readFile(pairs),
      path: pairs
    )
    guard !list.isEmpty else { throw ToolError("\(pairs): holds no pairs", exit: .unreadable) }
    if let limit { list = Array(list.prefix(limit)) }
    let outputs = try outputs(of: list, plugin: plugin, in: environment)
    var scores = plugin.metrics.map { _ in [Double]() }
    for (pair, output) in zip(list, outputs) {
      for (index, metric) in plugin.metrics.enumerated() {
        let score = metric.score(output.text, pair.reference)
        guard score.isFinite else {
          throw ToolError(
            "\(pairs): the metric '\(metric.name)' has no value for the pair '\(pair.id)'; "
              + "leave out pairs that are too large to compare",
            exit: .failure
          )
        }
        scores[index].append(score)
      }
    }
    let record = EvaluationRecord(
      task: task,
      count: list.count,
      metrics: Dictionary(
        uniqueKeysWithValues: zip(plugin.metrics.map(\.name), scores.map(ScoreSummary.init))
      ),
      valid: outputs.count { $0.isValid },
      abstained: 0,
      secondsPerImage: outputs.reduce(0) { $0 + $1.seconds } / Double(outputs.count)
    )
    if json {
      environment.output.writeLine(try JSONOutput.pretty(record))
    } else {
      environment.output.write(record.text(order: plugin.metrics.map(\.name)))
    }
  }

  /// What is scored for one pair.
  private struct Output {
    var text: String
    var isValid: Bool
    var seconds: Double
  }

  private func outputs<P: TaskPlugin>(
    of list: [EvaluationPair],
    plugin: P,
    in environment: ToolEnvironment
  ) throws -> [Output] {
    if let predictions {
      let lines = try JSONLines.read(
        EvaluationPrediction.self,
        from: environment.readFile(predictions),
        path: predictions
      )
      let byID = Dictionary(lines.map { ($0.id, $0.prediction) }) { _, last in last }
      return try list.map { pair in
        guard let text = byID[pair.id] else {
          throw ToolError("\(predictions): has no prediction for '\(pair.id)'", exit: .unreadable)
        }
        return try assessed(text, plugin: plugin)
      }
    }
    var transcriber: Transcriber?
    let folder = (pairs as NSString).deletingLastPathComponent
    return try list.enumerated().map { index, pair in
      if let prediction = pair.prediction { return try assessed(prediction, plugin: plugin) }
      guard let image = pair.image else {
        throw ToolError(
          "\(pairs): the pair '\(pair.id)' has neither an image nor a prediction",
          exit: .unreadable
        )
      }
      let loaded =
        try transcriber
        ?? modelOptions.transcriber(
          for: task,
          in: environment,
          identifiesModel: false
        )
      transcriber = loaded
      let path = (image.hasPrefix("/") ? "" : folder as NSString).appendingPathComponent(image)
      let bytes = Array(try environment.readFile(path))
      if environment.diagnostics.isTerminal {
        environment.diagnostics.write("\r\u{1B}[K[\(index + 1)/\(list.count)] \(pair.id)")
      }
      let transcription = loaded.transcribe(
        bytes,
        path: path,
        plugin: plugin,
        options: TranscriptionOptions(mode: check ? .check : .constrain)
      )
      if environment.diagnostics.isTerminal { environment.diagnostics.write("\r\u{1B}[K") }
      let result = transcription.result
      guard let text = result.text else {
        let reason = result.findings.first?.message ?? "\(path): no output"
        throw ToolError(reason, exit: transcription.failure.map(ToolExit.init) ?? .failure)
      }
      return Output(text: text, isValid: result.status == .valid, seconds: result.timing.total)
    }
  }

  private func assessed(_ text: String, plugin: some TaskPlugin) throws -> Output {
    let findings = try plugin.validate(ValidationSource(bytes: Array(text.utf8), origin: .file))
    let isValid = !findings.contains { $0.severity == .error }
    return Output(text: text, isValid: isValid, seconds: 0)
  }
}

/// What `copyist evaluate --json` prints.
struct EvaluationRecord: Encodable {
  let task: String
  let count: Int
  let metrics: [String: ScoreSummary]
  let valid: Int
  let abstained: Int
  let secondsPerImage: Double

  enum CodingKeys: String, CodingKey {
    case task, count, metrics, valid, abstained
    case secondsPerImage = "seconds_per_image"
  }

  /// The record as a table for a person.
  ///
  /// - Parameter order: Names of the metrics in the order in which they are printed.
  /// - Returns: Lines.
  func text(order: [String]) -> String {
    func number(_ value: Double) -> String {
      value.formatted(.number.precision(.fractionLength(4)).locale(Locale(identifier: "en_US")))
    }
    let width = order.map(\.count).max() ?? 0
    var lines: [String] = []
    for name in order {
      guard let summary = metrics[name] else { continue }
      let padding = String(repeating: " ", count: width - name.count)
      lines.append(
        "\(name)\(padding)  \(number(summary.value))  95 % interval \(number(summary.low)) to "
          + number(summary.high)
      )
    }
    let seconds = secondsPerImage > 0 ? ", \(number(secondsPerImage)) s per image" : ""
    lines.append(
      "\(FindingList.counted(count, "pair")), \(valid) valid, \(abstained) abstained\(seconds)"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
