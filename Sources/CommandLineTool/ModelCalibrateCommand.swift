import ArgumentParser
import Foundation
import Metrics
import TaskEngine
import TaskProtocol

/// `copyist model calibrate`: makes the confidence of a checkpoint say how often it is right.
struct ModelCalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Make a checkpoint's confidence say how often its outputs are right.",
    usage: """
      copyist model calibrate table PAIRS.jsonl --model DIR
      copyist model calibrate table PAIRS.jsonl --model DIR --dry-run
      """,
    discussion: """
      Transcribes the images of PAIRS.jsonl, fits a logistic curve from the probability of an output to \
      its being right by the task's first metric, and writes the curve into copyist.json of the \
      checkpoint folder; transcribe and evaluate then print the curve's confidence. The calibration \
      error is measured on halves that the curve was not fitted to. Some hundred pairs of the material \
      that is to be read, never those of the evaluation, make a good curve.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Argument(
    help: "Pairs, lines of {\"id\", \"image\", \"reference\"}.",
    completion: .file(extensions: ["jsonl"])
  )
  var pairs: String

  @OptionGroup var modelOptions: ModelOptions

  @Flag(help: "Print what was found and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  /// Fewer pairs than this fit no curve.
  private static let leastPairs = 20

  func run() throws {
    let environment = try environment()
    try run(try environment.plugin(named: task), in: environment)
  }

  private func run<P: TaskPlugin>(_ plugin: P, in environment: ToolEnvironment) throws {
    let list = try EvaluationPair.list(environment.readFile(pairs), path: pairs)
    guard list.count >= Self.leastPairs, let metric = plugin.metrics.first else {
      throw ToolError(
        "\(pairs): holds \(FindingList.counted(list.count, "pair")); a curve needs \(Self.leastPairs), better some hundred",
        exit: .unreadable
      )
    }
    if let pair = list.first(where: { $0.image == nil || $0.prediction != nil }) {
      throw ToolError(
        "\(pairs): the pair '\(pair.id)' has no image to transcribe, or a prediction of its own",
        exit: .unreadable
      )
    }
    var loading = modelOptions.loading
    loading.isCalibrated = false
    var work = EvaluationWork(
      plugin: plugin,
      pairsPath: pairs,
      environment: environment,
      loading: loading,
      check: false,
      references: list.map(\.references)
    )
    let samples = try work.run(list).filter { !$0.abstained }
    let odds = samples.map { ConfidenceScale.logOdds(log($0.confidence ?? 0)) }
    let isRight = samples.map { metric.loss(of: $0.scores[metric] ?? .nan) == 0 }
    guard let curve = PlattScaling(scores: odds, isRight: isRight), curve.slope > 0 else {
      throw ToolError(
        "\(pairs): the probability of an output says nothing about its being right, "
          + "\(isRight.count { $0 }) of \(isRight.count) of which are; the confidence stays as it is",
        exit: .failure
      )
    }
    let record = Record(
      task: task,
      metric: metric.name,
      count: samples.count,
      rightShare: Double(isRight.count { $0 }) / Double(isRight.count),
      slope: curve.slope,
      intercept: curve.intercept,
      errorBefore: Calibration.expectedError(samples.map { $0.confidence ?? 0 }, isRight: isRight),
      errorAfter: Self.crossedError(odds, isRight)
    )
    if !dryRun {
      let directory = try ModelLocation(environment: environment)
        .directory(option: modelOptions.model, task: task)
      var notes = try CheckpointNotes.read(from: directory) ?? CheckpointNotes()
      notes.confidence = (notes.confidence ?? [:]).merging([task: curve]) { _, new in new }
      try notes.write(to: directory)
      environment.diagnostics.writeLine("\(directory)/copyist.json: written")
    }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(record, namesInSnakeCase: true))
    } else {
      environment.output.write(record.text)
    }
  }

  /// The calibration error of each half under the curve of the other.
  private static func crossedError(_ odds: [Double], _ isRight: [Bool]) -> Double? {
    var confidences = [Double](repeating: 0, count: odds.count)
    for part in 0...1 {
      let fitted = odds.indices.filter { $0 % 2 != part }
      guard
        let curve = PlattScaling(
          scores: fitted.map { odds[$0] },
          isRight: fitted.map { isRight[$0] }
        )
      else { return nil }
      for index in odds.indices where index % 2 == part {
        confidences[index] = curve.probability(odds[index])
      }
    }
    return Calibration.expectedError(confidences, isRight: isRight)
  }

  /// What `--json` prints.
  private struct Record: Encodable {
    let task: String
    let metric: String
    let count: Int
    let rightShare: Double
    let slope: Double
    let intercept: Double
    let errorBefore: Double
    let errorAfter: Double?

    var text: String {
      let after =
        errorAfter.map { ", \($0.fourPlaces) with the curve (on pairs it was not fitted to)" } ?? ""
      return """
        \(FindingList.counted(count, "pair")), \(rightShare.fourPlaces) right by \(metric)
        calibration error \(errorBefore.fourPlaces) as it is\(after)
        confidence = logistic(\(slope.fourPlaces) * log odds + \(intercept.fourPlaces))

        """
    }
  }
}
