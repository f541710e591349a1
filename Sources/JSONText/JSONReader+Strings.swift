extension JSONReader {
  /// Reads a string without unescaping it; `field` is built only for an error.
  package mutating func readText(_ field: @autoclosure () -> String) throws(JSONFailure) -> Text {
    guard peek() == 0x22 else { throw failure(field(), expected: "a string") }
    let start = offset + 1
    var index = start
    var isEscaped = false
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x22 {
        offset = index + 1
        return Text(range: start..<index, isEscaped: isEscaped)
      }
      if byte < 0x20 {
        throw failure(at: index, field(), expected: "an escaped control character")
      }
      if byte == 0x5C {
        isEscaped = true
        index += 1
      }
      index += 1
    }
    throw failure(at: start - 1, field(), expected: "a closed string", found: "no closing quote")
  }

  /// The bytes a string stands for.
  package func unescape(
    _ text: Text,
    _ field: @autoclosure () -> String
  ) throws(JSONFailure) -> [UInt8] {
    guard text.isEscaped else { return Array(bytes[text.range]) }
    var out: [UInt8] = []
    out.reserveCapacity(text.range.count)
    var index = text.range.lowerBound
    let end = text.range.upperBound
    while index < end {
      guard bytes[index] == 0x5C else {
        out.append(bytes[index])
        index += 1
        continue
      }
      let escape = index + 1 < end ? bytes[index + 1] : 0
      switch escape {
      case 0x22, 0x5C, 0x2F: out.append(escape)
      case 0x62: out.append(0x08)
      case 0x66: out.append(0x0C)
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75:
        guard let (scalar, length) = unicodeEscape(at: index, end: end) else {
          throw failure(at: index, field(), expected: "a \\u escape of one character")
        }
        out.append(contentsOf: String(Character(scalar)).utf8)
        index += length
        continue
      default: throw failure(at: index, field(), expected: "a JSON escape")
      }
      index += 2
    }
    return out
  }

  /// Decodes `\uXXXX` or a surrogate pair of them; returns its length in bytes too.
  private func unicodeEscape(at index: Int, end: Int) -> (Unicode.Scalar, Int)? {
    guard let first = hexUnit(at: index + 2, end: end) else { return nil }
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard first < 0xDC00, index + 7 < end, bytes[index + 6] == 0x5C, bytes[index + 7] == 0x75,
      let second = hexUnit(at: index + 8, end: end), 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { return nil }
    return (scalar, 12)
  }

  private func hexUnit(at index: Int, end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var value: UInt32 = 0
    for place in index..<index + 4 {
      guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
