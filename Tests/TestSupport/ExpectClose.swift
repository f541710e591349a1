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
  let name = comment()
  guard actual.count == expected.count else {
    Issue.record(
      "\(name): \(actual.count) values instead of \(expected.count)",
      sourceLocation: sourceLocation
    )
    return
  }
  let difference = LargestDifference(actual, expected, columns: columns)
  guard difference.value > absolute else { return }
  Issue.record(
    "\(name): \(difference), more than \(absolute)",
    sourceLocation: sourceLocation
  )
}
