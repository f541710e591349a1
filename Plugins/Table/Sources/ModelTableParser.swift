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

  private let bytes: [UInt8]
  private var offset = 0
  package private(set) var groups: [SourceGroup] = []
  /// What the cells say, in the order of the text.
  package private(set) var contents: [[TextRun]] = []
  /// Row and cell being read, counted from 1.
  private var row = 0
  private var cell = 0
  private var lines = LineCounter()

  /// Reads a whole text.
  ///
  /// - Throws: The first place where the text leaves the language.
  package init(parsing text: String) throws(ModelTableError) {
    bytes = Array(text.utf8)
    try parseDocument()
  }

  /// The table as the formation algorithm wants it.
  package var table: SourceTable { SourceTable(declaredColumns: nil, groups: groups) }

  private mutating func parseDocument() throws(ModelTableError) {
    skipWhiteSpace()
    guard accept("<table>") else {
      if offset < bytes.count, isUnfinished("<table>") { throw truncation("<table>") }
      throw failure(
        "no-table",
        "The text does not start with <table>; found \(describeNext()).",
        "Write the table and nothing before it."
      )
    }
    if accept("<thead>") {
      try parseGroup(.head)
    }
    try expect("<tbody>", where: groups.isEmpty ? "<thead> or <tbody>" : nil)
    try parseGroup(.body)
    try expect("</table>")
    skipWhiteSpace()
    guard offset == bytes.count else {
      throw failure(
        "trailing-text",
        "The text goes on after </table> with \(describeNext()).",
        "Write one table and nothing after it."
      )
    }
  }

  private mutating func parseGroup(_ kind: SourceGroup.Kind) throws(ModelTableError) {
    var rows: [SourceRow] = []
    repeat {
      let position = self.position
      try expect("<tr>", where: rows.isEmpty ? nil : "<tr> or </\(kind.rawValue)>")
      row += 1
      cell = 0
      var cells: [SourceCell] = []
      while !accept("</tr>") {
        cells.append(try parseCell())
      }
      rows.append(SourceRow(cells: cells, position: position))
    } while !accept("</\(kind.rawValue)>")
    groups.append(SourceGroup(kind: kind, rows: rows))
  }

  private mutating func parseCell() throws(ModelTableError) -> SourceCell {
    let position = self.position
    try expect("<td", where: "<td> or </tr>")
    cell += 1
    let rowSpan = try parseSpan("rowspan", maximum: Self.maximumRowSpan)
    let columnSpan = try parseSpan("colspan", maximum: Self.maximumColumnSpan)
    if isUnfinished(" rowspan=\"") || isUnfinished(" colspan=\"") { throw truncation(">") }
    try expect(">", where: "the end of <td>, or rowspan=\"...\" and then colspan=\"...\"")
    contents.append(try parseContent())
    return SourceCell(rowSpan: rowSpan, columnSpan: columnSpan, position: position)
  }

  private mutating func parseSpan(
    _ name: StaticString,
    maximum: Int
  ) throws(ModelTableError) -> Int {
    guard accept(" \(name)=\"") else { return 1 }
    let start = offset
    var value = 0
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]), offset - start < 6 {
      value = value * 10 + Int(bytes[offset] - 0x30)
      offset += 1
    }
    guard offset > start, bytes[start] != 0x30, (2...maximum).contains(value) else {
      let end = offset
      offset = start
      if end == bytes.count { throw truncation("a number for \(name)") }
      throw failure(
        "span-value",
        "\(name) must be a number from 2 to \(maximum) without leading zeros;"
          + " found \(describeNext()).",
        "Leave out a span of 1."
      )
    }
    try expect("\"", where: "the closing quote of \(name)")
    return value
  }

  private mutating func parseContent() throws(ModelTableError) -> [TextRun] {
    var runs = TextRunBuilder()
    while true {
      guard offset < bytes.count else { throw truncation("</td>") }
      switch bytes[offset] {
      case UInt8(ascii: "<"):
        if runs.styles.isEmpty, accept("</td>") { return runs.finish() }
        try parseStyleTag(&runs)
      case UInt8(ascii: "&"):
        runs.append(try parseEntity())
      case UInt8(ascii: ">"):
        throw failure("unescaped-character", "A bare > in the text.", "Write &gt; instead.")
      case 0..<0x20, 0x7F:
        throw controlCharacter(UInt16(bytes[offset]))
      case 0xC2 where offset + 1 < bytes.count && bytes[offset + 1] < 0xA0:
        throw controlCharacter(UInt16(bytes[offset + 1]))
      case 0xEF where bytes[offset...].starts(with: [0xEF, 0xBF, 0xBE]):
        throw controlCharacter(0xFFFE)
      case 0xEF where bytes[offset...].starts(with: [0xEF, 0xBF, 0xBF]):
        throw controlCharacter(0xFFFF)
      case let byte:
        runs.append(byte)
        offset += 1
      }
    }
  }

  private mutating func parseStyleTag(_ runs: inout TextRunBuilder) throws(ModelTableError) {
    if let open = runs.styles.last, accept("</\(open.rawValue)>") {
      runs.close()
      return
    }
    if accept(InlineStyle.lineBreakTag) {
      runs.append(0x0A)
      return
    }
    for style in InlineStyle.allCases where accept("<\(style.rawValue)>") {
      guard runs.styles.count < Self.maximumStyleDepth else {
        offset -= style.rawValue.utf8.count + 2
        throw failure(
          "style-depth",
          "More than \(Self.maximumStyleDepth) styles within each other.",
          "Close the styles around this text first."
        )
      }
      runs.open(style)
      return
    }
    let closing = runs.styles.last.map { "</\($0.rawValue)>" } ?? "</td>"
    if isPrefixOfTag { throw truncation(closing) }
    throw failure(
      "unexpected-tag",
      "\(describeNext()) cannot stand in row \(row), cell \(cell);"
        + " expected text, <br>, <b>, <i>, <sup>, <sub> or \(closing).",
      "Write a < that is text as &lt;."
    )
  }

  private mutating func parseEntity() throws(ModelTableError) -> UInt8 {
    if accept("&lt;") { return UInt8(ascii: "<") }
    if accept("&gt;") { return UInt8(ascii: ">") }
    if accept("&amp;") { return UInt8(ascii: "&") }
    let rest = bytes[offset...].prefix(5)
    if offset + rest.count == bytes.count,
      ["&lt;", "&gt;", "&amp;"].contains(where: { $0.utf8.starts(with: rest) })
    {
      throw truncation("&lt;, &gt; or &amp;")
    }
    throw failure(
      "unescaped-character",
      "& starts none of &lt;, &gt; and &amp;; found \(describeNext()).",
      "Write &amp; for an ampersand, and every other character as itself."
    )
  }
}

/// The first place where a text leaves the model's language.
package struct ModelTableError: Error, Equatable {
  package let code: String
  package let message: String
  package let position: SourcePosition
  package let suggestion: String?
}

// MARK: - Reading

extension ModelTableParser {
  private mutating func accept(_ expected: String) -> Bool {
    guard bytes[offset...].starts(with: expected.utf8) else { return false }
    offset += expected.utf8.count
    return true
  }

  private mutating func expect(
    _ expected: String,
    where choice: String? = nil
  ) throws(ModelTableError) {
    guard !accept(expected) else { return }
    let wanted = choice ?? expected
    if isUnfinished(expected) || isPrefixOfTag { throw truncation(wanted) }
    throw failure("unexpected-text", "Expected \(wanted), found \(describeNext()).", nil)
  }

  /// Whether the text ends before `expected` is complete.
  private func isUnfinished(_ expected: String) -> Bool {
    let rest = bytes[offset...]
    return rest.count < expected.utf8.count && expected.utf8.starts(with: rest)
  }

  private mutating func skipWhiteSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(bytes[offset]) {
      offset += 1
    }
  }

  /// Whether the text ends within a tag that starts here.
  private var isPrefixOfTag: Bool {
    let rest = bytes[offset...]
    return rest.first == UInt8(ascii: "<") && rest.count <= 32
      && !rest.contains(UInt8(ascii: ">"))
      && rest.dropFirst().allSatisfy { $0 != UInt8(ascii: "<") }
  }
}

// MARK: - Reporting

extension ModelTableParser {
  private var position: SourcePosition {
    mutating get { lines.position(of: offset, in: bytes) }
  }

  private mutating func failure(
    _ code: String,
    _ message: String,
    _ suggestion: String?
  ) -> ModelTableError {
    ModelTableError(code: code, message: message, position: position, suggestion: suggestion)
  }

  private mutating func truncation(_ expected: String) -> ModelTableError {
    offset = bytes.count
    return failure(
      "truncated",
      row == 0
        ? "The text ends before \(expected)." : "The text ends in row \(row) before \(expected).",
      "The output was cut off: allow more tokens."
    )
  }

  private mutating func controlCharacter(_ code: UInt16) -> ModelTableError {
    let digits = String(code, radix: 16, uppercase: true)
    return failure(
      "control-character",
      "Control character U+\(String(repeating: "0", count: 4 - digits.count))\(digits) in the text.",
      "Write line breaks as <br> or spaces."
    )
  }

  /// What stands at the current place: a tag, a few characters, or the end.
  private func describeNext() -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let rest = bytes[offset...].prefix(40)
    var shown = String(decoding: rest, as: UTF8.self)
    if shown.hasPrefix("<"), let end = shown.firstIndex(of: ">") {
      shown = String(shown[...end])
    } else {
      shown = String(shown.prefix(12))
    }
    return shown.debugDescription
  }
}
