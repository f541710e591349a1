import ArgumentParser
import Checksums
import Foundation
import Metrics
import OutputConstraints
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
      the share of valid outputs and the time per image. Blank images and, with --abstain-below, \
      outputs of low confidence are withheld: counted, and not scored. An image that cannot be read \
      stops the run.
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

  @Option(
    help: "What programs elsewhere said of the pairs, lines of {\"id\", \"radgraph\", ...}.",
    completion: .file(extensions: ["jsonl"])
  )
  var judgements: String?

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

  @Option(help: "Withhold outputs whose confidence is lower, 0 to 1.", transform: probability)
  var abstainBelow: Double?

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more, not \(limit)") }
    if predictions != nil && (check || modelOptions.model != nil || abstainBelow != nil) {
      throw ValidationError(
        "--predictions runs no model; leave out --model, --check and --abstain-below"
      )
    }
    if resume && samples == nil { throw ValidationError("--resume needs --samples") }
  }

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    let file = try environment.readFile(pairs)
    var list = try EvaluationPair.list(file, path: pairs)
    let references = list.map(\.references)
    if let limit { list = Array(list.prefix(limit)) }
    var work = EvaluationWork(
      plugin: plugin,
      pairsPath: pairs,
      environment: environment,
      loading: modelOptions.loading,
      check: check,
      references: references
    )
    work.abstainsBelow = abstainBelow
    if let predictions {
      work.predictions = (predictions, try EvaluationPrediction.texts(predictions, in: environment))
    }
    if let judgements {
      work.judgements = try EvaluationJudgement.byID(judgements, in: environment)
    }
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
    let usesConstraint = !check && predictions == nil && list.contains { $0.prediction == nil }
    let record = EvaluationRecord(
      task: task,
      count: list.count,
      metrics: Dictionary(
        uniqueKeysWithValues: plugin.metrics.compactMap { metric in
          PairScores.summary(samples.map(\.scores), by: metric).map { (metric.name, $0) }
        }
      ),
      valid: samples.count { $0.valid },
      abstained: samples.count { $0.abstained },
      secondsPerImage: samples.reduce(0) { $0 + $1.seconds } / Double(samples.count),
      calibration: CalibrationRecord(
        samples.filter { !$0.abstained },
        metric: plugin.metrics.first
      ),
      referencesBlocked: usesConstraint ? blockedCount(list, by: plugin, in: environment) : nil
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

  /// Pairs that no output can be right on, as the constraint refuses every reference; the first few are named.
  private func blockedCount(
    _ list: [EvaluationPair],
    by plugin: some TaskPlugin,
    in environment: ToolEnvironment
  ) -> Int? {
    guard let constraint = plugin.constraint else { return nil }
    var count = 0
    for pair in list {
      let refusals = pair.references.compactMap { constraint.refusal(of: $0) }
      guard let first = refusals.first, refusals.count == pair.references.count else { continue }
      count += 1
      if count <= 5 {
        environment.diagnostics.writeLine(
          "\(pairs): the constraint blocks the reference of '\(pair.id)' at byte \(first.offset): "
            + first.reason
        )
      }
    }
    return count
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
      abstainsBelow: abstainBelow,
      pairs: SHA256Digest.hex(of: Array(file))
    )
    if let judgements {
      setting.judgements = SHA256Digest.hex(of: Array(try environment.readFile(judgements)))
    }
    if let predictions {
      setting.predictions = SHA256Digest.hex(of: Array(try environment.readFile(predictions)))
    } else if list.contains(where: { $0.prediction == nil }) {
      setting.model = try modelOptions.loading.reference(in: environment, for: task)
      setting.confidence = try modelOptions.loading.scale(for: task, in: environment)
    }
    return setting
  }
}

/// How well the confidence foretells what is right.
struct CalibrationRecord: Encodable {
  /// The metric that decides: an output is right at its best, and loses what is missing.
  let metric: String
  let rightShare: Double
  let expectedError: Double
  let brierScore: Double
  let riskArea: Double
  /// How well the probability that the constraint took away tells wrong outputs from right ones.
  let interventionArea: Double?

  enum CodingKeys: String, CodingKey {
    case metric
    case rightShare = "right_share"
    case expectedError = "expected_error"
    case brierScore = "brier_score"
    case riskArea = "risk_area"
    case interventionArea = "intervention_area"
  }

  /// Of outputs that all have a confidence; `nil` of others.
  init?(_ samples: [EvaluationSample], metric: TaskMetric?) {
    let confidences = samples.compactMap(\.confidence)
    guard let metric, confidences.count == samples.count, !samples.isEmpty else { return nil }
    let losses = samples.map { metric.loss(of: $0.scores[metric] ?? .nan) }
    let isRight = losses.map { $0 == 0 }
    self.metric = metric.name
    rightShare = Double(isRight.count { $0 }) / Double(isRight.count)
    expectedError = Calibration.expectedError(confidences, isRight: isRight)
    brierScore = Calibration.brierScore(confidences, isRight: isRight)
    riskArea = Calibration.riskArea(confidences, losses: losses)
    let masses = samples.compactMap(\.maskedMass)
    interventionArea =
      masses.count == samples.count
      ? Calibration.rankArea(masses, isPositive: isRight.map { !$0 }) : nil
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
  /// Pairs whose references decoding cannot write; `nil` where no constraint was in use.
  let referencesBlocked: Int?

  enum CodingKeys: String, CodingKey {
    case task, count, metrics, valid, abstained, calibration
    case referencesBlocked = "references_blocked"
    case secondsPerImage = "seconds_per_image"
  }

  /// The record as a table for a person.
  ///
  /// - Parameter order: Names of the metrics in the order in which they are printed.
  /// - Returns: Lines.
  func text(order: [String]) -> String {
    func number(_ value: Double) -> String { value.fourPlaces }
    let width = order.map(\.count).max() ?? 0
    func row(_ name: String, _ text: String) -> String {
      name + String(repeating: " ", count: max(width - name.count, 0)) + "  " + text
    }
    var lines: [String] = []
    for name in order {
      guard let summary = metrics[name] else { continue }
      lines.append(row(name, summary.text(of: count)))
    }
    if let calibration {
      lines.append(
        row(
          "confidence",
          "\(number(calibration.rightShare)) wholly right, calibration error \(number(calibration.expectedError)), Brier "
            + "\(number(calibration.brierScore)), risk-coverage area \(number(calibration.riskArea))"
        )
      )
      if let area = calibration.interventionArea {
        lines.append(
          row(
            "interventions",
            "\(number(area)) of wrong outputs ranked before right ones by the probability masked (0.5 is chance)"
          )
        )
      }
    }
    if let referencesBlocked {
      lines.append(row("references", "\(referencesBlocked) of \(count) blocked by the constraint"))
    }
    let seconds = secondsPerImage > 0 ? ", \(number(secondsPerImage)) s per image" : ""
    lines.append(
      "\(FindingList.counted(count, "pair")), \(valid) valid, \(abstained) abstained\(seconds)"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ScoreSummary {
  /// Score and interval for a person.
  ///
  /// - Parameter all: Pairs that there are; said where the metric covers fewer.
  /// - Returns: Part of a line.
  func text(of all: Int) -> String {
    "\(value.fourPlaces)  95 % interval \(low.fourPlaces) to \(high.fourPlaces)"
      + (count < all ? " (of \(count))" : "")
  }
}

extension Double {
  /// With four decimal places, in English.
  var fourPlaces: String {
    formatted(.number.precision(.fractionLength(4)).locale(Locale(identifier: "en_US")))
  }
}
