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
  /// Outputs of a lower confidence are withheld and not scored.
  var abstainsBelow: Double?
  /// The task's, adapted to the references of all pairs.
  let metrics: [TaskMetric]
  /// What programs elsewhere said, by id.
  var judgements: [String: [String: JSONValue]] = [:]
  /// Outputs of another tool by id, and their file: no model runs.
  var predictions: (path: String, texts: [String: String])?
  var samples: EvaluationSamples?
  private var transcriber: Transcriber?

  init(
    plugin: P,
    pairsPath: String,
    environment: ToolEnvironment,
    loading: ModelLoading,
    check: Bool,
    references: [[String]]
  ) {
    self.plugin = plugin
    metrics = plugin.metrics.map { $0.adapted(to: references) }
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
    func show(_ index: Int) {
      var progress = "[\(index + 1)/\(list.count)] \(list[index].id)"
      if fresh > 0 {
        let left = start.duration(to: .now) / fresh * (list.count - index)
        progress +=
          ", \(left.formatted(.units(allowed: [.hours, .minutes, .seconds], width: .narrow))) left"
      }
      line.show(progress)
    }
    if let texts = try knownTexts(list) {
      let (assessment, known) = (assessment, list.map { samples?.sample($0.id) })
      try OrderedWork.run(
        count: list.count,
        threads: ProcessInfo.processInfo.activeProcessorCount,
        work: { index in Result { try known[index] ?? assessment.sample(texts[index], list[index]) }
        },
        deliver: { index, result in
          show(index)
          let sample = try result.get()
          if known[index] == nil {
            try samples?.keep(sample)
            fresh += 1
          }
          results.append(sample)
        }
      )
      return results
    }
    for (index, pair) in list.enumerated() {
      if let known = samples?.sample(pair.id) {
        results.append(known)
        continue
      }
      show(index)
      let sample = try sample(of: pair)
      try samples?.keep(sample)
      results.append(sample)
      fresh += 1
    }
    return results
  }

  /// What another tool made of each pair; `nil` where a model must run for one.
  private func knownTexts(_ list: [EvaluationPair]) throws(ToolError) -> [String]? {
    guard let predictions else {
      let texts = list.compactMap(\.prediction)
      return texts.count == list.count ? texts : nil
    }
    return try list.map { pair throws(ToolError) in
      guard let text = predictions.texts[pair.id] else {
        throw ToolError(
          "\(predictions.path): has no prediction for '\(pair.id)'",
          exit: .unreadable
        )
      }
      return text
    }
  }

  /// What scores a text.
  private var assessment: EvaluationAssessment<P> {
    EvaluationAssessment(
      plugin: plugin,
      metrics: metrics,
      judgements: judgements,
      pairsPath: pairsPath
    )
  }

  private mutating func sample(of pair: EvaluationPair) throws -> EvaluationSample {
    if let prediction = pair.prediction { return try assessment.sample(prediction, pair) }
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
      options: TranscriptionOptions(
        mode: check ? .check : .constrain,
        abstainsBelow: abstainsBelow
      )
    )
    let result = transcription.result
    let isWithheld = result.status == .abstained
    guard let text = result.text ?? (isWithheld ? "" : nil) else {
      let reason = result.findings.first?.message ?? "\(path): no output"
      throw ToolError(reason, exit: transcription.failure.map(ToolExit.init) ?? .failure)
    }
    return EvaluationSample(
      id: pair.id,
      prediction: text,
      valid: result.status == .valid,
      abstained: isWithheld,
      seconds: result.timing.total,
      confidence: result.confidence,
      tokens: result.tokens,
      maskedMass: check ? nil : result.interventions.reduce(0) { $0 + $1.maskedMass },
      findings: result.findings,
      scores: isWithheld ? PairScores() : try assessment.scores(text, pair)
    )
  }
}

/// Validates and scores texts.
struct EvaluationAssessment<P: TaskPlugin>: Sendable {
  let plugin: P
  let metrics: [TaskMetric]
  let judgements: [String: [String: JSONValue]]
  let pairsPath: String

  /// What there is to say of another tool's output.
  func sample(_ text: String, _ pair: EvaluationPair) throws -> EvaluationSample {
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

  /// What the metrics say of an output.
  func scores(_ text: String, _ pair: EvaluationPair) throws(ToolError) -> PairScores {
    try PairScores(
      of: ScoredPair(
        prediction: text,
        references: pair.references,
        judgements: judgements[pair.id] ?? [:]
      ),
      by: metrics,
      file: pairsPath,
      id: pair.id
    )
  }
}
