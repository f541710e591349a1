/// A small part of a JSON file as a tree; every node knows its place for errors.
struct JSONNode {
  /// What a node holds.
  indirect enum Value {
    case null
    case boolean(Bool)
    case number([UInt8])
    case string([UInt8])
    case array([JSONNode])
    case object([(key: [UInt8], node: JSONNode)])
  }

  let value: Value
  /// Path from the root: `decoder.decoders[1].type`.
  let field: String
  /// The file.
  let path: String

  /// Reads the next value of `reader` whole.
  init(_ reader: inout JSONReader, field: String) throws(TokenizerError) {
    self.field = field
    self.path = reader.path
    switch reader.peek() {
    case 0x7B:
      var members: [(key: [UInt8], node: JSONNode)] = []
      var object = try reader.openObject(field)
      while let text = try reader.nextKey(&object) {
        let key = try reader.unescape(text, field)
        let name = String(decoding: key, as: UTF8.self)
        members.append((key, try JSONNode(&reader, field: "\(field).\(name)")))
      }
      value = .object(members)
    case 0x5B:
      var elements: [JSONNode] = []
      var array = try reader.openArray(field)
      while try reader.nextElement(&array) {
        elements.append(try JSONNode(&reader, field: "\(field)[\(elements.count)]"))
      }
      value = .array(elements)
    case 0x22: value = .string(try reader.unescape(try reader.readText(field), field))
    default:
      if reader.takeWord("true") {
        value = .boolean(true)
      } else if reader.takeWord("false") {
        value = .boolean(false)
      } else if reader.takeWord("null") {
        value = .null
      } else {
        value = .number(Array(reader.bytes[try reader.readNumber(field)]))
      }
    }
  }

  /// The node's content in a few words.
  var summary: String {
    switch value {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .number(let digits): String(decoding: digits.prefix(40), as: UTF8.self)
    case .string(let text): "\"" + String(decoding: text.prefix(40), as: UTF8.self) + "\""
    case .array(let elements): "an array of \(elements.count)"
    case .object: "an object"
    }
  }

  /// An error at this node.
  func failure(expected: String, found: String? = nil, advice: String? = nil) -> TokenizerError {
    TokenizerError(
      path: path,
      field: field,
      expected: expected,
      found: found ?? summary,
      advice: advice
    )
  }

  /// Whether the node is `null`.
  var isNull: Bool {
    if case .null = value { true } else { false }
  }

  /// A member of an object; nil when absent or `null`.
  func member(_ key: String) throws(TokenizerError) -> JSONNode? {
    guard case .object(let members) = value else { throw failure(expected: "an object") }
    let name = Array(key.utf8)
    guard let found = members.last(where: { $0.key == name }), !found.node.isNull else {
      return nil
    }
    return found.node
  }

  /// A member that must be there.
  func required(_ key: String) throws(TokenizerError) -> JSONNode {
    guard let node = try member(key) else {
      throw TokenizerError(
        path: path,
        field: "\(field).\(key)",
        expected: "a value",
        found: "none"
      )
    }
    return node
  }

  /// The UTF-8 bytes of a string.
  func text() throws(TokenizerError) -> [UInt8] {
    guard case .string(let text) = value else { throw failure(expected: "a string") }
    return text
  }

  /// A string.
  func string() throws(TokenizerError) -> String {
    String(decoding: try text(), as: UTF8.self)
  }

  /// A truth value.
  func flag() throws(TokenizerError) -> Bool {
    guard case .boolean(let flag) = value else { throw failure(expected: "true or false") }
    return flag
  }

  /// A truth value of a member, with the reference library's default when it is absent.
  func flag(_ key: String, default standard: Bool) throws(TokenizerError) -> Bool {
    try member(key)?.flag() ?? standard
  }

  /// An integer within a range.
  func integer(in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
    guard case .number(let digits) = value,
      let number = Int(String(decoding: digits, as: UTF8.self)), range.contains(number)
    else {
      throw failure(expected: "an integer in \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  /// The elements of an array.
  func elements() throws(TokenizerError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw failure(expected: "an array") }
    return elements
  }

  /// The members of an object in file order.
  func members() throws(TokenizerError) -> [(key: [UInt8], node: JSONNode)] {
    guard case .object(let members) = value else { throw failure(expected: "an object") }
    return members
  }
}
