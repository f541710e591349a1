/// Reads the text of a report from any tool: headings at the beginning of lines, wrapped lines, lists.
struct FileReportParser {
  private(set) var report: ReportText
  private let bytes: [UInt8]

  /// Most sentences that are read; longer texts are no reports.
  static let sentenceLimit = 5000

  init(parsing bytes: [UInt8]) {
    self.bytes = bytes
    report = ReportText(bytes: bytes, sections: [])
    read()
  }

  /// Whether any heading was found.
  var hasHeadings: Bool { report.sections.contains { !$0.heading.isEmpty } }

  private static let headings: [(name: String, kind: ReportSectionKind)] = [
    ("clinical indication", .indication), ("indications", .indication), ("indication", .indication),
    ("clinical history", .indication), ("clinical information", .indication),
    ("reason for examination", .indication), ("reason for exam", .indication),
    ("reason for study", .indication), ("history", .indication), ("comparisons", .comparison),
    ("comparison", .comparison), ("technique", .technique), ("procedure", .technique),
    ("views", .technique), ("examination", .technique), ("exam", .technique), ("study", .technique),
    ("findings and impression", .findings), ("findings", .findings), ("finding", .findings),
    ("impressions", .impression), ("impression", .impression), ("conclusions", .impression),
    ("conclusion", .impression), ("opinion", .impression), ("recommendations", .other),
    ("recommendation", .other), ("addendum", .other), ("notification", .other), ("notice", .other),
    ("wet read", .other), ("final report", .other), ("attestation", .other), ("signed", .other),
  ]

  private mutating func read() {
    var section = ReportSection(kind: .findings, heading: "", offset: 0, sentences: [])
    var bodyStart = 0
    var lineStart = 0
    while lineStart < bytes.count {
      let lineEnd = bytes[lineStart...].firstIndex(of: 0x0A) ?? bytes.count
      if let heading = heading(in: lineStart..<lineEnd) {
        close(&section, bodyStart..<lineStart)
        section = ReportSection(
          kind: heading.kind,
          heading: String(decoding: bytes[heading.range], as: UTF8.self),
          offset: heading.range.lowerBound,
          sentences: []
        )
        bodyStart = heading.range.upperBound
      }
      lineStart = lineEnd + 1
    }
    close(&section, bodyStart..<bytes.count)
  }

  private mutating func close(_ section: inout ReportSection, _ body: Range<Int>) {
    let count = report.sections.reduce(0) { $0 + $1.sentences.count }
    section.sentences = sentences(in: body, atMost: Self.sentenceLimit - count)
    if !section.heading.isEmpty || !section.sentences.isEmpty { report.sections.append(section) }
  }

  /// The heading at the beginning of a line, with its colon; a line in capitals needs none.
  private func heading(in line: Range<Int>) -> (range: Range<Int>, kind: ReportSectionKind)? {
    var start = line.lowerBound
    while start < line.upperBound,
      bytes[start] == 0x20 || bytes[start] == 0x09 || bytes[start] == 0x2A
    {
      start += 1
    }
    for (name, kind) in Self.headings {
      let end = start + name.utf8.count
      guard end <= line.upperBound,
        zip(bytes[start..<end], name.utf8).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
      else { continue }
      let rest = bytes[end..<line.upperBound].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x2A }
      if rest.first == 0x3A {
        var colon = rest.startIndex + 1
        while colon < line.upperBound, bytes[colon] == 0x2A { colon += 1 }
        return (start..<colon, kind)
      }
      let isAlone = rest.allSatisfy { $0 == 0x0D }
      let isCapital = bytes[start..<end].allSatisfy { $0 < 0x61 }
      if isAlone, isCapital { return (start..<end, kind) }
    }
    return nil
  }

  // MARK: - Sentences

  private static let abbreviations: Set<String> = [
    "dr", "drs", "mr", "mrs", "ms", "st", "approx", "vs", "e.g", "i.e", "a.m", "p.m", "am", "pm",
    "fig",
    "pt", "no", "incl", "cf", "resp", "etc", "prof",
  ]

  /// The sentences of a range of the text.
  private func sentences(in body: Range<Int>, atMost limit: Int) -> [SentenceSpan] {
    var found: [SentenceSpan] = []
    var start = body.lowerBound
    var place = start
    func close(at end: Int) {
      if found.count < limit, let span = span(start..<end) { found.append(span) }
      start = end
    }
    while place < body.upperBound {
      let byte = bytes[place]
      if byte == 0x0A, endsParagraph(at: place, body.upperBound) {
        close(at: place)
      } else if byte == 0x2E || byte == 0x3F || byte == 0x21 {
        let next = place + 1 < body.upperBound ? bytes[place + 1] : 0x20
        let isEnd = next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09
        if isEnd, !isAbbreviation(endingAt: place, from: start), !isItemNumber(start..<place) {
          close(at: place + 1)
        }
      }
      place += 1
    }
    close(at: body.upperBound)
    return found
  }

  /// Whether a line break ends a sentence: a blank line or an item of a list follows.
  private func endsParagraph(at place: Int, _ end: Int) -> Bool {
    let rest = bytes[(place + 1)..<end].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    guard let first = rest.first else { return true }
    if first == 0x0A { return true }
    if first == 0x2D || first == 0x2A { return true }
    let digits = rest.prefix(3).prefix { (0x30...0x39).contains($0) }.count
    guard digits > 0, digits < 3, rest.count > digits + 1 else { return false }
    let mark = rest[rest.startIndex + digits]
    return (mark == 0x2E || mark == 0x29) && rest[rest.startIndex + digits + 1] == 0x20
  }

  private func isAbbreviation(endingAt place: Int, from start: Int) -> Bool {
    guard bytes[place] == 0x2E else { return false }
    var wordStart = place
    while wordStart > start, bytes[wordStart - 1] > 0x20, place - wordStart < 12 { wordStart -= 1 }
    let word = String(decoding: bytes[wordStart..<place], as: UTF8.self).lowercased()
    guard Self.abbreviations.contains(word) else { return false }
    // "No." at the end of a line is a sentence, "no. 3" is none.
    let rest = bytes[(place + 1)...].drop { $0 == 0x20 }
    guard let next = rest.first else { return false }
    if word == "no" { return (0x30...0x39).contains(next) }
    let continuing = (0x61...0x7A).contains(next) || (0x30...0x39).contains(next)
    return ["dr", "drs", "mr", "mrs", "ms", "st", "prof"].contains(word) || continuing
  }

  private func isItemNumber(_ range: Range<Int>) -> Bool {
    let text = bytes[range].drop { $0 <= 0x20 }
    return (1...2).contains(text.count) && text.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// A sentence without the white space, the bullet and the number around it; `nil` for nothing.
  private func span(_ range: Range<Int>) -> SentenceSpan? {
    var content = bytes[range].drop { $0 <= 0x20 }
    if let first = content.first, first == 0x2D || first == 0x2A {
      content = content.dropFirst().drop { $0 <= 0x20 }
    }
    let digits = content.prefix(3).prefix { (0x30...0x39).contains($0) }.count
    if digits > 0, digits < 3, content.count > digits + 1 {
      let mark = content[content.startIndex + digits]
      if mark == 0x2E || mark == 0x29, content[content.startIndex + digits + 1] <= 0x20 {
        content = content.dropFirst(digits + 1).drop { $0 <= 0x20 }
      }
    }
    while let last = content.last, last <= 0x20 { content = content.dropLast() }
    guard !content.isEmpty, content.contains(where: { $0 >= 0x80 || $0 > 0x2F }) else { return nil }
    let isCut = content.count >= 3 && Array(content.suffix(3)) == ReportConstraint.cutMark
    let words = content.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
    return SentenceSpan(
      text: words.joined(separator: " "),
      range: content.startIndex..<content.endIndex,
      isCut: isCut
    )
  }
}
