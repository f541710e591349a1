extension JSONTree {
  /// Values that are accepted in one tree, members and elements included.
  ///
  /// The largest indexes have some thousands. Without a limit, a file of brackets would take many
  /// times its size in memory.
  package static let valueLimit = 1_000_000

  /// Longest accepted number in bytes; no exact double needs as many.
  private static let numberLimit = 400

  /// Reads one value that fills the text but for white space.
  ///
  /// - Parameter bytes: UTF-8 text.
  /// - Throws: ``JSONFailure`` as ``init(_:field:)``, and for bytes that are not UTF-8.
  package init(parsing bytes: [UInt8]) throws(JSONFailure) {
    var reader = try JSONReader(bytes)
    try self.init(&reader)
    try reader.finish()
  }

  /// Reads the next value of a text.
  ///
  /// - Parameters:
  ///   - reader: Stands before the value, and after it when this returns.
  ///   - field: Path of the value from the root, for failures.
  /// - Throws: ``JSONFailure`` for faults of grammar, nesting beyond ``JSONReader/depthLimit``, more
  ///   values than ``valueLimit``, a name that occurs twice in an object and numbers that are not
  ///   finite as a double.
  package init(_ reader: inout JSONReader, field: String = "") throws(JSONFailure) {
    var count = 0
    do {
      self = try JSONTree.read(&reader, &count)
    } catch {
      throw error.inside(field)
    }
  }

  /// Reads a value; failures name their field from this value on, so that no path is built unless
  /// there is one.
  private static func read(
    _ reader: inout JSONReader,
    _ count: inout Int
  ) throws(JSONFailure) -> JSONTree {
    count += 1
    let next = reader.peek()
    guard count <= valueLimit else {
      throw reader.failure("", expected: "at most \(valueLimit) values", found: "more")
    }
    switch next {
    case UInt8(ascii: "{"): return .object(try members(&reader, &count))
    case UInt8(ascii: "["): return .array(try elements(&reader, &count))
    case UInt8(ascii: "\""):
      let text = try reader.readText("")
      return .string(String(decoding: try reader.unescape(text, ""), as: UTF8.self))
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return try number(&reader)
    default:
      if reader.takeWord("true") { return .boolean(true) }
      if reader.takeWord("false") { return .boolean(false) }
      if reader.takeWord("null") { return .null }
      throw reader.failure("", expected: "a JSON value")
    }
  }

  private static func members(
    _ reader: inout JSONReader,
    _ count: inout Int
  ) throws(JSONFailure) -> Members {
    var list: [(name: String, value: JSONTree)] = []
    var seen: Set<[UInt8]> = []
    var object = try reader.openObject("")
    while let name = try reader.nextName(&object, &seen) {
      do {
        list.append((name, try read(&reader, &count)))
      } catch {
        throw error.inside(".\(shortened(name))")
      }
    }
    return Members(list)
  }

  private static func elements(
    _ reader: inout JSONReader,
    _ count: inout Int
  ) throws(JSONFailure) -> [JSONTree] {
    var list: [JSONTree] = []
    var array = try reader.openArray("")
    while try reader.nextElement(&array) {
      do {
        list.append(try read(&reader, &count))
      } catch {
        throw error.inside("[\(list.count)]")
      }
    }
    return list
  }

  private static func number(_ reader: inout JSONReader) throws(JSONFailure) -> JSONTree {
    let range = try reader.readNumber("")
    let digits = reader.bytes[range]
    let text = String(decoding: digits, as: UTF8.self)
    let isWhole = !digits.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }
    if isWhole, let value = Int(text) { return .integer(value) }
    guard range.count <= numberLimit, let value = Double(text), value.isFinite else {
      throw reader.failure(
        at: range.lowerBound,
        "",
        expected: "a number that fits a double",
        found: String(decoding: digits.prefix(40), as: UTF8.self)
      )
    }
    return .number(value)
  }
}
