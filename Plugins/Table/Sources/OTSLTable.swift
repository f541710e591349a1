package import TaskProtocol
import XMLValidation

/// A table in OTSL, as its tokens say: cells, what they cover, and where the tokens break the rules.
///
/// The head is the longest run of rows at the top in each of which `<ched>` stands and every cell that
/// starts is `<ched>` or `<ecel>`; a table without any other row has no head. `<ched>` outside of the
/// head, `<rhed>` and `<srow>` become the cell's ``CellRole``.
package struct OTSLTable {
  /// A token of a cell or the end of a row, with its text.
  struct Item {
    var token: OTSLToken
    var position: SourcePosition
    /// Bytes of the token and its text.
    var range: Range<Int>
    var content: [TextRun] = []
  }

  /// Rows and cells, for the formation algorithm.
  package private(set) var table = SourceTable(groups: [])
  /// What the cells say, in the order of the text.
  package private(set) var contents: [[TextRun]] = []
  /// What the cells are besides, in the order of the text.
  package private(set) var roles: [CellRole?] = []
  /// The bytes of each cell's first token and its text.
  package private(set) var ranges: [Range<Int>] = []
  /// Where a rule of OTSL is broken, in the order of the text.
  package private(set) var findings: [Finding] = []

  private struct Cell {
    var token: OTSLToken
    var row: Int
    var column: Int
    var rowSpan = 1
    var columnSpan = 1
    var position: SourcePosition
  }

  private var cells: [Cell] = []
  private var rowPositions: [SourcePosition?] = []
  private let prefix: String

  /// Places the cells of rows that end with their `<nl>`.
  ///
  /// - Parameters:
  ///   - rows: The tokens by row, without the ends of the rows.
  ///   - prefix: Put before every message, such as `Table 2: `.
  init(rows: [[Item]], prefix: String = "") {
    self.prefix = prefix
    var above: [Int] = []
    for (row, items) in rows.enumerated() {
      let width = row == 0 ? items.count : above.count
      rowPositions.append(items.first?.position)
      above = place(items, row: row, above: above)
      if row > 0, items.count != width {
        report(
          "otsl-row-length",
          "Row \(row + 1) has \(items.count) cells; the first row has \(width).",
          items.last?.position,
          "Write one token for each column and then <nl>."
        )
        // The next row is compared with the first one's columns all the same.
        while above.count < width { above.append(-1) }
        above.removeSubrange(width...)
      }
    }
    makeTable(rowCount: rows.count)
  }

  /// The owner of each column of a row: an index into the cells, -1 where the rules are broken.
  private mutating func place(_ items: [Item], row: Int, above: [Int]) -> [Int] {
    var owners: [Int] = []
    for (column, item) in items.enumerated() {
      let left = owners.last ?? -1
      let upper = column < above.count ? above[column] : -1
      let demanded =
        left >= 0 && left == upper && cells[left].row < row
        && column < cells[left].column + cells[left].columnSpan
      if demanded, item.token != .cross {
        report(
          "otsl-cross",
          "Row \(row + 1), column \(column + 1): the cell above is \(cells[left].columnSpan) columns"
            + " wide, so <xcel> must stand here; found \(item.token.rawValue).",
          item.position,
          "Write <xcel> below each further column of a cell that <ucel> continues."
        )
      }
      switch item.token {
      case .left where left >= 0 && cells[left].row == row:
        cells[left].columnSpan += 1
        owners.append(left)
      case .up where !demanded && upper >= 0 && cells[upper].column == column:
        if cells[upper].row + cells[upper].rowSpan == row { cells[upper].rowSpan += 1 }
        owners.append(upper)
      case .cross where demanded:
        owners.append(left)
      case .left, .up, .cross:
        if !demanded { reportNeighbour(item, row: row, column: column) }
        owners.append(-1)
      default:
        owners.append(cells.count)
        cells.append(Cell(token: item.token, row: row, column: column, position: item.position))
        contents.append(item.content)
        ranges.append(item.range)
      }
    }
    return owners
  }

  private mutating func reportNeighbour(_ item: Item, row: Int, column: Int) {
    let place = "Row \(row + 1), column \(column + 1): "
    switch item.token {
    case .left:
      report(
        "otsl-left",
        place + "<lcel> needs a cell of the same row, or another <lcel>, on its left.",
        item.position,
        "Write <xcel> where the cell on the left continues one from above."
      )
    case .up:
      report(
        "otsl-up",
        place + "<ucel> needs the first column of a cell above it.",
        item.position,
        row == 0 ? "The first row has nothing above it." : nil
      )
    default:
      report(
        "otsl-cross",
        place + "<xcel> needs <ucel> or <xcel> on its left and the same cell above.",
        item.position,
        nil
      )
    }
  }

  private mutating func makeTable(rowCount: Int) {
    let headRowCount = Self.headRowCount(cells, rowCount: rowCount)
    var groups = [SourceGroup(kind: .head, rows: []), SourceGroup(kind: .body, rows: [])]
    var next = 0
    for row in 0..<rowCount {
      var source = SourceRow(cells: [], position: rowPositions[row])
      while next < cells.count, cells[next].row == row {
        let cell = cells[next]
        source.cells.append(
          SourceCell(
            rowSpan: cell.rowSpan,
            columnSpan: cell.columnSpan,
            position: cell.position
          )
        )
        roles.append(CellRole(cell.token, isInHead: row < headRowCount))
        next += 1
      }
      groups[row < headRowCount ? 0 : 1].rows.append(source)
    }
    table.groups = groups.filter { !$0.rows.isEmpty }
  }

  private static func headRowCount(_ cells: [Cell], rowCount: Int) -> Int {
    var hasHeader = [Bool](repeating: false, count: rowCount)
    var isPure = [Bool](repeating: true, count: rowCount)
    for cell in cells {
      if cell.token == .columnHeader {
        hasHeader[cell.row] = true
      } else if cell.token != .empty {
        isPure[cell.row] = false
      }
    }
    let count = zip(hasHeader, isPure).prefix { $0 && $1 }.count
    return count < rowCount ? count : 0
  }

  private mutating func report(
    _ code: String,
    _ message: String,
    _ position: SourcePosition?,
    _ suggestion: String?
  ) {
    findings.append(
      Finding(
        code: code,
        severity: .error,
        message: prefix + message,
        line: position?.line,
        column: position?.column,
        suggestion: suggestion
      )
    )
  }
}

extension CellRole {
  /// What a token says of its cell besides that it is one.
  fileprivate init?(_ token: OTSLToken, isInHead: Bool) {
    switch token {
    case .columnHeader:
      if isInHead { return nil }
      self = .columnHeader
    case .rowHeader: self = .rowHeader
    case .sectionRow: self = .sectionRow
    default: return nil
    }
  }
}
