/// A value of a JSON text (RFC 8259), with whole numbers kept exact.
package enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// A number written without fraction and exponent that fits an `Int`.
  case integer(Int)
  /// Any other number; always finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// What kind of value this is, as error messages say it.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the string \"\(value)\""
    case .array(let values): "an array of \(values.count)"
    case .object: "an object"
    }
  }

  /// The elements of an array, else `nil`.
  package var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  /// The members of an object, else `nil`.
  package var object: [String: JSONValue]? {
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
