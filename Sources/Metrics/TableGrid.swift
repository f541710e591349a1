import XMLValidation

/// A table's text as the grid that GriTS compares: for each slot, the cell that covers it.
struct TableGrid {
  /// A cell and the slots it asks for.
  struct Cell {
    var row: Int
    var column: Int
    var rowSpan: Int
    var columnSpan: Int
    /// Its texts, those within tags too, joined by blanks.
    var text: String
    /// From `title="bbox x0 y0 x1 y1"`, as hOCR writes boxes.
    var box: Rectangle?
  }

  private(set) var rowCount = 0
  private(set) var columnCount = 0
  private(set) var cells: [Cell] = []
  /// Indices of cells by row and column.
  ///
  /// `nil` where none covers the slot; of several the last counts.
  private(set) var slots: [Int?] = []

  /// Slots that a grid may have.
  static let maximumSlots = 1 << 16

  /// Reads all cells of a text, XML where it is well-formed and HTML otherwise.
  ///
  /// A span that is no positive integer counts as 1. A text without cells gives an empty grid.
  ///
  /// - Returns: `nil` when the grid would have more than ``maximumSlots``.
  init?(markup: String) {
    let bytes = Array(markup.utf8)
    let xml = MarkupDocument.xml(bytes)
    let isWellFormed = !xml.diagnostics.contains { $0.severity == .error }
    guard let root = isWellFormed ? xml.root : MarkupDocument.html(bytes).root else { return }
    var row = -1
    var taken = TakenSlots()
    guard add(root, &row, &taken) else { return nil }
    rowCount = cells.map { $0.row + $0.rowSpan }.max() ?? 0
    columnCount = cells.map { $0.column + $0.columnSpan }.max() ?? 0
    guard rowCount * columnCount <= Self.maximumSlots else { return nil }
    slots = [Int?](repeating: nil, count: rowCount * columnCount)
    for (index, cell) in cells.enumerated() {
      for row in cell.row..<cell.row + cell.rowSpan {
        for column in cell.column..<cell.column + cell.columnSpan {
          slots[row * columnCount + column] = index
        }
      }
    }
  }

  /// Adds the cells below an element, in the order of the text; nesting is bounded by the parser.
  ///
  /// - Returns: `false` when there are too many slots.
  private mutating func add(
    _ element: MarkupElement,
    _ row: inout Int,
    _ taken: inout TakenSlots
  ) -> Bool {
    if element.name == "tr" { row += 1 }
    if element.name == "td" || element.name == "th" {
      let top = max(row, 0)
      let column = taken.firstFree(in: top)
      let cell = Cell(
        row: top,
        column: column,
        rowSpan: Self.span(element[attribute: "rowspan"]),
        columnSpan: Self.span(element[attribute: "colspan"]),
        text: Self.texts(of: element).joined(separator: " "),
        box: element[attribute: "title"].flatMap(Self.box)
      )
      guard cell.rowSpan <= Self.maximumSlots / cell.columnSpan, taken.add(cell) else {
        return false
      }
      cells.append(cell)
    }
    for child in element.elements where !add(child, &row, &taken) { return false }
    return true
  }

  private static func span(_ text: String?) -> Int {
    guard let text, let value = TableTree.integer(text), value > 0 else { return 1 }
    return min(value, maximumSlots)
  }

  /// The texts of an element between its tags.
  private static func texts(of element: MarkupElement) -> [String] {
    var texts: [String] = []
    var open = ""
    for content in element.content {
      switch content {
      case .text(let text, _): open += text
      case .element(let child):
        if !open.isEmpty { texts.append(open) }
        open = ""
        texts += self.texts(of: child)
      }
    }
    return open.isEmpty ? texts : texts + [open]
  }

  private static func box(_ title: String) -> Rectangle? {
    let words = title.split { $0 == " " || $0 == ";" }
    guard let start = words.firstIndex(of: "bbox"), words.count > start + 4 else { return nil }
    let numbers = words[(start + 1)...(start + 4)].compactMap { Double($0) }
    guard numbers.count == 4, numbers.allSatisfy(\.isFinite) else { return nil }
    return Rectangle(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
  }
}

/// Slots that cells have taken while a table is read.
private struct TakenSlots {
  private var rows: [[Bool]] = []
  private var count = 0

  /// The first column of a row that is free.
  func firstFree(in row: Int) -> Int {
    guard row < rows.count else { return 0 }
    return rows[row].firstIndex(of: false) ?? rows[row].count
  }

  /// Takes a cell's slots.
  ///
  /// - Returns: `false` when cells have asked for several times as many slots as a grid may have.
  mutating func add(_ cell: TableGrid.Cell) -> Bool {
    count += cell.rowSpan * cell.columnSpan
    guard count <= 4 * TableGrid.maximumSlots else { return false }
    let (end, right) = (cell.row + cell.rowSpan, cell.column + cell.columnSpan)
    while rows.count < end { rows.append([]) }
    for row in cell.row..<end {
      while rows[row].count < right { rows[row].append(false) }
      for column in cell.column..<right { rows[row][column] = true }
    }
    return true
  }
}

/// An upright rectangle; y grows downward.
package struct Rectangle: Hashable, Sendable {
  package var left: Double
  package var top: Double
  package var right: Double
  package var bottom: Double

  /// A rectangle; one whose sides are the wrong way round is empty.
  package init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  package var area: Double { max(right - left, 0) * max(bottom - top, 0) }

  /// Area of the common part over the area of the smallest rectangle that holds both; 0 where that is 0.
  ///
  /// For two rectangles that share a corner region this is less than intersection over union proper: it
  /// is what GriTS calls its IoU.
  func overlap(with other: Rectangle) -> Double {
    let common = Rectangle(
      left: max(left, other.left),
      top: max(top, other.top),
      right: min(right, other.right),
      bottom: min(bottom, other.bottom)
    )
    let hull = Rectangle(
      left: min(left, other.left),
      top: min(top, other.top),
      right: max(right, other.right),
      bottom: max(bottom, other.bottom)
    )
    return hull.area > 0 ? common.area / hull.area : 0
  }
}
