/// A measure of a prediction against a reference, named by its variant.
public struct TaskMetric: Sendable {
  /// The variant's name, such as `teds-pubtabnet`.
  public let name: String
  /// What it measures, its range and its source, in one sentence.
  public let summary: String
  /// The score of a prediction that is right: 1 of most, 0 of an error rate.
  ///
  /// The further from it, the worse.
  public let best: Double
  /// The score of (prediction, reference).
  public let score: @Sendable (_ prediction: String, _ reference: String) -> Double

  /// A metric; see the properties for what each value means.
  public init(
    name: String,
    summary: String,
    best: Double = 1,
    score: @escaping @Sendable (_ prediction: String, _ reference: String) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.best = best
    self.score = score
  }

  /// How far a score is from that of a prediction that is right.
  public func loss(of score: Double) -> Double { abs(best - score) }
}
