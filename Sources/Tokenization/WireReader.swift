/// A reader of the Protocol Buffers wire format over bytes that are already in memory.
///
/// Only what `sentencepiece_model.proto` uses is decoded; every length is checked against the bytes
/// that are left before anything is taken.
struct WireReader {
  /// The file.
  let bytes: [UInt8]
  /// Named in errors.
  let path: String
  /// Next byte to read.
  private(set) var offset: Int
  /// End of the message.
  let end: Int

  /// A field of a message.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A string, bytes or an embedded message.
    case bytes(Range<Int>)
  }

  /// Reads a whole file.
  init(bytes: [UInt8], path: String) {
    self.init(bytes: bytes, path: path, range: 0..<bytes.count)
  }

  private init(bytes: [UInt8], path: String, range: Range<Int>) {
    self.bytes = bytes
    self.path = path
    offset = range.lowerBound
    end = range.upperBound
  }

  /// A reader of the message embedded at `range`, which a ``Value/bytes(_:)`` of this reader gave.
  func message(_ range: Range<Int>) -> WireReader {
    WireReader(bytes: bytes, path: path, range: range)
  }

  /// An error at a byte of the file.
  func failure(_ field: String, expected: String, found: String) -> TokenizerError {
    TokenizerError(
      path: path,
      field: "\(field) before byte \(offset)",
      expected: expected,
      found: found
    )
  }

  /// The next field, nil at the end of the message.
  mutating func next(_ field: String) throws(TokenizerError) -> (number: Int, value: Value)? {
    guard offset < end else { return nil }
    let tag = try varint(field)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
      throw failure(field, expected: "a field number of 1 or more", found: "\(tag >> 3)")
    }
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0: return (number, .varint(try varint(field)))
    case 1: return (number, .fixed64(try fixed(8, field)))
    case 2:
      let length = try varint(field)
      guard length <= UInt64(end - offset) else {
        throw failure(
          field,
          expected: "at most \(end - offset) bytes, what is left",
          found: "\(length)"
        )
      }
      let range = offset..<offset + Int(length)
      offset = range.upperBound
      return (number, .bytes(range))
    case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4, field))))
    default: throw failure(field, expected: "wire type 0, 1, 2 or 5", found: "\(tag & 7)")
    }
  }

  private mutating func varint(_ field: String) throws(TokenizerError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else {
        throw failure(field, expected: "the rest of a number", found: "the end of the message")
      }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw failure(field, expected: "a number of at most 10 bytes", found: "a longer one")
  }

  private mutating func fixed(_ count: Int, _ field: String) throws(TokenizerError) -> UInt64 {
    guard end - offset >= count else {
      throw failure(field, expected: "\(count) bytes", found: "\(end - offset)")
    }
    var value: UInt64 = 0
    for index in 0..<count {
      value |= UInt64(bytes[offset + index]) << UInt64(8 * index)
    }
    offset += count
    return value
  }
}
