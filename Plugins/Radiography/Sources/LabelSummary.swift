/// What a report says about each of the fourteen categories of CheXpert, by our rules.
///
/// Not the labels of the CheXpert or CheXbert labellers, which differ in many cases.
struct LabelSummary: Equatable, Sendable {
  /// What is said of a category.
  enum Value: Equatable, Sendable {
    case positive
    /// Only possible.
    case uncertain
    case negative
  }

  /// Categories of which something is said.
  private(set) var values: [ObservationCategory: Value] = [:]

  /// What the statements come to.
  ///
  /// An assertion counts more than a doubt, and that more than a denial. "No Finding" is asserted when nothing else is, devices aside.
  init(_ statements: [ReportStatement]) {
    for statement in statements {
      guard let category = statement.category else { continue }
      let value: Value =
        statement.polarity == .negative
        ? .negative : statement.certainty == .possible ? .uncertain : .positive
      if rank(value) > values[category].map(rank) ?? 0 { values[category] = value }
    }
    let isNormal = !values.contains { $0.key != .supportDevices && $0.value != .negative }
    values[.noFinding] = isNormal ? .positive : nil
  }

  private func rank(_ value: Value) -> Int {
    switch value {
    case .positive: 3
    case .uncertain: 2
    case .negative: 1
    }
  }

  /// A category with what is said of it; a doubt counts as an assertion.
  struct Label: Hashable, Sendable {
    var category: ObservationCategory
    var isPositive: Bool
  }

  /// All labels, or only the assertions.
  func labels(onlyPositive: Bool) -> Set<Label> {
    Set(
      values.compactMap { category, value in
        let isPositive = value != .negative
        return isPositive || !onlyPositive ? Label(category: category, isPositive: isPositive) : nil
      }
    )
  }
}
