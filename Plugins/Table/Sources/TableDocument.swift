public import TaskProtocol

/// A table as a grid of cells.
///
/// Its JSON form is
///
///     {"row_count": 2, "column_count": 2, "header_row_count": 1,
///      "cells": [{"row": 0, "column": 0, "row_span": 1, "col_span": 2, "header": true,
///                 "text": "Dose 10²",
///                 "content": [{"text": "Dose 10", "styles": []}, {"text": "2", "styles": ["sup"]}]},
///                ...]}
///
/// and cells that head a row, a column outside of the head, or a section have a `role` besides.
///
/// Rows and columns are counted from 0 and cells stand in reading order: by row, then by column. No
/// two cells share a slot; slots without a cell exist only in ragged tables.
public struct TableDocument: Codable, Equatable, Sendable {
  /// Rows of the grid.
  public let rowCount: Int
  /// Columns of the grid.
  public let columnCount: Int
  /// How many rows at the top are the table's head.
  public let headerRowCount: Int
  /// The cells in reading order.
  public let cells: [TableCell]

  enum CodingKeys: String, CodingKey {
    case rowCount = "row_count"
    case columnCount = "column_count"
    case headerRowCount = "header_row_count"
    case cells
  }
}

extension TableDocument {
  /// Reads a document; one whose cells leave the grid is refused.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try values.decode(Int.self, forKey: .rowCount)
    let columns = try values.decode(Int.self, forKey: .columnCount)
    let headerRows = try values.decode(Int.self, forKey: .headerRowCount)
    let cells = try values.decode([TableCell].self, forKey: .cells)
    func check(_ condition: Bool, _ key: CodingKeys, _ problem: String) throws {
      guard !condition else { return }
      throw DecodingError.dataCorruptedError(
        forKey: key,
        in: values,
        debugDescription: problem
      )
    }
    let limit = TableFormation.maximumSlots
    try check(
      (0...TableFormation.maximumColumns).contains(columns),
      .columnCount,
      "expected 0 to \(TableFormation.maximumColumns) columns, found \(columns)"
    )
    try check(
      (0...limit / max(columns, 1)).contains(rows),
      .rowCount,
      "expected at most \(limit) slots, found \(rows) rows of \(columns)"
    )
    try check(
      (0...rows).contains(headerRows),
      .headerRowCount,
      "expected 0 to \(rows) header rows, found \(headerRows)"
    )
    var last = (row: 0, column: -1)
    for (index, cell) in cells.enumerated() {
      let isInside =
        (0..<rows).contains(cell.row) && (0..<columns).contains(cell.column)
        && (1...rows).contains(cell.rowSpan) && (1...columns).contains(cell.columnSpan)
        && cell.row + cell.rowSpan <= rows && cell.column + cell.columnSpan <= columns
      try check(isInside, .cells, "cell \(index) leaves the \(rows) by \(columns) grid")
      try check(
        last < (cell.row, cell.column),
        .cells,
        "cell \(index) is not in reading order"
      )
      last = (cell.row, cell.column)
    }
    self.init(
      rowCount: rows,
      columnCount: columns,
      headerRowCount: headerRows,
      cells: cells
    )
  }
}

/// A cell, the slots that it covers and what it says.
public struct TableCell: Equatable, Sendable {
  /// First row, counted from 0.
  public let row: Int
  /// First column, counted from 0.
  public let column: Int
  /// Rows covered, at least 1.
  public let rowSpan: Int
  /// Columns covered, at least 1.
  public let columnSpan: Int
  /// Whether the cell stands in the table's head.
  public let isHeader: Bool
  /// The text with its styles; neighbouring runs differ in style and no run is empty.
  public let content: [TextRun]
  /// What the cell is besides, where the language says so: OTSL does, the model's HTML does not.
  public let role: CellRole?

  /// The text without its styles.
  public var text: String { content.map(\.text).joined() }
}

/// What a cell is to others.
public enum CellRole: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// It heads the column below it, outside of the table's head.
  case columnHeader = "column_header"
  /// It heads its row.
  case rowHeader = "row_header"
  /// It heads the rows below it.
  case sectionRow = "section_row"
}

/// Text in one style.
public struct TextRun: Codable, Equatable, Sendable {
  /// The text, not escaped; a line feed for each line break and no other control character.
  public let text: String
  /// The styles that hold for it, outermost first.
  public let styles: [InlineStyle]

  /// Text in the given styles, outermost first.
  public init(text: String, styles: [InlineStyle]) {
    self.text = text
    self.styles = styles
  }
}

/// A style of text within a cell; the raw value is its HTML element.
public enum InlineStyle: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// Bold.
  case bold = "b"
  /// Italic.
  case italic = "i"
  /// Raised and small.
  case superscript = "sup"
  /// Lowered and small.
  case `subscript` = "sub"

  /// The element that is no style: a line break in a cell, in text a line feed.
  static let lineBreakTag = "<br>"
}

extension TableCell: Codable {
  enum CodingKeys: String, CodingKey {
    case row, column
    case rowSpan = "row_span"
    case columnSpan = "col_span"
    case isHeader = "header"
    case text, content, role
  }

  /// Reads a cell; `text` is not kept, because `content` says the same and more.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    row = try values.decode(Int.self, forKey: .row)
    column = try values.decode(Int.self, forKey: .column)
    rowSpan = try values.decode(Int.self, forKey: .rowSpan)
    columnSpan = try values.decode(Int.self, forKey: .columnSpan)
    isHeader = try values.decode(Bool.self, forKey: .isHeader)
    content = try values.decode([TextRun].self, forKey: .content)
    role = try values.decodeIfPresent(CellRole.self, forKey: .role)
    _ = try values.decodeIfPresent(String.self, forKey: .text)
  }

  /// Writes a cell, with its plain text beside the runs for those who need no styles.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(row, forKey: .row)
    try values.encode(column, forKey: .column)
    try values.encode(rowSpan, forKey: .rowSpan)
    try values.encode(columnSpan, forKey: .columnSpan)
    try values.encode(isHeader, forKey: .isHeader)
    try values.encode(text, forKey: .text)
    try values.encode(content, forKey: .content)
    try values.encodeIfPresent(role, forKey: .role)
  }
}
