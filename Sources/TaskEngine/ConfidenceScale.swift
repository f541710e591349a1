import Foundation
package import Metrics

/// How the probability of an output becomes a confidence: how often outputs as probable as this one are
/// right.
package struct ConfidenceScale: Sendable {
  private let curve: PlattScaling

  /// A scale over log odds.
  package init(_ curve: PlattScaling) { self.curve = curve }

  /// The confidence of an output.
  ///
  /// - Parameter logProbability: Natural logarithm of the product of its tokens' probabilities.
  /// - Returns: 0 to 1.
  package func confidence(logProbability: Double) -> Double {
    curve.probability(Self.logOdds(logProbability))
  }

  /// The log odds of an output, which the curve is fitted to; within what doubles tell apart.
  package static func logOdds(_ logProbability: Double) -> Double {
    let bounded = min(max(logProbability, -700), -1e-12)
    return bounded - log(-expm1(bounded))
  }
}
