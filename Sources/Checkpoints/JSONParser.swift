/// A strict JSON reader for files that may be hostile.
///
/// Nesting and the number of values are limited, names within an object must be unique, strings must be valid UTF-8 and
/// numbers finite. Nothing it is given traps.
package struct JSONParser {
  /// Nesting that is accepted; configurations use about five levels.
  package static let maximumDepth = 64

  /// Values that are accepted in one text, members and elements included.
  ///
  /// The largest indexes have some thousands. Without a limit, a file of brackets would take many
  /// times its size in memory.
  package static let maximumValues = 1_000_000

  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var valueCount = 0

  /// Why a text is not JSON, and where.
  package struct Failure: Error, Equatable {
    /// Byte offset of the first byte that does not fit.
    package let offset: Int
    /// What was expected there.
    package let expected: String
  }

  private init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// Reads one JSON value that fills the text but for white space.
  ///
  /// - Parameter bytes: UTF-8 text.
  /// - Returns: The value.
  /// - Throws: ``Failure`` with the offset of the first byte that does not fit.
  package static func parse(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("the end of the text") }
    return value
  }

  private func failure(_ expected: String) -> Failure {
    Failure(offset: position, expected: expected)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: Character) -> Bool {
    guard next == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard depth < JSONParser.maximumDepth else {
      throw failure("at most \(JSONParser.maximumDepth) levels of nesting")
    }
    valueCount += 1
    guard valueCount <= JSONParser.maximumValues else {
      throw failure("at most \(JSONParser.maximumValues) values")
    }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue
  {
    let count = text.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
    else { throw failure("\(text)") }
    position += count
    return value
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a member name in quotes") }
      let start = position
      let name = try string()
      skipSpace()
      guard take(":") else { throw failure("':' after a member name") }
      let member = try value(depth: depth + 1)
      guard members.updateValue(member, forKey: name) == nil else {
        throw Failure(offset: start, expected: "a name other than \"\(name)\", which occurs twice")
      }
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(Failure) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(values) }
    repeat {
      values.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("',' or ']'") }
    return .array(values)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = position
    _ = take("-")
    let first = next
    let whole = digits()
    guard whole > 0, whole == 1 || first != UInt8(ascii: "0") else {
      position = start
      throw failure("a JSON value")
    }
    var isInteger = true
    if take(".") {
      isInteger = false
      guard digits() > 0 else { throw failure("a digit after '.'") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw failure("a digit of an exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard position - start <= 400, let value = Double(text), value.isFinite else {
      throw Failure(offset: start, expected: "a number that fits a double")
    }
    return .number(value)
  }

  private mutating func string() throws(Failure) -> String {
    position += 1
    let start = position
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw Failure(offset: start, expected: "UTF-8 in a string")
        }
        return result
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        position -= 1
        throw failure("no control character in a string")
      default: text.append(byte)
      }
    }
    throw failure("a closing quote")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Failure) {
    guard let byte = next else { throw failure("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try fourHexDigits()
      if (0xD800..<0xDC00).contains(value) {
        guard take("\\"), take("u") else { throw failure("the second half of a surrogate pair") }
        let low = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(low) else {
          throw failure("the second half of a surrogate pair")
        }
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw failure("a character, not half of one")
      }
      text.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      position -= 1
      throw failure("one of \"\\/bfnrtu after a backslash")
    }
  }

  private mutating func fourHexDigits() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits")
      }
      position += 1
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
