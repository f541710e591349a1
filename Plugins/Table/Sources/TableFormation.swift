/// The grid that a table's rows make, and what is wrong with it.
///
/// Source: the HTML Standard's algorithm "forming a table", with one difference: a cell that reaches
/// past its row group is clipped there, as every browser draws it, and reported.
package struct TableFormation: Equatable, Sendable {
  /// Rows of the grid: one for each row of the source.
  package private(set) var rowCount = 0
  /// Columns of the grid.
  package private(set) var columnCount = 0
  /// Rows of the groups `thead` at the top.
  package private(set) var headerRowCount = 0
  /// The cells in the order of the source.
  package private(set) var cells: [PlacedCell] = []
  /// What the table model does not allow, from top to bottom.
  package private(set) var issues: [TableIssue] = []

  /// Past either limit a table is not looked at: someone made it to cost memory.
  package static let maximumColumns = 16_384
  package static let maximumSlots = 4 << 20

  /// First row, by column, that the cells so far leave free.
  private var freeFrom: [Int] = []
  /// Index of the cell that reaches down to ``freeFrom``.
  private var owner: [Int] = []
  /// Whether a cell starts in the column.
  private var starts: [Bool] = []
  private var expectedColumns: Int?

  /// Forms the grid.
  package init(of table: SourceTable) {
    expectedColumns = table.declaredColumns
    if let declared = table.declaredColumns {
      guard declared <= Self.maximumColumns else {
        issues.append(.tooLarge(row: 0))
        return
      }
      widen(to: declared)
    }
    var aboveBody = true
    for group in table.groups {
      aboveBody = aboveBody && group.kind == .head
      let end = rowCount + group.rows.count
      for row in group.rows {
        guard add(row, groupEnd: end) else {
          issues.append(.tooLarge(row: rowCount))
          return
        }
        rowCount += 1
        if aboveBody { headerRowCount += 1 }
      }
    }
    reportColumns()
  }

  /// Places the cells of one row; `false` when the table is too large.
  private mutating func add(_ row: SourceRow, groupEnd: Int) -> Bool {
    var column = 0
    for (ordinal, cell) in row.cells.enumerated() {
      while column < columnCount, freeFrom[column] > rowCount { column += 1 }
      let end = column + cell.columnSpan
      widen(to: end)
      guard columnCount <= Self.maximumColumns,
        (rowCount + 1) * columnCount <= Self.maximumSlots
      else { return false }

      let available = groupEnd - rowCount
      let placed = PlacedCell(
        row: rowCount,
        ordinal: ordinal,
        column: column,
        rowSpan: cell.rowSpan == 0 ? available : min(cell.rowSpan, available),
        columnSpan: cell.columnSpan
      )
      if cell.rowSpan > available {
        issues.append(
          .spanPastGroup(cell: cells.count, requested: cell.rowSpan, available: available)
        )
      }
      cover(placed)
      starts[column] = true
      cells.append(placed)
      column = end
    }
    if row.cells.isEmpty { issues.append(.rowWithoutCell(row: rowCount)) }
    reportWidth()
    return true
  }

  private mutating func widen(to columns: Int) {
    guard columns > columnCount else { return }
    let added = columns - columnCount
    freeFrom.append(contentsOf: repeatElement(0, count: added))
    owner.append(contentsOf: repeatElement(-1, count: added))
    starts.append(contentsOf: repeatElement(false, count: added))
    columnCount = columns
  }

  /// Marks the slots of a cell and reports, once for each, the cells that it overlaps.
  private mutating func cover(_ cell: PlacedCell) {
    var lastReported = -1
    for column in cell.column..<cell.column + cell.columnSpan {
      if freeFrom[column] > rowCount, owner[column] != lastReported {
        lastReported = owner[column]
        issues.append(.overlap(cell: cells.count, earlier: lastReported, column: column))
      }
      if cell.row + cell.rowSpan > freeFrom[column] {
        freeFrom[column] = cell.row + cell.rowSpan
        owner[column] = cells.count
      }
    }
  }

  /// Compares the slots that the row covers with the columns that the first row established.
  private mutating func reportWidth() {
    var width = 0
    var firstFree: Int?
    for column in 0..<columnCount {
      if freeFrom[column] > rowCount {
        width = column + 1
      } else if firstFree == nil {
        firstFree = column
      }
    }
    let expected = expectedColumns ?? width
    expectedColumns = expected
    if width > expected {
      issues.append(.rowTooWide(row: rowCount, width: width, expected: expected))
    }
    if let firstFree, firstFree < max(expected, width), width > 0 {
      issues.append(.rowTooShort(row: rowCount, firstFree: firstFree, expected: expected))
    }
  }

  /// Reports runs of columns in which no cell starts.
  private mutating func reportColumns() {
    var column = 0
    while column < columnCount {
      guard !starts[column] else {
        column += 1
        continue
      }
      let first = column
      while column < columnCount, !starts[column] { column += 1 }
      issues.append(.columnsWithoutCell(first: first, last: column - 1))
    }
  }
}

/// A cell with its slots; rows and columns are counted from 0.
package struct PlacedCell: Equatable, Sendable {
  package let row: Int
  /// Which cell of its row it is.
  package let ordinal: Int
  package let column: Int
  package let rowSpan: Int
  package let columnSpan: Int
}

/// Something that the table model does not allow; rows and columns are counted from 0.
package enum TableIssue: Equatable, Sendable {
  /// A cell covers a slot that an earlier one covers too; both are indices into the cells.
  case overlap(cell: Int, earlier: Int, column: Int)
  /// A cell asks for more rows than are left in its row group.
  case spanPastGroup(cell: Int, requested: Int, available: Int)
  /// A row reaches past the columns that were established first.
  case rowTooWide(row: Int, width: Int, expected: Int)
  /// A row leaves a slot empty.
  case rowTooShort(row: Int, firstFree: Int, expected: Int)
  /// No cell starts in the row.
  case rowWithoutCell(row: Int)
  /// No cell starts in these columns.
  case columnsWithoutCell(first: Int, last: Int)
  /// The table is past the limits and was not looked at from this row on.
  case tooLarge(row: Int)
}
