import Generation
package import TaskProtocol

/// A metric over some pairs and how far it may be off.
package struct ScoreSummary: Sendable, Equatable, Codable {
  /// The score of all pairs together.
  package let value: Double
  /// Lower end of the interval.
  package let low: Double
  /// Upper end of the interval.
  package let high: Double
  /// Pairs that the metric says something about.
  package let count: Int

  /// Resamples behind an interval.
  package static let resamples = 1000

  /// The score of some pairs with its 95 % percentile bootstrap interval.
  ///
  /// Efron, "Bootstrap methods: another look at the jackknife" (1979): pairs are drawn again with
  /// replacement and the metric's score of their summed evidence is taken, whatever kind of metric it
  /// is. The drawing is seeded, so that equal evidence gives an equal interval. Without any evidence there
  /// is no summary.
  ///
  /// - Parameters:
  ///   - metric: Whose evidence it is.
  ///   - evidence: Of each pair; all have equally many numbers.
  package init?(of metric: TaskMetric, _ evidence: [[Double]]) {
    guard let width = evidence.first?.count else { return nil }
    count = evidence.count
    func total(_ indices: some Sequence<Int>) -> Double {
      var sums = [Double](repeating: 0, count: width)
      for index in indices {
        for (place, number) in evidence[index].enumerated() { sums[place] += number }
      }
      return metric.total(sums)
    }
    value = total(evidence.indices)
    var generator = SplitMix64(seed: 1)
    let totals = (0..<ScoreSummary.resamples).map { _ in
      total(evidence.indices.lazy.map { _ in Int.random(in: evidence.indices, using: &generator) })
    }.sorted()
    low = totals[ScoreSummary.resamples * 25 / 1000]
    high = totals[ScoreSummary.resamples * 975 / 1000 - 1]
  }
}
