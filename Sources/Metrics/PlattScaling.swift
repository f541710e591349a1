import Foundation

/// Turns scores into probabilities of being right by a logistic curve.
///
/// Platt, "Probabilistic outputs for support vector machines", 1999, with his targets, which keep a curve
/// from promising certainty; fitted by Newton's method as in Lin, Lin and Weng, "A note on Platt's
/// probabilistic outputs for support vector machines", 2007.
package struct PlattScaling: Equatable, Sendable, Codable {
  /// How steep the curve is.
  package let slope: Double
  /// Where it lies.
  package let intercept: Double

  package init(slope: Double, intercept: Double) {
    (self.slope, self.intercept) = (slope, intercept)
  }

  /// Fits the curve to outcomes; `nil` where the scores do not differ or are not finite.
  package init?(scores: [Double], isRight: [Bool]) {
    precondition(scores.count == isRight.count, "an outcome per score")
    guard let first = scores.first, scores.allSatisfy(\.isFinite),
      scores.contains(where: { $0 != first })
    else { return nil }
    let right = Double(isRight.count { $0 })
    let wrong = Double(scores.count) - right
    let targets = isRight.map { $0 ? (right + 1) / (right + 2) : 1 / (wrong + 2) }
    var (a, b) = (0.0, log((right + 1) / (wrong + 1)))
    /// Cross-entropy without overflow.
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(scores, targets).reduce(0) { sum, pair in
        let z = a * pair.0 + b
        return sum + (z >= 0 ? (1 - pair.1) * z + log1p(exp(-z)) : -pair.1 * z + log1p(exp(z)))
      }
    }
    var value = loss(a, b)
    for _ in 0..<100 {
      var (gradientA, gradientB, aa, ab, bb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (score, target) in zip(scores, targets) {
        let p = PlattScaling.logistic(a * score + b)
        let (difference, weight) = (p - target, p * (1 - p))
        gradientA += difference * score
        gradientB += difference
        aa += weight * score * score
        ab += weight * score
        bb += weight
      }
      if abs(gradientA) < 1e-10, abs(gradientB) < 1e-10 { break }
      let determinant = aa * bb - ab * ab
      guard determinant > 0 else { break }
      let stepA = -(bb * gradientA - ab * gradientB) / determinant
      let stepB = -(aa * gradientB - ab * gradientA) / determinant
      let descent = gradientA * stepA + gradientB * stepB
      var size = 1.0
      while size > 1e-10, loss(a + size * stepA, b + size * stepB) > value + 1e-4 * size * descent {
        size /= 2
      }
      guard size > 1e-10 else { break }
      (a, b) = (a + size * stepA, b + size * stepB)
      value = loss(a, b)
    }
    guard a.isFinite, b.isFinite else { return nil }
    (slope, intercept) = (a, b)
  }

  /// The probability that goes with a score, 0 to 1.
  package func probability(_ score: Double) -> Double {
    PlattScaling.logistic(slope * score + intercept)
  }

  private static func logistic(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
  }
}
