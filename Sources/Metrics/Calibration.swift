/// How well confidences foretell what is right.
package enum Calibration {
  /// Bins of the expected calibration error.
  package static let bins = 15

  /// Mean distance between confidence and share of right answers, over bins of equal width.
  ///
  /// Guo et al., "On Calibration of Modern Neural Networks" (2017), the l1 norm, each bin weighed by
  /// its answers. Bins hold their lower border and not their upper one, and a confidence of 1 is a bin
  /// of its own, as in `torchmetrics.functional.classification.binary_calibration_error`.
  ///
  /// - Parameters:
  ///   - confidences: 0 to 1.
  ///   - isRight: As many.
  ///   - bins: 1 or more.
  /// - Returns: 0 to 1; 0 of nothing.
  package static func expectedError(
    _ confidences: [Double],
    isRight: [Bool],
    bins: Int = bins
  ) -> Double {
    precondition(confidences.count == isRight.count && bins >= 1, "an answer per confidence")
    var counts = [Double](repeating: 0, count: bins + 1)
    var sums = counts
    var right = counts
    for (confidence, isRight) in zip(confidences, isRight) {
      let bin = min(max(Int(confidence * Double(bins)), 0), bins)
      counts[bin] += 1
      sums[bin] += confidence
      right[bin] += isRight ? 1 : 0
    }
    let all = Double(max(confidences.count, 1))
    return counts.indices.reduce(0) { $0 + abs(sums[$1] - right[$1]) / all }
  }

  /// Mean squared distance between confidence and what came true, 1 or 0.
  ///
  /// Brier, "Verification of forecasts expressed in terms of probability" (1950), for two outcomes, as
  /// `sklearn.metrics.brier_score_loss`.
  ///
  /// - Parameters:
  ///   - confidences: 0 to 1.
  ///   - isRight: As many.
  /// - Returns: 0 to 1; 0 of nothing.
  package static func brierScore(_ confidences: [Double], isRight: [Bool]) -> Double {
    precondition(confidences.count == isRight.count, "an answer per confidence")
    guard !confidences.isEmpty else { return 0 }
    let sum = zip(confidences, isRight).reduce(0.0) { sum, pair in
      let distance = pair.0 - (pair.1 ? 1 : 0)
      return sum + distance * distance
    }
    return sum / Double(confidences.count)
  }

  /// The mean loss of the `k` most confident answers, for every `k` from 1 on.
  ///
  /// El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification" (2010): the risk at
  /// the coverage `k / n`. Among equally confident answers no order is right, so each counts with their
  /// mean loss: the expectation over all orders.
  ///
  /// - Parameters:
  ///   - confidences: Any numbers, the larger the more confident.
  ///   - losses: As many, 0 for right.
  /// - Returns: As many risks.
  package static func risks(_ confidences: [Double], losses: [Double]) -> [Double] {
    precondition(confidences.count == losses.count, "a loss per confidence")
    let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
    var risks: [Double] = []
    var sum = 0.0
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, confidences[order[end]] == confidences[order[start]] { end += 1 }
      let mean = order[start..<end].reduce(0.0) { $0 + losses[$1] } / Double(end - start)
      for _ in start..<end {
        sum += mean
        risks.append(sum / Double(risks.count + 1))
      }
      start = end
    }
    return risks
  }

  /// The mean of ``risks(_:losses:)``: the area under the risk-coverage curve.
  ///
  /// Geifman et al., "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers" (2019), AURC.
  package static func riskArea(_ confidences: [Double], losses: [Double]) -> Double {
    let risks = risks(confidences, losses: losses)
    return risks.isEmpty ? 0 : risks.reduce(0, +) / Double(risks.count)
  }

  /// How well scores tell positives from negatives: the chance that a positive one has the larger score,
  /// half of it where they are equal.
  ///
  /// The area under the receiver operating characteristic, by its equality with the Mann-Whitney U
  /// statistic (Hanley and McNeil, 1982); `sklearn.metrics.roc_auc_score`.
  ///
  /// - Parameters:
  ///   - scores: Any numbers.
  ///   - isPositive: As many.
  /// - Returns: 0 to 1; `nil` unless there are both kinds.
  package static func rankArea(_ scores: [Double], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "a score per outcome")
    let positives = isPositive.count { $0 }
    guard positives > 0, positives < scores.count else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      let rank = Double(start + 1 + end) / 2
      rankSum += rank * Double(order[start..<end].count { isPositive[$0] })
      start = end
    }
    let count = Double(positives)
    let wins = rankSum - count * (count + 1) / 2
    return wins / (count * Double(scores.count - positives))
  }
}
