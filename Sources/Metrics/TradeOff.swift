/// Choices of which each has a cost and a value.
package enum TradeOff {
  /// Which choices no other beats: none is at least as cheap and as good, and better in one of both.
  ///
  /// - Parameters:
  ///   - costs: The smaller the better.
  ///   - values: As many, the larger the better.
  /// - Returns: One answer per choice.
  package static func front(costs: [Double], values: [Double]) -> [Bool] {
    precondition(costs.count == values.count, "a value per cost")
    return costs.indices.map { index in
      !costs.indices.contains { other in
        costs[other] <= costs[index] && values[other] >= values[index]
          && (costs[other] < costs[index] || values[other] > values[index])
      }
    }
  }

  /// The cheapest choice whose value is at most `loss` below the best, the first of equals.
  ///
  /// - Parameters:
  ///   - costs: The smaller the better.
  ///   - values: As many, the larger the better.
  ///   - loss: 0 or more.
  /// - Returns: Its index; `nil` of none.
  package static func cheapest(costs: [Double], values: [Double], loss: Double) -> Int? {
    precondition(costs.count == values.count, "a value per cost")
    guard let best = values.max() else { return nil }
    return costs.indices.filter { values[$0] >= best - loss }.min { costs[$0] < costs[$1] }
  }
}
