import TaskProtocol

/// Reads the language that ``ReportConstraint`` holds a model to, and names every departure from it.
///
/// Written apart from the constraint, so that each checks the other.
struct ModelReportParser {
  /// The sections as far as they could be told apart.
  private(set) var report: ReportText
  /// What is wrong, in the order of the text; all of severity error.
  private(set) var findings: [Finding] = []
  /// Whether both headings were found.
  private(set) var hasSections = false

  private let bytes: [UInt8]
  private let places: TextPlaces

  init(parsing text: String) {
    bytes = Array(text.utf8)
    places = TextPlaces(bytes)
    report = ReportText(bytes: bytes, sections: [])
    read()
  }

  private mutating func fail(_ code: String, at offset: Int, _ message: String, _ advice: String) {
    let place = places.place(of: offset)
    findings.append(
      Finding(
        code: code,
        severity: .error,
        message: message,
        line: place.line,
        column: place.column,
        suggestion: advice
      )
    )
  }

  private mutating func read() {
    let heading = Array("FINDINGS:".utf8)
    let second = Array("\nIMPRESSION:".utf8)
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    let start = bytes.firstIndex { !isBlank($0) } ?? bytes.count
    let end = (bytes.lastIndex { !isBlank($0) } ?? -1) + 1
    guard start < end, bytes[start..<end].starts(with: heading) else {
      fail(
        "section-missing",
        at: start,
        start < end ? "The report does not begin with FINDINGS:." : "The report is empty.",
        "Begin with FINDINGS:, a space and the findings."
      )
      return
    }
    let bodyStart = start + heading.count
    // A line break right after the first heading belongs to that.
    let found = (bodyStart + 1..<max(bodyStart + 1, end)).first {
      bytes[$0..<end].starts(with: second)
    }
    guard let lineBreak = found else {
      fail(
        "section-missing",
        at: end,
        "The report has no line that begins with IMPRESSION:.",
        "Put IMPRESSION: and the conclusion on a line of its own after the findings."
      )
      readBody(.findings, "FINDINGS:", at: start, bodyStart..<end)
      return
    }
    hasSections = true
    let isDouble = bytes[lineBreak - 1] == 0x0A && lineBreak - 1 > bodyStart
    readBody(.findings, "FINDINGS:", at: start, bodyStart..<(isDouble ? lineBreak - 1 : lineBreak))
    readBody(.impression, "IMPRESSION:", at: lineBreak + 1, lineBreak + second.count..<end)
  }

  private mutating func readBody(
    _ kind: ReportSectionKind,
    _ heading: String,
    at offset: Int,
    _ range: Range<Int>
  ) {
    var section = ReportSection(kind: kind, heading: heading, offset: offset, sentences: [])
    var place = range.lowerBound
    if place < range.upperBound {
      if bytes[place] == 0x20 || bytes[place] == 0x0A {
        place += 1
      } else {
        fail(
          "spacing",
          at: place,
          "Text follows \(heading) without a space.",
          "Put a space between."
        )
      }
    }
    while place < range.upperBound {
      readSentence(&place, range.upperBound, into: &section)
      guard place < range.upperBound else { break }
      // One space or, in the impression, one line break before the next sentence.
      let isBreak = bytes[place] == 0x0A && kind == .impression
      if bytes[place] == 0x20 || isBreak { place += 1 }
      if place == range.upperBound {
        fail("spacing", at: place - 1, "White space ends the section.", "Remove it.")
      }
    }
    if section.sentences.isEmpty {
      fail(
        "section-empty",
        at: range.lowerBound,
        "\(heading) is followed by no sentence.",
        "Write at least one sentence that ends in a full stop."
      )
    }
    if section.sentences.count > ReportConstraint.maximumSentences {
      fail(
        "section-length",
        at: section.sentences[ReportConstraint.maximumSentences].range.lowerBound,
        "\(heading) has \(section.sentences.count) sentences; "
          + "at most \(ReportConstraint.maximumSentences) are allowed.",
        "Shorten it."
      )
    }
    checkRepetition(section)
    report.sections.append(section)
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) && byte < 0x80
  }

  /// Length of an item's number such as `2. `, 0 for none.
  private func numberLength(at place: Int, _ end: Int) -> Int {
    let digits = bytes[place..<min(end, place + 3)].prefix(while: isDigit).count
    guard (1...2).contains(digits), place + digits < end, bytes[place + digits] == 0x2E else {
      return 0
    }
    let next = place + digits + 1
    return next < end && bytes[next] == 0x20 ? digits + 2 : 0
  }

  private mutating func readSentence(
    _ place: inout Int,
    _ end: Int,
    into section: inout ReportSection
  ) {
    let numberStart = place
    place += numberLength(at: place, end)
    let start = place
    var wordCount = 1
    var isCut = false
    while place < end {
      let byte = bytes[place]
      if bytes[place..<end].starts(with: ReportConstraint.cutMark) {
        place += 3
        isCut = true
        if place < end {
          fail(
            "cut-inside",
            at: place,
            "Text follows the mark of a cut sentence.",
            "Nothing may follow it in the section."
          )
        }
        break
      }
      if byte == 0x2E || byte == 0x3F {
        if place == start {
          fail("character", at: place, "A sentence begins with its end.", "Remove it.")
        }
        let isNumber =
          numberStart == start && (1...2).contains(place - start)
          && bytes[start..<place].allSatisfy(isDigit)
        place += 1
        let isEnd = place == end || bytes[place] == 0x20 || bytes[place] == 0x0A
        if isNumber, isEnd || byte == 0x3F { failAsEmpty(at: start) }
        if isEnd { break }
        if byte == 0x2E, isDecimalOrAbbreviation(at: place, end) { continue }
        if !bytes[place..<end].starts(with: ReportConstraint.cutMark) {
          fail(
            "spacing",
            at: place,
            "Text follows a full stop without a space.",
            "Put a space between sentences."
          )
        }
        continue
      }
      if byte == 0x20 {
        wordCount += 1
        let next = place + 1 < end ? bytes[place + 1] : 0x20
        if next == 0x20 || next == 0x0A || next == 0x2E || next == 0x3F || place == start {
          fail("spacing", at: place, "A space is not followed by a word.", "Remove it.")
        }
      } else if byte == 0x0A {
        fail(
          "line-break",
          at: place,
          "A line break stands within a sentence or between findings.",
          "Write the findings as one paragraph; in the impression break lines after sentences."
        )
      } else {
        checkCharacter(at: place, startsSentence: place == start)
      }
      place += 1
    }
    if start == place { failAsEmpty(at: numberStart) }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if !isCut, place == end, let last = bytes[start..<place].last, last != 0x2E, last != 0x3F {
      fail(
        "sentence-unfinished",
        at: place,
        "The last sentence of \(section.heading) does not end in a full stop.",
        "End it, or mark it as cut with an ellipsis."
      )
    }
    if wordCount > ReportConstraint.maximumWords {
      fail(
        "sentence-length",
        at: start,
        "A sentence has \(wordCount) words; at most \(ReportConstraint.maximumWords) are allowed.",
        "Split it."
      )
    }
    section.sentences.append(SentenceSpan(text: text, range: numberStart..<place, isCut: isCut))
  }

  private mutating func failAsEmpty(at place: Int) {
    fail(
      "sentence-empty",
      at: place,
      "An item's number has no sentence.",
      "Write one or remove it."
    )
  }

  /// Whether the full stop before a place is that of a decimal or of an abbreviation of single
  /// letters, which a full stop or the mark of a cut sentence must follow.
  ///
  /// There are more bytes before: those of the heading.
  private func isDecimalOrAbbreviation(at place: Int, _ end: Int) -> Bool {
    let before = place - 2
    if isDigit(bytes[place]) { return isDigit(bytes[before]) }
    guard isLetter(bytes[place]), isLetter(bytes[before]), !isLetter(bytes[before - 1]),
      place + 1 < end
    else { return false }
    return bytes[place + 1] == 0x2E
      || bytes[place + 1..<end].starts(with: ReportConstraint.cutMark)
  }

  private mutating func checkCharacter(at place: Int, startsSentence: Bool) {
    let byte = bytes[place]
    let kind = ReportConstraint.kind(of: byte)
    if kind == .none {
      guard byte & 0xC0 != 0x80 else { return }
      fail(
        "character",
        at: place,
        byte < 0x20 || byte == 0x7F
          ? "A control character stands in the text."
          : byte < 0x80
            ? "The character \(Character(Unicode.Scalar(byte))) stands in the text."
            : "A character past ASCII stands in the text.",
        "Use letters, digits and the punctuation \" # % & ' ( ) + , - / : ; ="
      )
    } else if startsSentence, kind == .punctuation, ![0x22, 0x27, 0x28].contains(byte) {
      fail(
        "character",
        at: place,
        "A sentence begins with \(Character(Unicode.Scalar(byte))).",
        "Begin it with a letter or a digit."
      )
    }
  }

  private mutating func checkRepetition(_ section: ReportSection) {
    var known: Set<String> = []
    for sentence in section.sentences where !sentence.isCut {
      let key = sentence.text.dropLast().lowercased()
      guard !key.isEmpty, !known.insert(key).inserted else { continue }
      fail(
        "sentence-repeated",
        at: sentence.range.lowerBound,
        "\(section.heading) says \"\(sentence.text)\" twice.",
        "Remove one of them."
      )
    }
  }
}
