import XMLValidation

/// Reads a text in one of the model's languages from left to right: fixed texts, and the text of cells,
/// which both languages write alike.
struct CellTextReader {
  let bytes: [UInt8]
  var offset = 0
  /// Row and cell being read, counted from 1; only messages use them.
  var row = 0
  var cell = 0
  private var lines = LineCounter()

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { offset == bytes.count }

  /// Reads the text of a cell.
  ///
  /// - Parameter endsAtToken: Whether the text ends before a token of OTSL; otherwise it ends after
  ///   `</td>`.
  /// - Returns: The text in its styles.
  /// - Throws: The first place where the text leaves the language.
  mutating func readContent(endsAtToken: Bool) throws(ModelTableError) -> [TextRun] {
    let ending = endsAtToken ? "the next cell or <nl>" : "</td>"
    var runs = TextRunBuilder()
    while true {
      guard offset < bytes.count else { throw truncation(ending) }
      switch bytes[offset] {
      case UInt8(ascii: "<"):
        if runs.styles.isEmpty, endsAtToken ? isAtToken : accept("</td>") { return runs.finish() }
        try parseStyleTag(&runs, ending: ending)
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

  private mutating func parseStyleTag(
    _ runs: inout TextRunBuilder,
    ending: String
  ) throws(ModelTableError) {
    if let open = runs.styles.last, accept("</\(open.rawValue)>") {
      runs.close()
      return
    }
    if accept(InlineStyle.lineBreakTag) {
      runs.append(0x0A)
      return
    }
    for style in InlineStyle.allCases where accept("<\(style.rawValue)>") {
      guard runs.styles.count < ModelTableParser.maximumStyleDepth else {
        offset -= style.rawValue.utf8.count + 2
        throw failure(
          "style-depth",
          "More than \(ModelTableParser.maximumStyleDepth) styles within each other.",
          "Close the styles around this text first."
        )
      }
      runs.open(style)
      return
    }
    let closing = runs.styles.last.map { "</\($0.rawValue)>" } ?? ending
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

  /// Whether a token of OTSL, or one of the tags around them, stands here.
  private var isAtToken: Bool {
    let rest = bytes[offset...]
    return OTSLToken.allCases.contains { rest.starts(with: $0.rawValue.utf8) }
      || rest.starts(with: OTSLToken.closing.utf8)
  }
}

// MARK: - Reading

extension CellTextReader {
  mutating func accept(_ expected: String) -> Bool {
    guard bytes[offset...].starts(with: expected.utf8) else { return false }
    offset += expected.utf8.count
    return true
  }

  mutating func expect(
    _ expected: String,
    where choice: String? = nil
  ) throws(ModelTableError) {
    guard !accept(expected) else { return }
    let wanted = choice ?? expected
    if isUnfinished(expected) || isPrefixOfTag { throw truncation(wanted) }
    throw failure("unexpected-text", "Expected \(wanted), found \(describeNext()).", nil)
  }

  /// Takes digits, at most `limit` of them.
  mutating func readDigits(atMost limit: Int) -> ArraySlice<UInt8> {
    let digits = bytes[offset...].prefix(limit).prefix { (0x30...0x39).contains($0) }
    offset += digits.count
    return digits
  }

  /// Whether the text ends before `expected` is complete.
  func isUnfinished(_ expected: String) -> Bool {
    let rest = bytes[offset...]
    return rest.count < expected.utf8.count && expected.utf8.starts(with: rest)
  }

  mutating func skipWhiteSpace() {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(bytes[offset]) {
      offset += 1
    }
  }

  /// Whether the text ends within a tag that starts here.
  var isPrefixOfTag: Bool {
    let rest = bytes[offset...]
    return rest.first == UInt8(ascii: "<") && rest.count <= 32
      && !rest.contains(UInt8(ascii: ">"))
      && rest.dropFirst().allSatisfy { $0 != UInt8(ascii: "<") }
  }
}

// MARK: - Reporting

extension CellTextReader {
  /// Where the next byte stands.
  var position: SourcePosition {
    mutating get { lines.position(of: offset, in: bytes) }
  }

  mutating func failure(
    _ code: String,
    _ message: String,
    _ suggestion: String?
  ) -> ModelTableError {
    ModelTableError(code: code, message: message, position: position, suggestion: suggestion)
  }

  mutating func truncation(_ expected: String) -> ModelTableError {
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
  func describeNext() -> String {
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
