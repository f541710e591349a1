/// A measure of a prediction against a reference, named by its variant.
public struct TaskMetric: Sendable {
  /// The variant's name, such as `teds-pubtabnet`.
  public let name: String
  /// What it measures, its range and its source, in one sentence.
  public let summary: String
  /// The score of (prediction, reference); higher is better unless the summary says otherwise.
  public let score: @Sendable (_ prediction: String, _ reference: String) -> Double

  /// A metric; see the properties for what each value means.
  public init(
    name: String,
    summary: String,
    score: @escaping @Sendable (_ prediction: String, _ reference: String) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.score = score
  }
}
