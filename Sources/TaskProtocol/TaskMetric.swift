/// A measure of predictions against references, named by its variant.
///
/// Most are the mean of a score that each pair has by itself. Others are a figure of all pairs together,
/// such as errors per character: each pair then has evidence, numbers that add up, and the score is a
/// function of their sums. A few need to know all references before they can score one pair.
public struct TaskMetric: Sendable {
  /// The variant's name, such as `teds-pubtabnet`.
  public let name: String
  /// What it measures, its range and its source, in one sentence.
  public let summary: String
  /// The score of a prediction that is right: 1 of most, 0 of an error rate.
  ///
  /// The further from it, the worse.
  public let best: Double
  /// What a pair adds to the score of many; `nil` where the metric says nothing about the pair, because
  /// it lacks a judgement that the metric reads.
  public let evidence: @Sendable (ScoredPair) -> [Double]?
  /// The score of the sums of some pairs' evidence.
  public let total: @Sendable (_ sums: [Double]) -> Double
  /// The evidence where it depends on all references; see ``adapted(to:)``.
  private var evidenceAmong: (@Sendable ([[String]]) -> (@Sendable (ScoredPair) -> [Double]?))?

  /// The mean of a score of (prediction, reference).
  ///
  /// Of several references the one that gives the best score counts.
  public init(
    name: String,
    summary: String,
    best: Double = 1,
    score: @escaping @Sendable (_ prediction: String, _ reference: String) -> Double
  ) {
    self.init(
      name: name,
      summary: summary,
      best: best,
      counts: { [score($0, $1), 1] },
      total: Self.mean
    )
  }

  /// A ratio of counts that add up over pairs, such as edits per character.
  ///
  /// `counts` is what a prediction adds beside a reference, `nil` where the reference says nothing; `total`
  /// is the score of the sums. Of several references the one that gives the best score counts.
  public init(
    name: String,
    summary: String,
    best: Double,
    counts: @escaping @Sendable (_ prediction: String, _ reference: String) -> [Double]?,
    total: @escaping @Sendable (_ sums: [Double]) -> Double
  ) {
    self.init(
      name: name,
      summary: summary,
      best: best,
      evidence: { pair in
        pair.references.compactMap { counts(pair.prediction, $0) }
          .min { abs(best - total($0)) < abs(best - total($1)) }
      },
      total: total
    )
  }

  /// The mean of a score of whole pairs, all references and judgements included; pairs whose score is
  /// `nil` are left out.
  public init(
    name: String,
    summary: String,
    best: Double = 1,
    pairScore: @escaping @Sendable (ScoredPair) -> Double?
  ) {
    self.init(
      name: name,
      summary: summary,
      best: best,
      evidence: { pair in pairScore(pair).map { [$0, 1] } },
      total: Self.mean
    )
  }

  /// A metric of all pairs together.
  public init(
    name: String,
    summary: String,
    best: Double = 1,
    evidence: @escaping @Sendable (ScoredPair) -> [Double]?,
    total: @escaping @Sendable (_ sums: [Double]) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.best = best
    self.evidence = evidence
    self.total = total
  }

  /// The mean of a score that depends on all references besides.
  ///
  /// `scoreAmong` makes the score of one pair, given the references of each pair.
  public init(
    name: String,
    summary: String,
    best: Double = 1,
    scoreAmong: @escaping @Sendable ([[String]]) -> (@Sendable (ScoredPair) -> Double)
  ) {
    self.init(
      name: name,
      summary: summary,
      best: best,
      evidence: { pair in [scoreAmong([pair.references])(pair), 1] },
      total: Self.mean
    )
    evidenceAmong = { references in
      let score = scoreAmong(references)
      return { [score($0), 1] }
    }
  }

  /// The metric for pairs whose references these are; the same metric where they do not matter.
  public func adapted(to references: [[String]]) -> TaskMetric {
    guard let evidenceAmong else { return self }
    return TaskMetric(
      name: name,
      summary: summary,
      best: best,
      evidence: evidenceAmong(references),
      total: total
    )
  }

  /// The score of one prediction; NaN where the metric says nothing about it.
  public func score(_ prediction: String, _ reference: String) -> Double {
    evidence(ScoredPair(prediction: prediction, references: [reference])).map(total) ?? .nan
  }

  /// How far a score is from that of a prediction that is right.
  public func loss(of score: Double) -> Double { abs(best - score) }

  /// Of a sum and a count.
  private static let mean: @Sendable ([Double]) -> Double = { $0[0] / $0[1] }
}
