import JSONText

/// Typed access to the fields of one JSON object, with errors that name file and field.
///
/// A field that is absent or `null` takes the default, as the reference implementation does.
struct FieldReader {
  let path: String
  /// Dotted name of the object inside the file; empty for the file itself.
  let prefix: String
  let members: JSONTree.Members

  init(path: String, prefix: String = "", _ value: JSONTree) throws(CheckpointError) {
    guard let members = value.object else {
      throw CheckpointError(
        path: path,
        subject: prefix.isEmpty ? nil : prefix,
        expected: "an object",
        found: value.kind
      )
    }
    self.path = path
    self.prefix = prefix
    self.members = members
  }

  /// The value of a field that is there and not `null`.
  func value(_ field: String) -> JSONTree? {
    guard let value = members[field], value != .null else { return nil }
    return value
  }

  func failure(
    _ field: String,
    expected: String,
    found: String,
    advice: String? = nil
  ) -> CheckpointError {
    CheckpointError(
      path: path,
      subject: prefix.isEmpty ? field : "\(prefix).\(field)",
      expected: expected,
      found: found,
      advice: advice
    )
  }

  /// The reader of an object inside this one; `nil` when the field is absent.
  func object(_ field: String) throws(CheckpointError) -> FieldReader? {
    guard let value = value(field) else { return nil }
    return try FieldReader(
      path: path,
      prefix: prefix.isEmpty ? field : "\(prefix).\(field)",
      value
    )
  }

  func integer(_ field: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
    guard let value = value(field) else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw failure(
        field,
        expected: "a whole number of \(range.lowerBound) to \(range.upperBound)",
        found: value.kind
      )
    }
    return number
  }

  /// A number above zero and at most `limit`, as float32.
  func positive(_ field: String, atMost limit: Double) throws(CheckpointError) -> Float? {
    try positiveDouble(field, atMost: limit).map { Float($0) }
  }

  /// A number above zero, in float32 too, and at most `limit`.
  func positiveDouble(_ field: String, atMost limit: Double) throws(CheckpointError) -> Double? {
    guard let value = value(field) else { return nil }
    guard let number = value.double, number > 0, number <= limit, Float(number) > 0 else {
      throw failure(field, expected: "a number above 0 and at most \(limit)", found: value.kind)
    }
    return number
  }

  func boolean(_ field: String) throws(CheckpointError) -> Bool? {
    guard let value = value(field) else { return nil }
    guard let flag = value.boolean else {
      throw failure(field, expected: "true or false", found: value.kind)
    }
    return flag
  }

  func string(_ field: String) throws(CheckpointError) -> String? {
    guard let value = value(field) else { return nil }
    guard let text = value.string else {
      throw failure(field, expected: "a string", found: value.kind)
    }
    return text
  }

  /// One edge of a square given as a number, as `[n, n]` or as `{"height": n, "width": n}`.
  func squareEdge(_ field: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
    guard let value = value(field) else { return nil }
    let edges: [JSONTree]
    switch value {
    case .array(let values): edges = values
    case .object(let members): edges = [members["height"] ?? .null, members["width"] ?? .null]
    default: edges = [value, value]
    }
    guard edges.count == 2, let edge = edges[0].integer, edges[1].integer == edge,
      range.contains(edge)
    else {
      throw failure(
        field,
        expected: "a square of \(range.lowerBound) to \(range.upperBound) pixels",
        found: value.kind
      )
    }
    return edge
  }

  /// Token ids: one number or an array of them.
  func tokens(_ field: String) throws(CheckpointError) -> [Int]? {
    guard let value = value(field) else { return nil }
    let values = value.array ?? [value]
    let ids = values.compactMap(\.integer).filter { ConfigurationLimits.tokens.contains($0) }
    guard ids.count == values.count, !ids.isEmpty, ids.count <= 64 else {
      throw failure(field, expected: "a token id or an array of token ids", found: value.kind)
    }
    return ids
  }
}

/// Ranges that configuration numbers must lie in; wide enough for any model of this kind, narrow
/// enough that no product of them overflows.
enum ConfigurationLimits {
  static let width = 1...131_072
  static let layers = 1...1024
  static let heads = 1...1024
  static let tokens = 0...16_777_215
  static let vocabulary = 1...16_777_216
  static let pixels = 1...16_384
  static let patch = 1...1024
  static let positions = 1...16_777_216
  static let imageTokens = 1...65_536
}
