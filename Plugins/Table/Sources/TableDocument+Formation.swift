extension TableDocument {
  /// The document of a table that was formed.
  ///
  /// - Parameters:
  ///   - formation: The grid.
  ///   - contents: What the cells say, in the same order as the formation's cells.
  ///   - roles: What they are besides, in the same order; empty for nothing.
  package init(_ formation: TableFormation, contents: [[TextRun]], roles: [CellRole?] = []) {
    self.init(
      rowCount: formation.rowCount,
      columnCount: formation.columnCount,
      headerRowCount: formation.headerRowCount,
      cells: zip(formation.cells, contents).enumerated().map { index, pair in
        let (cell, content) = pair
        return TableCell(
          row: cell.row,
          column: cell.column,
          rowSpan: cell.rowSpan,
          columnSpan: cell.columnSpan,
          isHeader: cell.row < formation.headerRowCount,
          content: content,
          role: index < roles.count ? roles[index] : nil
        )
      }
    )
  }

  /// The cell that covers each slot, as an index into ``cells``, row by row.
  ///
  /// Documents read from JSON may claim anything, so nothing outside of the grid is touched and a
  /// grid past the limits of ``TableFormation`` has no slots.
  package func slots() -> [[Int?]] {
    guard rowCount > 0, columnCount > 0, columnCount <= TableFormation.maximumColumns,
      rowCount <= TableFormation.maximumSlots / columnCount
    else { return [] }
    var slots = [[Int?]](
      repeating: [Int?](repeating: nil, count: columnCount),
      count: rowCount
    )
    for (index, cell) in cells.enumerated() {
      guard (0..<rowCount).contains(cell.row), (0..<columnCount).contains(cell.column) else {
        continue
      }
      let rows = max(1, min(cell.rowSpan, rowCount - cell.row))
      let columns = max(1, min(cell.columnSpan, columnCount - cell.column))
      for row in cell.row..<cell.row + rows {
        for column in cell.column..<cell.column + columns where slots[row][column] == nil {
          slots[row][column] = index
        }
      }
    }
    return slots
  }

  /// The texts row by row: a cell's in its first slot, nothing in the others.
  package func textGrid(_ text: (TableCell) -> String) -> [[String]] {
    slots().enumerated().map { row, line in
      line.enumerated().map { column, index in
        guard let index, cells[index].row == row, cells[index].column == column else { return "" }
        return text(cells[index])
      }
    }
  }
}
