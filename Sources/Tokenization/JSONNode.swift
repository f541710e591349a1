import JSONText

/// A small part of a JSON file that knows its place for errors.
struct JSONNode {
  let value: JSONTree
  /// Path from the root: `decoder.decoders[1].type`.
  let field: String
  /// The file.
  let path: String

  /// An error at this node.
  func failure(expected: String, found: String? = nil, advice: String? = nil) -> TokenizerError {
    TokenizerError(
      path: path,
      field: field.isEmpty ? "file" : field,
      expected: expected,
      found: found ?? value.kind,
      advice: advice
    )
  }

  private func child(_ name: String, _ value: JSONTree) -> JSONNode {
    JSONNode(value: value, field: field.isEmpty ? name : "\(field).\(name)", path: path)
  }

  /// Whether the node is `null`.
  var isNull: Bool { value == .null }

  /// A member of an object; nil when absent or `null`.
  func member(_ key: String) throws(TokenizerError) -> JSONNode? {
    guard let members = value.object else { throw failure(expected: "an object") }
    guard let member = members[key], member != .null else { return nil }
    return child(key, member)
  }

  /// A member that must be there.
  func required(_ key: String) throws(TokenizerError) -> JSONNode {
    guard let node = try member(key) else {
      throw child(key, .null).failure(expected: "a value", found: "none")
    }
    return node
  }

  /// The UTF-8 bytes of a string.
  func text() throws(TokenizerError) -> [UInt8] { Array(try string().utf8) }

  /// A string.
  func string() throws(TokenizerError) -> String {
    guard let text = value.string else { throw failure(expected: "a string") }
    return text
  }

  /// A truth value.
  func flag() throws(TokenizerError) -> Bool {
    guard let flag = value.boolean else { throw failure(expected: "true or false") }
    return flag
  }

  /// A truth value of a member, with the reference library's default when it is absent.
  func flag(_ key: String, default standard: Bool) throws(TokenizerError) -> Bool {
    try member(key)?.flag() ?? standard
  }

  /// An integer within a range, written without fraction.
  func integer(in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
    guard case .integer(let number) = value, range.contains(number) else {
      throw failure(expected: "an integer in \(range.lowerBound)...\(range.upperBound)")
    }
    return number
  }

  /// The elements of an array.
  func elements() throws(TokenizerError) -> [JSONNode] {
    guard let elements = value.array else { throw failure(expected: "an array") }
    return elements.enumerated().map { index, element in
      JSONNode(value: element, field: "\(field)[\(index)]", path: path)
    }
  }

  /// The members of an object in file order.
  func members() throws(TokenizerError) -> [(key: [UInt8], node: JSONNode)] {
    guard let members = value.object else { throw failure(expected: "an object") }
    return members.map { (Array($0.name.utf8), child($0.name, $0.value)) }
  }
}
