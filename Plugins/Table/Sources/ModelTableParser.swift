package import XMLValidation

/// Reads the language that the model writes and nothing else.
///
///     document = "<table>" [head] body "</table>"
///     head     = "<thead>" row {row} "</thead>"
///     body     = "<tbody>" row {row} "</tbody>"
///     row      = "<tr>" {cell} "</tr>"
///     cell     = "<td" [' rowspan="' n '"'] [' colspan="' n '"'] ">" content "</td>"
///     content  = {character | "&lt;" | "&gt;" | "&amp;" | "<br>" | "<" style ">" content "</" style ">"}
///     style    = "b" | "i" | "sup" | "sub"
///
/// `n` has no leading zero and is at least 2, at most 65534 for rows and 1000 for columns. A
/// character is any Unicode scalar but `<`, `>`, `&`, the control characters and U+FFFE and U+FFFF,
/// which no XML may hold. White space around the document is ignored; within a cell it is text. A line
/// break, `<br>`, is a line feed in the text that is read.
package struct ModelTableParser {
  /// Styles within styles, at most.
  package static let maximumStyleDepth = 8
  package static let maximumRowSpan = 65_534
  package static let maximumColumnSpan = 1000

  private var reader: CellTextReader
  package private(set) var groups: [SourceGroup] = []
  /// What the cells say, in the order of the text.
  package private(set) var contents: [[TextRun]] = []
  /// The bytes of each cell, from its `<td` to the end of its `</td>`.
  package private(set) var ranges: [Range<Int>] = []

  /// Reads a whole text.
  ///
  /// - Throws: The first place where the text leaves the language.
  package init(parsing text: String) throws(ModelTableError) {
    reader = CellTextReader(text)
    try parseDocument()
  }

  /// The table as the formation algorithm wants it.
  package var table: SourceTable { SourceTable(declaredColumns: nil, groups: groups) }

  private mutating func parseDocument() throws(ModelTableError) {
    reader.skipWhiteSpace()
    guard reader.accept("<table>") else {
      if !reader.isAtEnd, reader.isUnfinished("<table>") { throw reader.truncation("<table>") }
      throw reader.failure(
        "no-table",
        "The text does not start with <table>; found \(reader.describeNext()).",
        "Write the table and nothing before it."
      )
    }
    if reader.accept("<thead>") {
      try parseGroup(.head)
    }
    try reader.expect("<tbody>", where: groups.isEmpty ? "<thead> or <tbody>" : nil)
    try parseGroup(.body)
    try reader.expect("</table>")
    reader.skipWhiteSpace()
    guard reader.isAtEnd else {
      throw reader.failure(
        "trailing-text",
        "The text goes on after </table> with \(reader.describeNext()).",
        "Write one table and nothing after it."
      )
    }
  }

  private mutating func parseGroup(_ kind: SourceGroup.Kind) throws(ModelTableError) {
    var rows: [SourceRow] = []
    repeat {
      let position = reader.position
      try reader.expect("<tr>", where: rows.isEmpty ? nil : "<tr> or </\(kind.rawValue)>")
      reader.row += 1
      reader.cell = 0
      var cells: [SourceCell] = []
      while !reader.accept("</tr>") {
        cells.append(try parseCell())
      }
      rows.append(SourceRow(cells: cells, position: position))
    } while !reader.accept("</\(kind.rawValue)>")
    groups.append(SourceGroup(kind: kind, rows: rows))
  }

  private mutating func parseCell() throws(ModelTableError) -> SourceCell {
    let position = reader.position
    let start = reader.offset
    try reader.expect("<td", where: "<td> or </tr>")
    reader.cell += 1
    let rowSpan = try parseSpan("rowspan", maximum: Self.maximumRowSpan)
    let columnSpan = try parseSpan("colspan", maximum: Self.maximumColumnSpan)
    if reader.isUnfinished(" rowspan=\"") || reader.isUnfinished(" colspan=\"") {
      throw reader.truncation(">")
    }
    try reader.expect(">", where: "the end of <td>, or rowspan=\"...\" and then colspan=\"...\"")
    contents.append(try reader.readContent(endsAtToken: false))
    ranges.append(start..<reader.offset)
    return SourceCell(rowSpan: rowSpan, columnSpan: columnSpan, position: position)
  }

  private mutating func parseSpan(
    _ name: StaticString,
    maximum: Int
  ) throws(ModelTableError) -> Int {
    guard reader.accept(" \(name)=\"") else { return 1 }
    let start = reader.offset
    let digits = reader.readDigits(atMost: 6)
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    guard !digits.isEmpty, digits.first != 0x30, (2...maximum).contains(value) else {
      if reader.isAtEnd { throw reader.truncation("a number for \(name)") }
      reader.offset = start
      throw reader.failure(
        "span-value",
        "\(name) must be a number from 2 to \(maximum) without leading zeros;"
          + " found \(reader.describeNext()).",
        "Leave out a span of 1."
      )
    }
    try reader.expect("\"", where: "the closing quote of \(name)")
    return value
  }
}

/// The first place where a text leaves the model's language.
package struct ModelTableError: Error, Equatable {
  package let code: String
  package let message: String
  package let position: SourcePosition
  package let suggestion: String?
}
