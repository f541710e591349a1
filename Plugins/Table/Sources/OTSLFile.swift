import TaskProtocol
import XMLValidation

/// The OTSL tables of a file from any tool.
///
/// Read are
///
/// - DocTags as docling writes them: any number of `<otsl>...</otsl>` among other text, with locations
///   (`<loc_12>`), a `<caption>`, and the text of cells as it is, not escaped;
/// - tokens without `<otsl>` around them, with or without text;
/// - tokens as words, separated by white space or commas: the letters `C L U X NL` of the paper, or
///   `fcel ecel lcel ucel xcel ched rhed srow nl`.
struct OTSLFile {
  /// The tables in the order of the text, with findings about their rules.
  private(set) var tables: [OTSLTable] = []
  /// Findings about everything else.
  private(set) var findings: [Finding] = []

  private let bytes: [UInt8]
  private var offset = 0
  private var lines = LineCounter()
  /// Whether no `</caption>` is left in the text; looking for it again and again would take long.
  private var hasNoCaptionEnd = false

  /// Most bytes that are read.
  static let maximumBytes = 32 << 20

  /// Whether a text looks like OTSL and not like HTML.
  static func isLikely(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(1 << 16)
    if contains(start, OTSLToken.opening) { return true }
    if contains(start, "<table") || contains(start, "<TABLE") { return false }
    return OTSLToken.allCases.contains { contains(start, $0.rawValue) } || words(in: start) != nil
  }

  /// Reads the tables of a file.
  init(_ source: [UInt8]) {
    guard source.count <= Self.maximumBytes else {
      bytes = []
      findings.append(
        Finding(
          code: "input-limit",
          severity: .error,
          message: "The file has \(source.count) bytes, more than the \(Self.maximumBytes) read."
        )
      )
      return
    }
    if let position = MarkupDocument.firstInvalidUTF8(in: source) {
      findings.append(
        Finding(
          code: "encoding",
          severity: .error,
          message: "The text is not valid UTF-8; read as U+FFFD.",
          line: position.line,
          column: position.column,
          suggestion: "Save the file as UTF-8."
        )
      )
    }
    bytes = Array(String(decoding: source, as: UTF8.self).utf8)
    if let words = Self.words(in: bytes[...]) {
      readWords(words)
    } else if Self.contains(bytes[...], OTSLToken.opening) {
      readWrapped()
    } else if OTSLToken.allCases.contains(where: { Self.contains(bytes[...], $0.rawValue) }) {
      readTable(prefix: "", isWrapped: false)
    } else {
      report("no-table", .error, "The file has no <otsl> and no token of OTSL.", at: 0, nil)
    }
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
    position(of: Array(text.utf8), in: bytes) != nil
  }

  /// Where a text stands first.
  private static func position(of text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = text.first else { return nil }
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: text) { return found }
      start = found + 1
    }
    return nil
  }

  private mutating func report(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    at offset: Int,
    _ suggestion: String?
  ) {
    let position = lines.position(of: offset, in: bytes)
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: position.line,
        column: position.column,
        suggestion: suggestion
      )
    )
  }
}

// MARK: - Words

extension OTSLFile {
  private static let wordTokens: [String: OTSLToken] = [
    "C": .filled, "L": .left, "U": .up, "X": .cross, "NL": .newLine, "fcel": .filled,
    "ecel": .empty, "lcel": .left, "ucel": .up, "xcel": .cross, "ched": .columnHeader,
    "rhed": .rowHeader, "srow": .sectionRow, "nl": .newLine,
  ]

  /// The tokens of a text that is nothing but words of OTSL, the first line break or `NL` included;
  /// `nil` for any other text.
  private static func words(in bytes: ArraySlice<UInt8>) -> [(OTSLToken, Range<Int>)]? {
    var found: [(OTSLToken, Range<Int>)] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] > 0x20, bytes[index] != UInt8(ascii: ",") else {
        index += 1
        continue
      }
      let word = bytes[index...].prefix(5).prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") }
      guard let token = wordTokens[String(decoding: word, as: UTF8.self)] else { return nil }
      found.append((token, index..<word.endIndex))
      index = word.endIndex
    }
    return found.contains { $0.0 == .newLine } ? found : nil
  }

  private mutating func readWords(_ words: [(OTSLToken, Range<Int>)]) {
    var rows: [[OTSLTable.Item]] = [[]]
    for (token, range) in words {
      guard token != .newLine else {
        rows.append([])
        continue
      }
      let position = lines.position(of: range.lowerBound, in: bytes)
      rows[rows.count - 1].append(.init(token: token, position: position, range: range))
    }
    finish(rows, prefix: "")
  }

  /// Takes the rows of a table; the last one is empty when its `<nl>` is there.
  private mutating func finish(_ rows: [[OTSLTable.Item]], prefix: String) {
    var rows = rows
    if rows.last?.isEmpty == true {
      rows.removeLast()
    } else {
      report(
        "otsl-row-end",
        .warning,
        "\(prefix)The last row has no <nl>.",
        at: offset == 0 ? bytes.count : offset,
        "End every row with <nl>."
      )
    }
    tables.append(OTSLTable(rows: rows, prefix: prefix))
  }
}

// MARK: - Tags

extension OTSLFile {
  private mutating func readWrapped() {
    let opening = Array(OTSLToken.opening.utf8)
    var isAlone = true
    if let first = Self.position(of: opening, in: bytes[...]) {
      isAlone = Self.position(of: opening, in: bytes[(first + opening.count)...]) == nil
    }
    while let start = Self.position(of: opening, in: bytes[offset...]) {
      offset = start + opening.count
      readTable(prefix: isAlone ? "" : "Table \(tables.count + 1): ", isWrapped: true)
    }
  }

  /// Reads tokens up to `</otsl>` or the end of the text.
  private mutating func readTable(prefix: String, isWrapped: Bool) {
    var rows: [[OTSLTable.Item]] = [[]]
    var strayTexts = 0
    let start = offset
    while offset < bytes.count {
      let tokenStart = offset
      if accept(OTSLToken.closing) {
        finish(rows, prefix: prefix)
        return
      }
      if let token = OTSLToken.allCases.first(where: { accept($0.rawValue) }) {
        guard token != .newLine else {
          rows.append([])
          continue
        }
        let position = lines.position(of: tokenStart, in: bytes)
        var item = OTSLTable.Item(token: token, position: position, range: tokenStart..<offset)
        if token.hasText { item.content = readText(prefix: prefix) }
        item.range = tokenStart..<offset
        rows[rows.count - 1].append(item)
      } else if !skipLocationOrCaption() {
        let before = offset
        let text = readText(prefix: prefix)
        if offset == before { offset += 1 }
        guard !text.isEmpty else { continue }
        strayTexts += 1
        guard strayTexts <= 100 else { continue }
        let shown = String(text.map(\.text).joined().prefix(20)).debugDescription
        report(
          "otsl-text",
          .error,
          "\(prefix)Text \(shown) belongs to no cell.",
          at: before,
          "Text stands only after <fcel>, <ched>, <rhed> and <srow>."
        )
      }
    }
    if isWrapped {
      report(
        "truncated",
        .error,
        "\(prefix)The file ends before </otsl>.",
        at: start,
        "Add the end tag; the text may be cut off."
      )
    }
    finish(rows, prefix: prefix)
  }

  private mutating func accept(_ expected: String) -> Bool {
    guard bytes[offset...].starts(with: expected.utf8) else { return false }
    offset += expected.utf8.count
    return true
  }

  /// Passes over `<loc_12>` or `<caption>...</caption>`.
  private mutating func skipLocationOrCaption() -> Bool {
    if bytes[offset...].starts(with: "<loc_".utf8) {
      let digits = bytes[(offset + 5)...].prefix(6).prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, digits.endIndex < bytes.count,
        bytes[digits.endIndex] == UInt8(ascii: ">")
      else { return false }
      offset = digits.endIndex + 1
      return true
    }
    guard !hasNoCaptionEnd, bytes[offset...].starts(with: "<caption>".utf8) else { return false }
    guard let end = Self.position(of: Array("</caption>".utf8), in: bytes[offset...]) else {
      hasNoCaptionEnd = true
      return false
    }
    offset = end + 10
    return true
  }

  /// Text up to the next token: entities and well nested styles are read, everything else is taken as
  /// it is, with white space as in HTML.
  private mutating func readText(prefix: String) -> [TextRun] {
    var runs = CollapsedText()
    var rawMarks = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "<"):
        if isAtToken { return runs.finish() }
        if readStyle(&runs) || skipLocationOrCaption() { continue }
        if rawMarks == 0 {
          report(
            "unescaped-character",
            .warning,
            "\(prefix)A < that starts no token is read as text.",
            at: offset,
            "Write &lt;."
          )
        }
        rawMarks += 1
        runs.append(bytes[offset])
        offset += 1
      case UInt8(ascii: "&"):
        if accept("&lt;") {
          runs.append(UInt8(ascii: "<"))
        } else if accept("&gt;") {
          runs.append(UInt8(ascii: ">"))
        } else if accept("&amp;") {
          runs.append(UInt8(ascii: "&"))
        } else {
          runs.append(bytes[offset])
          offset += 1
        }
      case let byte:
        runs.append(byte)
        offset += 1
      }
    }
    return runs.finish()
  }

  private var isAtToken: Bool {
    let rest = bytes[offset...]
    return OTSLToken.allCases.contains { rest.starts(with: $0.rawValue.utf8) }
      || rest.starts(with: OTSLToken.closing.utf8) || rest.starts(with: OTSLToken.opening.utf8)
  }

  private mutating func readStyle(_ runs: inout CollapsedText) -> Bool {
    if accept(InlineStyle.lineBreakTag) {
      runs.breakLine()
      return true
    }
    for style in InlineStyle.allCases {
      if runs.canOpen, accept("<\(style.rawValue)>") {
        runs.open(style)
        return true
      }
      if runs.innermost == style, accept("</\(style.rawValue)>") {
        runs.close()
        return true
      }
    }
    return false
  }
}
