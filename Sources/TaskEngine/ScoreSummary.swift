import Generation

/// The mean of a metric over some pairs and how far it may be off.
package struct ScoreSummary: Sendable, Equatable, Codable {
  /// The mean.
  package let value: Double
  /// Lower end of the interval.
  package let low: Double
  /// Upper end of the interval.
  package let high: Double

  /// Resamples behind an interval.
  package static let resamples = 1000

  /// The mean of scores with its 95 % percentile bootstrap interval.
  ///
  /// Efron, "Bootstrap methods: another look at the jackknife" (1979). The resampling is seeded, so
  /// that equal scores give equal intervals.
  ///
  /// - Parameter scores: One per pair; no scores give zeros.
  package init(of scores: [Double]) {
    guard !scores.isEmpty else {
      (value, low, high) = (0, 0, 0)
      return
    }
    value = scores.reduce(0, +) / Double(scores.count)
    var generator = SplitMix64(seed: 1)
    let means = (0..<ScoreSummary.resamples).map { _ in
      var sum = 0.0
      for _ in scores { sum += scores[Int.random(in: scores.indices, using: &generator)] }
      return sum / Double(scores.count)
    }.sorted()
    low = means[ScoreSummary.resamples * 25 / 1000]
    high = means[ScoreSummary.resamples * 975 / 1000 - 1]
  }
}
