import Testing

/// Limits under which every table can be listed.
struct TableLimits: Sendable, CustomTestStringConvertible {
  var columns: Int
  var rows: Int
  var span: Int

  var testDescription: String { "\(columns) columns, \(rows) rows, span \(span)" }

  /// The HTML of every valid table with empty cells.
  var tables: Set<String> {
    var result: Set<String> = []
    for columns in 1...columns {
      let groups = (1...rows + 1).map { rowGroups(rows: $0, columns: columns) }
      for (index, bodies) in groups.enumerated() {
        for body in bodies {
          insert(nil, body, rows: index + 1, columns: columns, into: &result)
          for headRows in 1..<max(2, rows + 1 - index) where headRows < rows {
            for head in groups[headRows - 1] {
              insert(head, body, rows: headRows + index + 1, columns: columns, into: &result)
            }
          }
        }
      }
    }
    return result
  }

  private func insert(
    _ head: RowGroup?,
    _ body: RowGroup,
    rows: Int,
    columns: Int,
    into result: inout Set<String>
  ) {
    let all = (1 << columns) - 1
    guard (head?.started ?? 0) | body.started == all else { return }
    if rows > self.rows {
      // The row past the limit: only where a column lacked a cell, only single cells, after rows
      // whose spans have ended.
      let missing = (head?.started ?? 0) | body.startedBeforeLastRow
      guard rows == self.rows + 1, missing != all, body.lastRowIsSingle else { return }
      guard body.rowCount > 1 else { return }
    }
    let headText = head.map { "<thead>\($0.html)</thead>" } ?? ""
    result.insert("<table>\(headText)<tbody>\(body.html)</tbody></table>")
  }

  /// Every way to cut a group into cells such that one starts in every row.
  private func rowGroups(rows: Int, columns: Int) -> [RowGroup] {
    var found: [RowGroup] = []
    var covered = [Bool](repeating: false, count: rows * columns)
    var cells: [TableCell] = []
    func fill() {
      guard let slot = covered.firstIndex(of: false) else {
        let group = RowGroup(cells: cells, rowCount: rows, columnCount: columns)
        if (0..<rows).allSatisfy({ row in cells.contains { $0.row == row } }) {
          found.append(group)
        }
        return
      }
      let (row, column) = (slot / columns, slot % columns)
      for height in 1...min(span, rows - row) {
        for width in 1...columns - column {
          let slots = (row..<row + height).flatMap { y in
            (column..<column + width).map { y * columns + $0 }
          }
          guard slots.allSatisfy({ !covered[$0] }) else { continue }
          for slot in slots { covered[slot] = true }
          cells.append(TableCell(row: row, column: column, height: height, width: width))
          fill()
          cells.removeLast()
          for slot in slots { covered[slot] = false }
        }
      }
    }
    fill()
    return found
  }
}

private struct TableCell {
  var row: Int
  var column: Int
  var height: Int
  var width: Int
}

private struct RowGroup {
  var cells: [TableCell]
  var rowCount: Int
  var columnCount: Int

  var started: Int { cells.reduce(0) { $0 | 1 << $1.column } }

  var startedBeforeLastRow: Int {
    cells.filter { $0.row < rowCount - 1 }.reduce(0) { $0 | 1 << $1.column }
  }

  var lastRowIsSingle: Bool {
    cells.filter { $0.row == rowCount - 1 && $0.width == 1 }.count == columnCount
  }

  var html: String {
    (0..<rowCount).map { row in
      let texts = cells.filter { $0.row == row }.map { cell in
        (cell.height > 1 ? "<td rowspan=\"\(cell.height)\"" : "<td")
          + (cell.width > 1 ? " colspan=\"\(cell.width)\"" : "") + "></td>"
      }
      return "<tr>" + texts.joined() + "</tr>"
    }.joined()
  }
}

/// Numbers that are the same in every run: SplitMix64.
struct WalkGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
