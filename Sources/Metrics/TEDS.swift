/// Tree-edit-distance-based similarity of two HTML tables: 1 for equal ones, lower the more nodes of
/// the one must be changed to get the other.
///
/// Source: Zhong, ShafieiBavani and Jimeno Yepes, "Image-based table recognition: data, model, and
/// evaluation", 2020, and the programs named at ``Variant``.
///
/// Only the first `<table>` that is a child of `<body>` counts. The text of `th` is never compared,
/// white space counts, and a missing `<tbody>` costs a node, as in the reference programs. A score
/// can fall below 0 in ``Variant/pubTabNet``.
package struct TEDS: Sendable {
  /// Whose denominator.
  package enum Variant: Sendable {
    /// PubTabNet's `metric.py`: the number of elements below the larger table, tags within cells
    /// counted and the table itself not.
    case pubTabNet
    /// `table_recognition_metric` 0.0.6: the nodes of the larger tree, the table itself counted and
    /// tags within cells not.
    case tableRecognitionMetric
  }

  /// Trees whose node counts multiply to more than this are not compared.
  package static let maximumPairs = 16 << 20

  /// Which program it agrees with.
  package let variant: Variant
  /// Whether the cells' text is left out.
  package let structureOnly: Bool

  /// A metric.
  package init(_ variant: Variant, structureOnly: Bool = false) {
    self.variant = variant
    self.structureOnly = structureOnly
  }

  /// Compares two HTML texts; a text without `<html>` and `<body>` gets them.
  ///
  /// - Returns: At most 1; 0 when a text is empty, has no table or has a span that is no integer; NaN
  ///   when the tables are larger than ``maximumPairs`` allows.
  package func score(prediction: String, reference: String) -> Double {
    guard let predicted = TableTree(html: prediction), let expected = TableTree(html: reference)
    else { return 0 }
    guard predicted.nodes.count <= Self.maximumPairs / expected.nodes.count else { return .nan }
    let distance = self.distance(predicted, expected)
    // Two tables without anything in them: the reference divides by 0.
    guard distance > 0 else { return 1 }
    let size =
      switch variant {
      case .pubTabNet: max(predicted.descendantCount, expected.descendantCount)
      case .tableRecognitionMetric: max(predicted.nodes.count, expected.nodes.count)
      }
    return 1 - distance / Double(size)
  }

  private func distance(_ predicted: TableTree, _ expected: TableTree) -> Double {
    let contents = structureOnly ? nil : ContentDistances(predicted, expected)
    let (left, right) = (predicted.nodes, expected.nodes)
    return predicted.shape.distance(to: expected.shape) { i, j in
      let (a, b) = (left[i], right[j])
      guard a.columnSpan == b.columnSpan, a.rowSpan == b.rowSpan, a.tag == b.tag else { return 1 }
      guard a.tag == "td", let contents else { return 0 }
      return contents[i, j]
    }
  }
}

/// Normalised distances between the contents of all cells of two tables.
private struct ContentDistances {
  /// For each node, the number of its content among the distinct ones.
  private var left: [Int]
  private var right: [Int]
  private var columns: Int
  private var distances: [Double]

  init(_ predicted: TableTree, _ expected: TableTree) {
    var symbols: [TableTree.Token: Int32] = [:]
    func intern(_ tree: TableTree) -> (indices: [Int], contents: [[Int32]]) {
      var known: [[Int32]: Int] = [:]
      var contents: [[Int32]] = []
      let indices = tree.nodes.map { node in
        let content = node.tokens.map { token in
          if let symbol = symbols[token] { return symbol }
          let symbol = Int32(truncatingIfNeeded: symbols.count)
          symbols[token] = symbol
          return symbol
        }
        if let index = known[content] { return index }
        known[content] = contents.count
        contents.append(content)
        return contents.count - 1
      }
      return (indices, contents)
    }
    let (leftIndices, leftContents) = intern(predicted)
    let (rightIndices, rightContents) = intern(expected)
    (left, right, columns) = (leftIndices, rightIndices, rightContents.count)
    distances = []
    distances.reserveCapacity(leftContents.count * columns)
    for a in leftContents {
      let pattern = EditDistance(from: a, symbolCount: symbols.count)
      for b in rightContents {
        let longer = max(a.count, b.count)
        distances.append(a == b ? 0 : Double(pattern.distance(to: b)) / Double(longer))
      }
    }
  }

  subscript(i: Int, j: Int) -> Double { distances[left[i] * columns + right[j]] }
}
