import ArgumentParser
import Checksums
import Foundation
import Metrics
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
      copyist evaluate table PAIRS.jsonl --samples found --resume
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

  @Option(
    help: "Keep every prediction, finding and score in this folder, as they are made.",
    completion: .directory
  )
  var samples: String?

  @Flag(help: "Go on with what --samples holds; nothing is scored twice.")
  var resume = false

  @Option(
    help: "Write a page with scores, plots and the worst outputs beside their images.",
    completion: .file(extensions: ["html"])
  )
  var report: String?

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
    if resume && samples == nil { throw ValidationError("--resume needs --samples") }
  }

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    let file = try environment.readFile(pairs)
    var list = try JSONLines.read(EvaluationPair.self, from: file, path: pairs)
    guard !list.isEmpty else { throw ToolError("\(pairs): holds no pairs", exit: .unreadable) }
    if let limit { list = Array(list.prefix(limit)) }
    var work = EvaluationWork(
      command: self,
      plugin: plugin,
      environment: environment,
      predictions: try predictionTexts(in: environment)
    )
    if let samples {
      let ids = Set(list.map(\.id))
      guard ids.count == list.count else {
        throw ToolError("\(pairs): two pairs have the same id", exit: .unreadable)
      }
      work.samples = try EvaluationSamples(
        folder: samples,
        setting: try setting(pairs: file, list, in: environment),
        resumes: resume
      )
    }
    let samples = try work.run(list)
    let record = EvaluationRecord(
      task: task,
      count: list.count,
      metrics: Dictionary(
        uniqueKeysWithValues: plugin.metrics.map { metric in
          (metric.name, ScoreSummary(of: samples.map { $0.scores[metric.name] ?? .nan }))
        }
      ),
      valid: samples.count { $0.valid },
      abstained: 0,
      secondsPerImage: samples.reduce(0) { $0 + $1.seconds } / Double(samples.count),
      calibration: CalibrationRecord(samples, metric: plugin.metrics.first?.name)
    )
    if let report {
      let page = EvaluationReport(
        plugin: plugin,
        record: record,
        samples: samples,
        pairs: list,
        folder: (pairs as NSString).deletingLastPathComponent,
        environment: environment
      )
      try OutputDestination.write(Array(page.html.utf8), to: report)
    }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(record))
    } else {
      environment.output.write(record.text(order: plugin.metrics.map(\.name)))
    }
  }

  private func setting(
    pairs file: Data,
    _ list: [EvaluationPair],
    in environment: ToolEnvironment
  ) throws -> EvaluationSetting {
    var setting = EvaluationSetting(
      task: task,
      settings: settings.settings,
      check: check,
      pairs: SHA256Digest.hex(of: Array(file))
    )
    if let predictions {
      setting.predictions = SHA256Digest.hex(of: Array(try environment.readFile(predictions)))
    } else if list.contains(where: { $0.prediction == nil }) {
      setting.model = try modelOptions.reference(in: environment)
    }
    return setting
  }

  private func predictionTexts(in environment: ToolEnvironment) throws -> [String: String]? {
    guard let predictions else { return nil }
    let lines = try JSONLines.read(
      EvaluationPrediction.self,
      from: environment.readFile(predictions),
      path: predictions
    )
    return Dictionary(lines.map { ($0.id, $0.prediction) }) { _, last in last }
  }
}

/// Goes through the pairs.
private struct EvaluationWork<P: TaskPlugin> {
  let command: EvaluateCommand
  let plugin: P
  let environment: ToolEnvironment
  let predictions: [String: String]?
  var samples: EvaluationSamples?
  private var transcriber: Transcriber?

  init(
    command: EvaluateCommand,
    plugin: P,
    environment: ToolEnvironment,
    predictions: [String: String]?
  ) {
    self.command = command
    self.plugin = plugin
    self.environment = environment
    self.predictions = predictions
  }

  mutating func run(_ list: [EvaluationPair]) throws -> [EvaluationSample] {
    let line = ProgressLine(environment.diagnostics)
    defer { line.clear() }
    let start = ContinuousClock.now
    var results: [EvaluationSample] = []
    var fresh = 0
    for (index, pair) in list.enumerated() {
      if let known = samples?.sample(pair.id) {
        results.append(known)
        continue
      }
      var progress = "[\(index + 1)/\(list.count)] \(pair.id)"
      if fresh > 0 {
        let left = start.duration(to: .now) / fresh * (list.count - index)
        progress +=
          ", \(left.formatted(.units(allowed: [.hours, .minutes, .seconds], width: .narrow))) left"
      }
      line.show(progress)
      let sample = try sample(of: pair)
      try samples?.keep(sample)
      results.append(sample)
      fresh += 1
    }
    return results
  }

  private mutating func sample(of pair: EvaluationPair) throws -> EvaluationSample {
    if let predictions {
      guard let text = predictions[pair.id] else {
        throw ToolError(
          "\(command.predictions ?? ""): has no prediction for '\(pair.id)'",
          exit: .unreadable
        )
      }
      return try assessed(text, pair)
    }
    if let prediction = pair.prediction { return try assessed(prediction, pair) }
    guard let image = pair.image else {
      throw ToolError(
        "\(command.pairs): the pair '\(pair.id)' has neither an image nor a prediction",
        exit: .unreadable
      )
    }
    let loaded =
      try transcriber
      ?? command.modelOptions.transcriber(
        for: command.task,
        in: environment,
        identifiesModel: false
      )
    transcriber = loaded
    let folder = (command.pairs as NSString).deletingLastPathComponent
    let path = (image.hasPrefix("/") ? "" : folder as NSString).appendingPathComponent(image)
    let transcription = loaded.transcribe(
      Array(try environment.readFile(path)),
      path: path,
      plugin: plugin,
      options: TranscriptionOptions(mode: command.check ? .check : .constrain)
    )
    let result = transcription.result
    guard let text = result.text else {
      let reason = result.findings.first?.message ?? "\(path): no output"
      throw ToolError(reason, exit: transcription.failure.map(ToolExit.init) ?? .failure)
    }
    return EvaluationSample(
      id: pair.id,
      prediction: text,
      valid: result.status == .valid,
      seconds: result.timing.total,
      confidence: result.confidence,
      maskedMass: command.check ? nil : result.interventions.reduce(0) { $0 + $1.maskedMass },
      findings: result.findings,
      scores: try scores(text, pair)
    )
  }

  private func assessed(_ text: String, _ pair: EvaluationPair) throws -> EvaluationSample {
    let findings = try plugin.validate(ValidationSource(bytes: Array(text.utf8), origin: .file))
    return EvaluationSample(
      id: pair.id,
      prediction: text,
      valid: !findings.contains { $0.severity == .error },
      seconds: 0,
      findings: findings,
      scores: try scores(text, pair)
    )
  }

  private func scores(_ text: String, _ pair: EvaluationPair) throws -> [String: Double] {
    var scores: [String: Double] = [:]
    for metric in plugin.metrics {
      let score = metric.score(text, pair.reference)
      guard score.isFinite else {
        throw ToolError(
          "\(command.pairs): the metric '\(metric.name)' has no value for the pair '\(pair.id)'; "
            + "leave out pairs that are too large to compare",
          exit: .failure
        )
      }
      scores[metric.name] = score
    }
    return scores
  }
}

/// How well the confidence foretells what is right.
struct CalibrationRecord: Encodable {
  /// The metric that decides: an output is right at 1, and loses what is missing.
  let metric: String
  let rightShare: Double
  let expectedError: Double
  let brierScore: Double
  let riskArea: Double

  enum CodingKeys: String, CodingKey {
    case metric
    case rightShare = "right_share"
    case expectedError = "expected_error"
    case brierScore = "brier_score"
    case riskArea = "risk_area"
  }

  /// Of outputs that all have a confidence; `nil` of others.
  init?(_ samples: [EvaluationSample], metric: String?) {
    let confidences = samples.compactMap(\.confidence)
    guard let metric, confidences.count == samples.count, !samples.isEmpty else { return nil }
    let scores = samples.map { $0.scores[metric] ?? 0 }
    let isRight = scores.map { $0 == 1 }
    self.metric = metric
    rightShare = Double(isRight.count { $0 }) / Double(isRight.count)
    expectedError = Calibration.expectedError(confidences, isRight: isRight)
    brierScore = Calibration.brierScore(confidences, isRight: isRight)
    riskArea = Calibration.riskArea(confidences, losses: scores.map { 1 - $0 })
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
  let calibration: CalibrationRecord?

  enum CodingKeys: String, CodingKey {
    case task, count, metrics, valid, abstained, calibration
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
    if let calibration {
      lines.append(
        "confidence\(String(repeating: " ", count: max(width - 10, 0)))  \(number(calibration.rightShare)) "
          + "wholly right, calibration error \(number(calibration.expectedError)), Brier "
          + "\(number(calibration.brierScore)), risk-coverage area \(number(calibration.riskArea))"
      )
    }
    let seconds = secondsPerImage > 0 ? ", \(number(secondsPerImage)) s per image" : ""
    lines.append(
      "\(FindingList.counted(count, "pair")), \(valid) valid, \(abstained) abstained\(seconds)"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
