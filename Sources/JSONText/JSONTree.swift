/// A value of a JSON text (RFC 8259) held whole, with whole numbers kept exact.
package enum JSONTree: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// A number written without fraction and exponent that fits an `Int`.
  case integer(Int)
  /// Any other number; always finite.
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object(Members)

  /// The members of an object in the order of the text.
  ///
  /// Names are compared byte by byte: Swift's `==` holds a composed and a decomposed character for
  /// the same, and a vocabulary tells them apart.
  package struct Members: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
    private let list: [(name: String, value: JSONTree)]

    init(_ list: [(name: String, value: JSONTree)]) {
      self.list = list
    }

    package init(dictionaryLiteral members: (String, JSONTree)...) {
      self.list = members
    }

    /// Number of members.
    package var count: Int { list.count }

    /// Whether there are none.
    package var isEmpty: Bool { list.isEmpty }

    /// The value of a member, `nil` when there is none of this name.
    package subscript(name: String) -> JSONTree? {
      list.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    package func makeIterator() -> IndexingIterator<[(name: String, value: JSONTree)]> {
      list.makeIterator()
    }

    package static func == (left: Members, right: Members) -> Bool {
      left.list.elementsEqual(right.list) {
        $0.name.utf8.elementsEqual($1.name.utf8) && $0.value == $1.value
      }
    }
  }

  /// What kind of value this is, as error messages say it.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the string \"\(shortened(value))\""
    case .array(let values): "an array of \(values.count)"
    case .object: "an object"
    }
  }

  /// The elements of an array, else `nil`.
  package var array: [JSONTree]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  /// The members of an object, else `nil`.
  package var object: Members? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The text of a string, else `nil`.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// A whole number, also when written as `2.0`; else `nil`.
  package var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// Any number as a double, else `nil`.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A truth value, else `nil`.
  package var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }
}

/// A string of a file cut to what an error can show.
func shortened(_ text: String) -> String {
  let start = text.unicodeScalars.prefix(60)
  return start.endIndex == text.endIndex ? text : String(start) + "..."
}
