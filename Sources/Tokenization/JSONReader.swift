/// A strict pull reader of JSON (RFC 8259) over bytes that are already in memory.
///
/// It exists because a tokenizer of 256,000 pieces is a 30 MB file which a general decoder takes
/// seconds to turn into objects: here the caller walks the file and keeps only what it needs. The
/// whole file must be UTF-8, nesting is limited, and every error names line, column and field.
struct JSONReader {
  /// The file.
  let bytes: [UInt8]
  /// Named in errors.
  let path: String
  /// Next byte to read.
  private(set) var offset = 0
  private var depth = 0

  /// Deepest accepted nesting of arrays and objects.
  static let depthLimit = 64

  /// An array or object that is being walked.
  struct Container {
    fileprivate var isFirst = true
    fileprivate let close: UInt8
    fileprivate let field: String
  }

  /// A string of the file, not yet unescaped.
  struct Text {
    /// Bytes between the quotes.
    let range: Range<Int>
    /// Whether the bytes hold escapes.
    let isEscaped: Bool
  }

  /// Starts at the first byte.
  ///
  /// - Throws: ``TokenizerError`` when the bytes are not UTF-8.
  init(bytes: [UInt8], path: String) throws(TokenizerError) {
    self.bytes = bytes
    self.path = path
    if let invalid = UTF8Scan.firstInvalid(bytes) {
      throw failure(at: invalid, "file", expected: "UTF-8", found: "byte \(hex(bytes[invalid]))")
    }
  }

  /// An error at the next byte, or at `place`.
  func failure(
    at place: Int? = nil,
    _ field: String,
    expected: String,
    found: String? = nil
  ) -> TokenizerError {
    let place = min(place ?? offset, bytes.count)
    var line = 1
    var lineStart = 0
    for index in 0..<place where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    return TokenizerError(
      path: path,
      field: field,
      position: TextPosition(line: line, column: place - lineStart + 1),
      expected: expected,
      found: found ?? describe(place)
    )
  }

  private func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// What stands at a byte, in words.
  private func describe(_ place: Int) -> String {
    guard place < bytes.count else { return "the end of the file" }
    switch bytes[place] {
    case 0x22: return "a string"
    case 0x7B: return "an object"
    case 0x5B: return "an array"
    case 0x2D, 0x30...0x39: return "a number"
    case 0x21...0x7E: return "'\(Character(Unicode.Scalar(bytes[place])))'"
    default: return "byte \(hex(bytes[place]))"
    }
  }

  /// The next byte after white space, without taking it.
  mutating func peek() -> UInt8? {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      offset += 1
    }
    return nil
  }

  // MARK: Containers

  /// Enters an object; follow with ``nextKey(_:)`` until it returns nil.
  mutating func openObject(_ field: String) throws(TokenizerError) -> Container {
    try open(0x7B, close: 0x7D, field, "an object")
  }

  /// Enters an array; follow with ``nextElement(_:)`` until it returns false.
  mutating func openArray(_ field: String) throws(TokenizerError) -> Container {
    try open(0x5B, close: 0x5D, field, "an array")
  }

  private mutating func open(
    _ opening: UInt8,
    close: UInt8,
    _ field: String,
    _ expected: String
  ) throws(TokenizerError) -> Container {
    guard peek() == opening else { throw failure(field, expected: expected) }
    guard depth < JSONReader.depthLimit else {
      throw failure(
        field,
        expected: "at most \(JSONReader.depthLimit) nested levels",
        found: "more levels"
      )
    }
    offset += 1
    depth += 1
    return Container(close: close, field: field)
  }

  /// Takes the separator before the next member; false, and the container is left, when none follows.
  private mutating func advance(_ container: inout Container) throws(TokenizerError) -> Bool {
    let byte = peek()
    if byte == container.close {
      offset += 1
      depth -= 1
      return false
    }
    if container.isFirst {
      container.isFirst = false
      return true
    }
    guard byte == 0x2C else {
      throw failure(container.field, expected: "',' or the end of the value")
    }
    offset += 1
    return true
  }

  /// The next key of an object with its colon, nil when the object has ended.
  mutating func nextKey(_ object: inout Container) throws(TokenizerError) -> Text? {
    guard try advance(&object) else { return nil }
    guard peek() == 0x22 else { throw failure(object.field, expected: "a key") }
    let key = try readText(object.field)
    guard peek() == 0x3A else { throw failure(object.field, expected: "':'") }
    offset += 1
    return key
  }

  /// Whether an array has another element, which is then next.
  mutating func nextElement(_ array: inout Container) throws(TokenizerError) -> Bool {
    try advance(&array)
  }

  /// Checks that nothing but white space follows.
  mutating func finish() throws(TokenizerError) {
    guard peek() == nil else { throw failure("file", expected: "the end of the file") }
  }

  // MARK: Scalars

  /// Reads a string without unescaping it; `field` is built only for an error.
  mutating func readText(_ field: @autoclosure () -> String) throws(TokenizerError) -> Text {
    guard peek() == 0x22 else { throw failure(field(), expected: "a string") }
    let start = offset + 1
    var index = start
    var isEscaped = false
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x22 {
        offset = index + 1
        return Text(range: start..<index, isEscaped: isEscaped)
      }
      if byte < 0x20 {
        throw failure(at: index, field(), expected: "an escaped control character")
      }
      if byte == 0x5C {
        isEscaped = true
        index += 1
      }
      index += 1
    }
    throw failure(at: start - 1, field(), expected: "a closed string", found: "no closing quote")
  }

  /// The bytes a string stands for.
  func unescape(
    _ text: Text,
    _ field: @autoclosure () -> String
  ) throws(TokenizerError) -> [UInt8] {
    guard text.isEscaped else { return Array(bytes[text.range]) }
    var out: [UInt8] = []
    out.reserveCapacity(text.range.count)
    var index = text.range.lowerBound
    let end = text.range.upperBound
    while index < end {
      guard bytes[index] == 0x5C else {
        out.append(bytes[index])
        index += 1
        continue
      }
      let escape = index + 1 < end ? bytes[index + 1] : 0
      switch escape {
      case 0x22, 0x5C, 0x2F: out.append(escape)
      case 0x62: out.append(0x08)
      case 0x66: out.append(0x0C)
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75:
        guard let (scalar, length) = unicodeEscape(at: index, end: end) else {
          throw failure(at: index, field(), expected: "a \\u escape of one character")
        }
        out.append(contentsOf: String(Character(scalar)).utf8)
        index += length
        continue
      default: throw failure(at: index, field(), expected: "a JSON escape")
      }
      index += 2
    }
    return out
  }

  /// Decodes `\uXXXX` or a surrogate pair of them; returns its length in bytes too.
  private func unicodeEscape(at index: Int, end: Int) -> (Unicode.Scalar, Int)? {
    guard let first = hexUnit(at: index + 2, end: end) else { return nil }
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard first < 0xDC00, index + 7 < end, bytes[index + 6] == 0x5C, bytes[index + 7] == 0x75,
      let second = hexUnit(at: index + 8, end: end), 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { return nil }
    return (scalar, 12)
  }

  private func hexUnit(at index: Int, end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var value: UInt32 = 0
    for place in index..<index + 4 {
      guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Reads an integer of at most 15 digits without sign, fraction or exponent.
  mutating func readIndex(_ field: @autoclosure () -> String) throws(TokenizerError) -> Int {
    _ = peek()
    let start = offset
    var value = 0
    while offset < bytes.count, 0x30...0x39 ~= bytes[offset], offset - start < 16 {
      value = value * 10 + Int(bytes[offset] - 0x30)
      offset += 1
    }
    let digits = offset - start
    let hasTail = offset < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[offset])
    guard digits > 0, digits < 16, !hasTail, digits == 1 || bytes[start] != 0x30 else {
      throw failure(at: start, field(), expected: "an integer of zero or more")
    }
    return value
  }

  /// Passes over a number and returns its bytes.
  mutating func readNumber(_ field: @autoclosure () -> String) throws(TokenizerError) -> Range<Int>
  {
    _ = peek()
    let start = offset
    func digits(_ reader: inout JSONReader) -> Int {
      let from = reader.offset
      while reader.offset < reader.bytes.count, 0x30...0x39 ~= reader.bytes[reader.offset] {
        reader.offset += 1
      }
      return reader.offset - from
    }
    if take(0x2D) {}
    let whole = offset
    let count = digits(&self)
    var isValid = count == 1 || (count > 1 && bytes[whole] != 0x30)
    if take(0x2E) { isValid = isValid && digits(&self) > 0 }
    if take(0x65) || take(0x45) {
      if !take(0x2B) { _ = take(0x2D) }
      isValid = isValid && digits(&self) > 0
    }
    guard isValid else { throw failure(at: start, field(), expected: "a number") }
    return start..<offset
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  /// Takes a word such as `null` if it is next.
  mutating func takeWord(_ word: StaticString) -> Bool {
    _ = peek()
    let count = word.utf8CodeUnitCount
    guard count <= bytes.count - offset else { return false }
    for index in 0..<count where bytes[offset + index] != word.utf8Start[index] {
      return false
    }
    offset += count
    return true
  }

  /// Passes over any value, checking its grammar.
  mutating func skipValue(_ field: String) throws(TokenizerError) {
    switch peek() {
    case 0x7B:
      var object = try openObject(field)
      while try nextKey(&object) != nil {
        try skipValue(field)
      }
    case 0x5B:
      var array = try openArray(field)
      while try nextElement(&array) {
        try skipValue(field)
      }
    case 0x22: _ = try readText(field)
    default:
      if takeWord("true") || takeWord("false") || takeWord("null") { return }
      _ = try readNumber(field)
    }
  }
}
