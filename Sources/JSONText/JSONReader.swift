/// A strict pull reader of JSON (RFC 8259) over bytes that are already in memory.
///
/// The caller walks the text and keeps only what it needs: a tokenizer of 256,000 pieces is a 30 MB
/// file which a general decoder takes seconds to turn into objects. ``JSONTree`` holds a whole value.
/// The text may be hostile: all of it must be UTF-8, nesting is limited, and every failure names line,
/// column and field.
package struct JSONReader {
  /// The text.
  package let bytes: [UInt8]
  /// Next byte to read.
  package internal(set) var offset = 0
  private var depth = 0

  /// Deepest accepted nesting of arrays and objects; files in use have about five levels.
  package static let depthLimit = 64

  /// An array or object that is being walked.
  package struct Container {
    fileprivate var isFirst = true
    fileprivate let close: UInt8
    fileprivate let field: String
  }

  /// A string of the text, not yet unescaped.
  package struct Text {
    /// Bytes between the quotes.
    package let range: Range<Int>
    /// Whether the bytes hold escapes.
    package let isEscaped: Bool
  }

  /// Starts at the first byte.
  ///
  /// - Throws: ``JSONFailure`` when the bytes are not UTF-8.
  package init(_ bytes: [UInt8]) throws(JSONFailure) {
    self.bytes = bytes
    if let invalid = JSONReader.firstInvalid(bytes) {
      throw failure(at: invalid, "", expected: "UTF-8", found: "byte \(hex(bytes[invalid]))")
    }
  }

  /// First byte that belongs to no well-formed character, nil when all bytes are UTF-8.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
    // Making a string checks many bytes at a time; the parser below tells the place.
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var offset = 0
    var rest = bytes.makeIterator()
    var parser = UTF8.ForwardParser()
    while case .valid(let character) = parser.parseScalar(from: &rest) {
      offset += character.count
    }
    return offset
  }

  /// A failure at the next byte, or at `place`.
  package func failure(
    at place: Int? = nil,
    _ field: String,
    expected: String,
    found: String? = nil
  ) -> JSONFailure {
    let place = min(place ?? offset, bytes.count)
    var line = 1
    var lineStart = 0
    for index in 0..<place where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    return JSONFailure(
      offset: place,
      line: line,
      column: place - lineStart + 1,
      field: field,
      expected: expected,
      found: found ?? describe(place)
    )
  }

  private func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// What stands at a byte, in words.
  private func describe(_ place: Int) -> String {
    guard place < bytes.count else { return "the end of the text" }
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
  package mutating func peek() -> UInt8? {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      offset += 1
    }
    return nil
  }

  // MARK: Containers

  /// Enters an object; follow with ``nextKey(_:)`` until it returns nil.
  package mutating func openObject(_ field: String) throws(JSONFailure) -> Container {
    try open(0x7B, close: 0x7D, field, "an object")
  }

  /// Enters an array; follow with ``nextElement(_:)`` until it returns false.
  package mutating func openArray(_ field: String) throws(JSONFailure) -> Container {
    try open(0x5B, close: 0x5D, field, "an array")
  }

  private mutating func open(
    _ opening: UInt8,
    close: UInt8,
    _ field: String,
    _ expected: String
  ) throws(JSONFailure) -> Container {
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
  private mutating func advance(_ container: inout Container) throws(JSONFailure) -> Bool {
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
  package mutating func nextKey(_ object: inout Container) throws(JSONFailure) -> Text? {
    guard try advance(&object) else { return nil }
    guard peek() == 0x22 else { throw failure(object.field, expected: "a key") }
    let key = try readText(object.field)
    guard peek() == 0x3A else { throw failure(object.field, expected: "':'") }
    offset += 1
    return key
  }

  /// The name of the next member, nil when the object has ended; a name that `seen` holds is
  /// refused, others are added to it.
  package mutating func nextName(
    _ object: inout Container,
    _ seen: inout Set<[UInt8]>
  ) throws(JSONFailure) -> String? {
    guard let text = try nextKey(&object) else { return nil }
    let bytes = try unescape(text, object.field)
    let name = String(decoding: bytes, as: UTF8.self)
    guard seen.insert(bytes).inserted else {
      throw failure(
        at: text.range.lowerBound,
        object.field,
        expected: "each key once",
        found: "\"\(shortened(name))\" again"
      )
    }
    return name
  }

  /// Whether an array has another element, which is then next.
  package mutating func nextElement(_ array: inout Container) throws(JSONFailure) -> Bool {
    try advance(&array)
  }

  /// Checks that nothing but white space follows.
  package mutating func finish() throws(JSONFailure) {
    guard peek() == nil else { throw failure("", expected: "the end of the text") }
  }

  // MARK: Words and values that are passed over

  /// Takes a word such as `null` if it is next.
  package mutating func takeWord(_ word: StaticString) -> Bool {
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
  package mutating func skipValue(_ field: String) throws(JSONFailure) {
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
