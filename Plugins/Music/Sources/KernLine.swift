/// One line of a Humdrum text.
struct KernLine {
  enum Kind {
    /// `!!!KEY: value`.
    case reference
    /// `!!` and what follows.
    case globalComment
    /// `!` in every field.
    case localComment
    /// `*` in every field.
    case interpretation
    /// `=` in every field.
    case barline
    case data
    case empty
  }

  /// Counted from 1.
  let number: Int
  let text: Substring
  let kind: Kind
  let fields: [Substring]

  init(number: Int, text: Substring) {
    self.number = number
    self.text = text
    if text.hasPrefix("!!") {
      let isReference = text.hasPrefix("!!!") && !text.hasPrefix("!!!!") && text.contains(":")
      kind = isReference ? .reference : .globalComment
      fields = []
      return
    }
    fields = text.split(separator: "\t", omittingEmptySubsequences: false)
    switch text.utf8.first {
    case nil: kind = .empty
    case UInt8(ascii: "!"): kind = .localComment
    case UInt8(ascii: "*"): kind = .interpretation
    case UInt8(ascii: "="): kind = .barline
    default: kind = .data
    }
  }

  /// The column of a byte of a field, counted from 1 in characters.
  func column(_ field: Int, byte: Int = 0) -> Int {
    guard field < fields.count else { return text.count + 1 }
    let start = fields[field].startIndex
    let place = text.utf8.index(start, offsetBy: byte, limitedBy: text.endIndex) ?? text.endIndex
    return text[..<place].count + 1
  }

  /// The lines of a text; a carriage return before a newline is left out.
  static func lines(of text: String) -> [KernLine] {
    var lines: [KernLine] = []
    // Cut at bytes: a carriage return and a newline are one character.
    for (index, bytes) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
      lines.append(KernLine(number: index + 1, text: Substring(line)))
    }
    if lines.last?.text.isEmpty == true { lines.removeLast() }
    return lines
  }
}
