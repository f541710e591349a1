extension TableDocument {
  /// The table in OTSL, as the model writes it under `language=otsl`; parsing it gives this document
  /// again when every slot has a cell.
  ///
  /// Cells without text are `<ecel>`, but for one in each row of the head, which a `<ched>` must mark.
  package var otsl: String {
    var text = OTSLToken.opening
    let marks = headMarks()
    for (row, line) in slots().enumerated() {
      for (column, index) in line.enumerated() {
        guard let index else {
          text += OTSLToken.empty.rawValue
          continue
        }
        let cell = cells[index]
        if cell.row == row, cell.column == column {
          text += (marks.contains(index) ? .columnHeader : cell.otslToken).rawValue
          cell.write(contentTo: &text)
        } else if cell.row == row {
          text += OTSLToken.left.rawValue
        } else {
          text += (cell.column == column ? OTSLToken.up : .cross).rawValue
        }
      }
      text += OTSLToken.newLine.rawValue
    }
    return text + OTSLToken.closing
  }

  /// For each row of the head in which no cell has text, the cell that has to show that it is one.
  private func headMarks() -> Set<Int> {
    var marks: [Int: Int] = [:]
    var withText: Set<Int> = []
    for (index, cell) in cells.enumerated() where cell.row < headerRowCount {
      if !cell.content.isEmpty { withText.insert(cell.row) }
      if marks[cell.row] == nil { marks[cell.row] = index }
    }
    return Set(marks.filter { !withText.contains($0.key) }.values)
  }
}

extension TableCell {
  fileprivate var otslToken: OTSLToken {
    switch role {
    case .columnHeader: .columnHeader
    case .rowHeader: .rowHeader
    case .sectionRow: .sectionRow
    case nil: content.isEmpty ? .empty : isHeader ? .columnHeader : .filled
    }
  }
}
