import TaskEngine
import TaskProtocol

/// What some metrics say of one pair.
struct PairScores: Codable {
  /// Per metric that says something; as a figure of the pair alone.
  private(set) var scores: [String: Double] = [:]
  /// What the pair adds to the score of many, where it is more than the score itself.
  private(set) var evidence: [String: [Double]] = [:]

  /// The scores of a pair of which nothing is to be said.
  init() {}

  /// Scores a pair.
  ///
  /// - Parameters:
  ///   - pair: Prediction and references.
  ///   - metrics: Already adapted to the references of all pairs.
  ///   - file: Of the pairs, for the error.
  ///   - id: Of the pair, for the error.
  /// - Throws: ``ToolError`` when a metric's evidence is not finite.
  init(
    of pair: ScoredPair,
    by metrics: [TaskMetric],
    file: String,
    id: String
  ) throws(ToolError) {
    for metric in metrics {
      guard let numbers = metric.evidence(pair) else { continue }
      guard numbers.allSatisfy(\.isFinite) else {
        throw ToolError(
          "\(file): the metric '\(metric.name)' has no value for the pair '\(id)'; leave out pairs that "
            + "cannot be read or are too large to compare",
          exit: .failure
        )
      }
      let score = metric.total(numbers)
      scores[metric.name] = score
      if numbers != [score, 1] { evidence[metric.name] = numbers }
    }
  }

  /// Reads what a run kept; runs before this kind of evidence was kept have none.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    scores = try values.decode([String: Double].self, forKey: .scores)
    evidence = try values.decodeIfPresent([String: [Double]].self, forKey: .evidence) ?? [:]
  }

  enum CodingKeys: String, CodingKey {
    case scores, evidence
  }

  /// A metric's score of the pair; `nil` where it says nothing.
  subscript(metric: TaskMetric) -> Double? { scores[metric.name] }

  /// The score of some pairs together; `nil` where the metric says nothing of any.
  static func summary(_ pairs: [PairScores], by metric: TaskMetric) -> ScoreSummary? {
    ScoreSummary(
      of: metric,
      pairs.compactMap { $0.evidence[metric.name] ?? $0.scores[metric.name].map { [$0, 1] } }
    )
  }
}
