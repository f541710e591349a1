import TableDomain

/// The grid of a table by definition, slot by slot: every slot lists the cells that cover it.
///
/// Shares nothing with the formation under test: cells are placed one after another on a map of slots,
/// and everything that is reported is read off the finished map.
struct SlowFormation {
  struct Slot: Hashable {
    var row: Int
    var column: Int
  }

  var cells: [Rectangle] = []
  var covering: [Slot: [Int]] = [:]
  var clipped: [Int] = []
  var rowCount = 0
  var columnCount = 0
  /// Width of each row once its own cells stand.
  var widths: [Int] = []

  init(_ table: SourceTable) {
    columnCount = table.declaredColumns ?? 0
    for group in table.groups {
      let end = rowCount + group.rows.count
      for row in group.rows {
        for cell in row.cells {
          var column = 0
          while covering[Slot(row: rowCount, column: column)] != nil { column += 1 }
          var height = cell.rowSpan
          if height == 0 { height = end - rowCount }
          if rowCount + height > end {
            clipped.append(cells.count)
            height = end - rowCount
          }
          for y in rowCount..<rowCount + height {
            for x in column..<column + cell.columnSpan {
              covering[Slot(row: y, column: x), default: []].append(cells.count)
            }
          }
          cells.append(
            Rectangle(row: rowCount, column: column, height: height, width: cell.columnSpan)
          )
          columnCount = max(columnCount, column + cell.columnSpan)
        }
        let reached = covering.keys.filter { $0.row == rowCount }.map { $0.column + 1 }
        widths.append(reached.max() ?? 0)
        rowCount += 1
      }
    }
  }

  /// Pairs of cells (later, earlier) that share a slot of the later one's first row.
  ///
  /// Cells that meet only further down are told apart by the row in which they meet, and a cell
  /// never starts on a covered slot, so two cells always meet in the later one's first row.
  var overlaps: Set<[Int]> {
    var pairs: Set<[Int]> = []
    for cells in covering.values where cells.count > 1 {
      for later in cells {
        for earlier in cells where earlier < later { pairs.insert([later, earlier]) }
      }
    }
    return pairs
  }

  var rowsWithoutCell: [Int] {
    (0..<rowCount).filter { row in !cells.contains { $0.row == row } }
  }

  var columnsWithoutCell: [Int] {
    (0..<columnCount).filter { column in !cells.contains { $0.column == column } }
  }

  /// Whether each slot of the grid is covered exactly once and nothing else is wrong.
  var isPerfect: Bool {
    clipped.isEmpty && rowsWithoutCell.isEmpty && columnsWithoutCell.isEmpty
      && (0..<rowCount).allSatisfy { row in
        (0..<columnCount).allSatisfy { covering[Slot(row: row, column: $0)]?.count == 1 }
      }
  }
}
