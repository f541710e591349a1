/// A JSON Schema (draft 2020-12) read off a `Decodable` type.
///
/// The type's own `init(from:)` is run against a decoder that records which keys are asked for and
/// with which types, so the schema cannot differ from what the type accepts. Enumerations conform to
/// ``SchemaEnumeration`` because their cases cannot be seen from outside.
public struct JSONSchema: Sendable {
  /// The schema as a JSON value.
  public let value: JSONValue

  /// The schema of a type.
  ///
  /// - Parameters:
  ///   - type: A type whose `init(from:)` uses keyed, unkeyed and single-value containers as the
  ///     compiler writes them.
  ///   - identifier: The schema's `$id`.
  /// - Throws: What the type's `init(from:)` throws on sample values.
  public init<T: Decodable>(of type: T.Type, identifier: String) throws {
    let recorder = SchemaRecorder()
    _ = try type.init(from: SchemaDecoder(recorder: recorder, codingPath: []))
    guard case .object(var members) = recorder.schema else {
      throw DecodingError.typeMismatch(
        type,
        DecodingError.Context(codingPath: [], debugDescription: "not an object")
      )
    }
    members["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
    members["$id"] = .string(identifier)
    value = .object(members)
  }
}

/// An enumeration of strings whose cases a schema lists.
public protocol SchemaEnumeration: CaseIterable, RawRepresentable where RawValue == String {}

extension TaskStatus: SchemaEnumeration {}
extension Severity: SchemaEnumeration {}
extension ImagePolicy: SchemaEnumeration {}

/// Collects what one decoding asked for.
private final class SchemaRecorder {
  var schema: JSONValue = .object([:])
}

private struct SchemaDecoder: Decoder {
  let recorder: SchemaRecorder
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    recorder.schema = .object([
      "type": .string("object"), "properties": .object([:]), "required": .array([]),
      "additionalProperties": .bool(false),
    ])
    return KeyedDecodingContainer(KeyedSchema<Key>(recorder: recorder, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: codingPath, debugDescription: "lists are read by type")
    )
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleSchema(recorder: recorder, codingPath: codingPath)
  }
}

/// The schema of a value and a sample of it.
private func describe<T: Decodable>(
  _ type: T.Type,
  at path: [any CodingKey]
) throws -> (JSONValue, T) {
  func described(_ name: String, _ sample: Any) throws -> (JSONValue, T) {
    guard let sample = sample as? T else {
      throw DecodingError.typeMismatch(
        type,
        DecodingError.Context(codingPath: path, debugDescription: "no sample")
      )
    }
    return (.object(["type": .string(name)]), sample)
  }
  switch type {
  case is String.Type: return try described("string", "")
  case is Bool.Type: return try described("boolean", false)
  case is Int.Type: return try described("integer", 0)
  case is Double.Type: return try described("number", 0.0)
  case is JSONValue.Type:
    guard let sample = JSONValue.null as? T else { break }
    return (.object([:]), sample)
  case let list as any SchemaList.Type:
    let (schema, sample) = try list.describeList(at: path)
    guard let sample = sample as? T else { break }
    return (schema, sample)
  case let enumeration as any SchemaEnumeration.Type:
    guard let sample = enumeration.firstCase as? T else { break }
    let names = enumeration.caseNames.map(JSONValue.string)
    return (.object(["type": .string("string"), "enum": .array(names)]), sample)
  default:
    let recorder = SchemaRecorder()
    let sample = try T(from: SchemaDecoder(recorder: recorder, codingPath: path))
    return (recorder.schema, sample)
  }
  throw DecodingError.typeMismatch(
    type,
    DecodingError.Context(codingPath: path, debugDescription: "no sample")
  )
}

extension SchemaEnumeration {
  fileprivate static var caseNames: [String] { allCases.map(\.rawValue) }
  fileprivate static var firstCase: Any? {
    for value in allCases { return value }
    return nil
  }
}

/// Arrays, so that their element type can be reached from an untyped metatype.
private protocol SchemaList {
  static func describeList(at path: [any CodingKey]) throws -> (JSONValue, Any)
}

extension Array: SchemaList where Element: Decodable {
  fileprivate static func describeList(at path: [any CodingKey]) throws -> (JSONValue, Any) {
    let (schema, _) = try describe(Element.self, at: path)
    return (.object(["type": .string("array"), "items": schema]), [Element]())
  }
}

private struct KeyedSchema<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let recorder: SchemaRecorder
  let codingPath: [any CodingKey]
  var allKeys: [Key] { [] }

  private func record(_ schema: JSONValue, _ key: Key, required: Bool) {
    guard case .object(var members) = recorder.schema,
      case .object(var properties) = members["properties"],
      case .array(var names) = members["required"]
    else { return }
    properties[key.stringValue] = schema
    if required { names.append(.string(key.stringValue)) }
    members["properties"] = .object(properties)
    members["required"] = .array(names)
    recorder.schema = .object(members)
  }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let (schema, sample) = try describe(type, at: codingPath + [key])
    record(schema, key, required: true)
    return sample
  }

  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    let (schema, _) = try describe(type, at: codingPath + [key])
    record(schema, key, required: false)
    return nil
  }

  // The compiler calls these overloads for optional primitives.
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    record(.object(["type": .string("string")]), key, required: false)
    return nil
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    record(.object(["type": .string("boolean")]), key, required: false)
    return nil
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    record(.object(["type": .string("integer")]), key, required: false)
    return nil
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    record(.object(["type": .string("number")]), key, required: false)
    return nil
  }

  private func unsupported(_ key: Key) -> DecodingError {
    .dataCorruptedError(
      forKey: key,
      in: KeyedDecodingContainer(self),
      debugDescription: "not a plain property"
    )
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw unsupported(key) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw unsupported(key)
  }
  func superDecoder() throws -> any Decoder {
    SchemaDecoder(recorder: SchemaRecorder(), codingPath: codingPath)
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported(key) }
}

private struct SingleSchema: SingleValueDecodingContainer {
  let recorder: SchemaRecorder
  let codingPath: [any CodingKey]

  func decodeNil() -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let (schema, sample) = try describe(type, at: codingPath)
    recorder.schema = schema
    return sample
  }
}
