import Foundation
import TaskEngine
import TaskProtocol

/// Goes through the pairs.
struct EvaluationWork<P: TaskPlugin> {
  let plugin: P
  /// The pairs' file, for errors and for the folder of the images.
  let pairsPath: String
  let environment: ToolEnvironment
  let loading: ModelLoading
  /// Whether outputs are decoded freely.
  let check: Bool
  /// Outputs of another tool by id, and their file: no model runs.
  var predictions: (path: String, texts: [String: String])?
  var samples: EvaluationSamples?
  private var transcriber: Transcriber?

  init(
    plugin: P,
    pairsPath: String,
    environment: ToolEnvironment,
    loading: ModelLoading,
    check: Bool
  ) {
    self.plugin = plugin
    self.pairsPath = pairsPath
    self.environment = environment
    self.loading = loading
    self.check = check
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
      guard let text = predictions.texts[pair.id] else {
        throw ToolError(
          "\(predictions.path): has no prediction for '\(pair.id)'",
          exit: .unreadable
        )
      }
      return try assessed(text, pair)
    }
    if let prediction = pair.prediction { return try assessed(prediction, pair) }
    guard let image = pair.image else {
      throw ToolError(
        "\(pairsPath): the pair '\(pair.id)' has neither an image nor a prediction",
        exit: .unreadable
      )
    }
    let loaded =
      try transcriber
      ?? loading.transcriber(
        for: plugin.manifest.id,
        in: environment,
        identifiesModel: false
      )
    transcriber = loaded
    let folder = (pairsPath as NSString).deletingLastPathComponent
    let path = (image.hasPrefix("/") ? "" : folder as NSString).appendingPathComponent(image)
    let transcription = loaded.transcribe(
      Array(try environment.readFile(path)),
      path: path,
      plugin: plugin,
      options: TranscriptionOptions(mode: check ? .check : .constrain)
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
      tokens: result.tokens,
      maskedMass: check ? nil : result.interventions.reduce(0) { $0 + $1.maskedMass },
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
          "\(pairsPath): the metric '\(metric.name)' has no value for the pair '\(pair.id)'; "
            + "leave out pairs that are too large to compare",
          exit: .failure
        )
      }
      scores[metric.name] = score
    }
    return scores
  }
}
