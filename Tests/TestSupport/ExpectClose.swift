package import Testing

/// Where two equally long lists of numbers differ most.
package struct LargestDifference: Sendable, CustomStringConvertible {
  /// Index of the element that differs most; `nil` for empty lists.
  package let index: Int?
  /// Absolute difference there; infinite where a number is not finite on one side only.
  package let value: Float
  package let description: String

  /// Compares element by element.
  ///
  /// - Parameters:
  ///   - actual: What was computed.
  ///   - expected: What it should be, equally many.
  ///   - columns: Extent of the last axis, to name row and column.
  package init(_ actual: [Float], _ expected: [Float], columns: Int? = nil) {
    var worst: Int?
    var largest: Float = -1
    for (index, pair) in zip(actual, expected).enumerated() {
      let difference = pair.0 == pair.1 ? 0 : abs(pair.0 - pair.1)
      // A NaN on one side must not pass for agreement.
      let value = difference.isNaN ? (pair.0.isNaN && pair.1.isNaN ? 0 : .infinity) : difference
      if value > largest {
        largest = value
        worst = index
      }
    }
    self.index = worst
    self.value = max(largest, 0)
    guard let worst else {
      self.description = "no elements"
      return
    }
    let place =
      columns.map { "row \(worst / max($0, 1)), column \(worst % max($0, 1))" }
      ?? "index \(worst)"
    self.description =
      "largest difference \(largest) at \(place): \(actual[worst]) instead of \(expected[worst]); "
      + "first values \(actual.prefix(6)) instead of \(expected.prefix(6))"
  }
}

/// Why two lists of numbers do not agree element by element.
///
/// - Parameters:
///   - actual: What was computed.
///   - expected: What it should be.
///   - absolute: Largest difference that is accepted.
///   - columns: Extent of the last axis, to name row and column.
/// - Returns: One line, or `nil` when they agree.
package func closenessFailure(
  _ actual: [Float],
  _ expected: [Float],
  absolute: Float,
  columns: Int? = nil
) -> String? {
  guard actual.count == expected.count else {
    return "\(actual.count) values instead of \(expected.count)"
  }
  let difference = LargestDifference(actual, expected, columns: columns)
  return difference.value <= absolute ? nil : "\(difference), more than \(absolute)"
}

/// Records an issue unless two lists agree element by element.
///
/// - Parameters:
///   - actual: What was computed.
///   - expected: What it should be.
///   - absolute: Largest difference that is accepted.
///   - columns: Extent of the last axis, to name row and column in the message.
///   - comment: What is compared.
///   - sourceLocation: Where the test stands.
package func expectClose(
  _ actual: [Float],
  _ expected: [Float],
  absolute: Float,
  columns: Int? = nil,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let failure = closenessFailure(actual, expected, absolute: absolute, columns: columns)
  guard let failure else { return }
  Issue.record("\(comment()): \(failure)", sourceLocation: sourceLocation)
}
