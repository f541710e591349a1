/// Grid table similarity of two tables' texts: how much of two grids is alike once rows and columns
/// that only one has are left out.
///
/// Source: Smock, Pesala and Abraham, "GriTS: grid table similarity metric for table structure
/// recognition", 2023; `src/grits.py` of microsoft/table-transformer, the order in which equal
/// alignments are preferred included.
///
/// Where that program stops with an error this one goes on: a text that is not well-formed XML is read
/// as HTML, a span that is no positive number is 1, a text without cells is an empty grid, and a slot
/// that no cell covers is like nothing but another such slot.
package struct GriTS: Sendable {
  /// What is compared in a slot.
  package enum Feature: Sendable {
    /// How far the slot's cell reaches in each direction.
    case topology
    /// The cell's text; see ``SequenceSimilarity``.
    case content
    /// The cell's box on the page.
    case location
  }

  /// A similarity and its two sides, each 0 to 1.
  package struct Score: Equatable, Sendable {
    package let f: Double
    package let precision: Double
    package let recall: Double
  }

  /// Pairs of slots that are compared at most.
  package static let maximumPairs = 16 << 20

  package let feature: Feature

  /// A metric.
  package init(_ feature: Feature) { self.feature = feature }

  /// Compares two texts.
  ///
  /// - Returns: `nil` when the grids are larger than ``maximumPairs`` allows, or locations are asked for
  ///   and a cell has none.
  package func score(prediction: String, reference: String) -> Score? {
    guard let predicted = TableGrid(markup: prediction),
      let expected = TableGrid(markup: reference),
      predicted.slots.count <= Self.maximumPairs / max(expected.slots.count, 1)
    else { return nil }
    if feature == .location, !(predicted.cells + expected.cells).allSatisfy({ $0.box != nil }) {
      return nil
    }
    let rewards = Rewards(expected, predicted, feature)
    let rows = rewards.alignment(byRows: true)
    let columns = rewards.alignment(byRows: false)
    var match = 0.0
    for (trueRow, row) in rows {
      for (trueColumn, column) in columns { match += rewards[trueRow, trueColumn, row, column] }
    }
    func share(_ count: Int) -> Double { count > 0 ? match / Double(count) : 1 }
    let (precision, recall) = (share(predicted.slots.count), share(expected.slots.count))
    let sum = precision + recall
    return Score(
      f: sum > 0 ? 2 * precision * recall / sum : 0,
      precision: precision,
      recall: recall
    )
  }
}

/// How alike every slot of one grid is to every slot of another.
private struct Rewards {
  private let first: (rows: Int, columns: Int, classes: [Int])
  private let second: (rows: Int, columns: Int, classes: [Int])
  /// By class of the first grid and class of the second.
  private var values: [Double] = []
  private let classCount: Int

  /// What a slot is compared by.
  private enum Value: Hashable {
    case gap
    case text([Unicode.Scalar])
    case box(Rectangle)
  }

  init(_ one: TableGrid, _ other: TableGrid, _ feature: GriTS.Feature) {
    let (oneClasses, oneValues) = Self.classes(of: one, feature)
    let (otherClasses, otherValues) = Self.classes(of: other, feature)
    first = (one.rowCount, one.columnCount, oneClasses)
    second = (other.rowCount, other.columnCount, otherClasses)
    classCount = otherValues.count
    values = [Double](repeating: 0, count: oneValues.count * otherValues.count)
    for (j, right) in otherValues.enumerated() {
      var similarity: SequenceSimilarity?
      if case .text(let text) = right { similarity = SequenceSimilarity(to: text) }
      for (i, left) in oneValues.enumerated() {
        let value: Double =
          switch (left, right) {
          case (.gap, .gap): 1
          case (.text(let text), .text): similarity?.ratio(of: text) ?? 0
          case (.box(let a), .box(let b)): a.overlap(with: b)
          default: 0
          }
        values[i * classCount + j] = value
      }
    }
  }

  private static func classes(of grid: TableGrid, _ feature: GriTS.Feature) -> ([Int], [Value]) {
    var known: [Value: Int] = [:]
    var values: [Value] = []
    func number(_ value: Value) -> Int {
      if let index = known[value] { return index }
      known[value] = values.count
      values.append(value)
      return values.count - 1
    }
    if feature == .topology {
      return (grid.slots.indices.map { number(reach(of: grid, $0)) }, values)
    }
    let cells = grid.cells.map { cell -> Int in
      if feature == .content { return number(.text(Array(cell.text.unicodeScalars))) }
      return number(cell.box.map(Value.box) ?? .gap)
    }
    return (grid.slots.map { $0.map { cells[$0] } ?? number(.gap) }, values)
  }

  /// How far the cell of a slot reaches from it.
  private static func reach(of grid: TableGrid, _ place: Int) -> Value {
    guard let index = grid.slots[place] else { return .gap }
    let cell = grid.cells[index]
    let (row, column) = place.quotientAndRemainder(dividingBy: grid.columnCount)
    let (left, top) = (cell.column - column, cell.row - row)
    return .box(
      Rectangle(
        left: Double(left),
        top: Double(top),
        right: Double(left + cell.columnSpan),
        bottom: Double(top + cell.rowSpan)
      )
    )
  }

  subscript(row: Int, column: Int, otherRow: Int, otherColumn: Int) -> Double {
    let i = first.classes[row * first.columns + column]
    let j = second.classes[otherRow * second.columns + otherColumn]
    return values[i * classCount + j]
  }

  /// Rows, or columns, of the two grids that belong together.
  func alignment(byRows: Bool) -> [(Int, Int)] {
    let outer = byRows ? (first.rows, second.rows) : (first.columns, second.columns)
    let inner = byRows ? (first.columns, second.columns) : (first.rows, second.rows)
    var table = AlignmentTable(inner.0, inner.1)
    var whole = AlignmentTable(outer.0, outer.1)
    whole.fill { i, j in
      table.fill { k, l in byRows ? self[i, k, j, l] : self[k, i, l, j] }
      return table.score
    }
    return whole.pairs
  }
}

/// The best alignment of two sequences that keeps both orders.
private struct AlignmentTable {
  private let rows: Int
  private let columns: Int
  private var scores: [Double]
  private var rewards: [Double]

  init(_ rows: Int, _ columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    scores = [Double](repeating: 0, count: (rows + 1) * (columns + 1))
    rewards = [Double](repeating: 0, count: rows * columns)
  }

  var score: Double { scores[scores.count - 1] }

  /// Fills the table from the rewards of pairs.
  mutating func fill(_ reward: (Int, Int) -> Double) {
    let width = columns + 1
    for i in 0..<rows {
      for j in 0..<columns {
        let value = reward(i, j)
        rewards[i * columns + j] = value
        let place = (i + 1) * width + j + 1
        scores[place] = max(
          scores[place - width - 1] + value,
          scores[place - width],
          scores[place - 1]
        )
      }
    }
  }

  /// The pairs of the best alignment; among equal ones a pair is preferred to leaving out an element of
  /// the first sequence, and that to leaving out one of the second.
  var pairs: [(Int, Int)] {
    var result: [(Int, Int)] = []
    let width = columns + 1
    var (i, j) = (rows, columns)
    while i > 0, j > 0 {
      let place = i * width + j
      if scores[place - width - 1] + rewards[(i - 1) * columns + j - 1] == scores[place] {
        (i, j) = (i - 1, j - 1)
        result.append((i, j))
      } else if scores[place - width] == scores[place] {
        i -= 1
      } else {
        j -= 1
      }
    }
    return result.reversed()
  }
}
