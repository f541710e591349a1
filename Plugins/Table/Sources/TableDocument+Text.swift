extension TableDocument {
  /// The table for a terminal: columns aligned, a rule under the head, spans shown by their borders.
  package var plainText: String {
    let slots = slots()
    guard !slots.isEmpty else { return "\n" }
    let widths = columnWidths()
    var lines: [String] = []
    for row in 0...slots.count {
      lines.append(rule(above: row, slots: slots, widths: widths))
      if row < slots.count { lines.append(line(row, slots: slots, widths: widths)) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Columns of the terminal for each column of the table: single cells first, then what spanning
  /// cells lack goes to their last column.
  private func columnWidths() -> [Int] {
    var widths = [Int](repeating: 1, count: columnCount)
    for cell in cells.sorted(by: { $0.columnSpan < $1.columnSpan })
    where cell.column >= 0 && cell.column < columnCount {
      let end = min(columnCount, cell.column + max(1, min(cell.columnSpan, columnCount)))
      let room = widths[cell.column..<end].reduce(0, +) + 3 * (end - cell.column - 1)
      widths[end - 1] += max(0, cell.text.singleLine.terminalWidth - room)
    }
    return widths
  }

  private func line(_ row: Int, slots: [[Int?]], widths: [Int]) -> String {
    var text = "│"
    var column = 0
    while column < columnCount {
      let index = slots[row][column]
      var end = column + 1
      while index != nil, end < columnCount, slots[row][end] == index { end += 1 }
      let room = widths[column..<end].reduce(0, +) + 3 * (end - column - 1)
      let shown: String
      if let index, cells[index].row == row {
        shown = cells[index].text.singleLine
      } else {
        shown = ""
      }
      text += " " + shown
      text += String(repeating: " ", count: max(0, room - shown.terminalWidth)) + " │"
      column = end
    }
    return text
  }

  /// The rule above a row, or under the last: absent where a cell goes on from above.
  private func rule(above row: Int, slots: [[Int?]], widths: [Int]) -> String {
    func cell(_ row: Int, _ column: Int) -> Int? {
      guard row >= 0, row < slots.count, column >= 0, column < columnCount else { return nil }
      return slots[row][column] ?? -1 - row * columnCount - column
    }
    let isHeadEnd = row == headerRowCount && row > 0 && row < slots.count
    func hasRule(_ column: Int) -> Bool {
      column >= 0 && column < columnCount && cell(row - 1, column) != cell(row, column)
    }
    var text = ""
    for column in 0...columnCount {
      let left = hasRule(column - 1)
      let right = hasRule(column)
      let up = row > 0 && cell(row - 1, column - 1) != cell(row - 1, column)
      let down = row < slots.count && cell(row, column - 1) != cell(row, column)
      text.append(Self.joint(left: left, right: right, up: up, down: down, double: isHeadEnd))
      guard column < columnCount else { break }
      let mark = right ? (isHeadEnd ? "═" : "─") : " "
      text += String(repeating: mark, count: widths[column] + 2)
    }
    return text
  }

  private static func joint(
    left: Bool,
    right: Bool,
    up: Bool,
    down: Bool,
    double: Bool
  ) -> Character {
    let single: [Character] = Array(" ╵╷│╴┘┐┤╶└┌├─┴┬┼")
    let strong: [Character] = Array(" ╵╷│═╛╕╡═╘╒╞═╧╤╪")
    let index = (up ? 1 : 0) + (down ? 2 : 0) + (left ? 4 : 0) + (right ? 8 : 0)
    return double ? strong[index] : single[index]
  }
}

extension String {
  /// The text with line breaks and tabs as spaces.
  fileprivate var singleLine: String {
    String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  /// Columns that a terminal gives the text: two for wide East Asian characters and emoji, none for
  /// combining marks.
  package var terminalWidth: Int {
    reduce(0) { $0 + $1.terminalWidth }
  }
}

extension Character {
  fileprivate var terminalWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if unicodeScalars.contains("\u{FE0F}") || first.properties.isEmojiPresentation { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
