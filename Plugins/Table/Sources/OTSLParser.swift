import XMLValidation

/// Reads the OTSL that the model writes and nothing else.
///
/// Grammar: see ``OTSLConstraint``. Docling writes the text of cells as it is; here `<`, `>` and `&`
/// are escaped as in HTML, so that no text can be mistaken for a token. White space around the document
/// is ignored; within a cell it is text. ``OTSLFile`` reads what other tools write.
package struct OTSLParser {
  /// The table, with what its tokens break of OTSL's rules.
  package let table: OTSLTable

  /// Reads a whole text.
  ///
  /// - Throws: The first place where the text leaves the grammar.
  package init(parsing text: String) throws(ModelTableError) {
    var reader = CellTextReader(text)
    table = OTSLTable(rows: try Self.rows(&reader))
  }

  private static func rows(
    _ reader: inout CellTextReader
  ) throws(ModelTableError) -> [[OTSLTable.Item]] {
    reader.skipWhiteSpace()
    guard reader.accept(OTSLToken.opening) else {
      if !reader.isAtEnd, reader.isUnfinished(OTSLToken.opening) {
        throw reader.truncation(OTSLToken.opening)
      }
      throw reader.failure(
        "no-table",
        "The text does not start with <otsl>; found \(reader.describeNext()).",
        "Write the table and nothing before it."
      )
    }
    var rows: [[OTSLTable.Item]] = []
    var items: [OTSLTable.Item] = []
    reader.row = 1
    while true {
      let start = reader.offset
      let position = reader.position
      if items.isEmpty, !rows.isEmpty, reader.accept(OTSLToken.closing) { break }
      guard let token = OTSLToken.allCases.first(where: { reader.accept($0.rawValue) }) else {
        let expected =
          items.isEmpty ? (rows.isEmpty ? "a cell" : "a cell or </otsl>") : "a cell or <nl>"
        if reader.isAtEnd || reader.isPrefixOfTag { throw reader.truncation(expected) }
        throw reader.failure(
          "unexpected-text",
          "Expected \(expected), found \(reader.describeNext()).",
          "Text stands only after <fcel>, <ched>, <rhed> and <srow>."
        )
      }
      guard token != .newLine else {
        guard !items.isEmpty else {
          throw reader.failure(
            "otsl-row-length",
            "Row \(rows.count + 1) has no cell.",
            "Write one token for each column before <nl>."
          )
        }
        rows.append(items)
        items = []
        reader.row = rows.count + 1
        continue
      }
      reader.cell = items.count + 1
      var item = OTSLTable.Item(token: token, position: position, range: start..<start)
      if token.hasText { item.content = try reader.readContent(endsAtToken: true) }
      item.range = start..<reader.offset
      items.append(item)
    }
    reader.skipWhiteSpace()
    guard reader.isAtEnd else {
      throw reader.failure(
        "trailing-text",
        "The text goes on after </otsl> with \(reader.describeNext()).",
        "Write one table and nothing after it."
      )
    }
    return rows
  }
}
