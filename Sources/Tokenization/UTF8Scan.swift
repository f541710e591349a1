/// Decoding of single characters inside byte arrays.
///
/// Everything here works on bytes because Swift compares strings by canonical equivalence, while a
/// vocabulary tells a composed character from a decomposed one.
enum UTF8Scan {
  /// U+FFFD REPLACEMENT CHARACTER.
  static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Bytes that a character starting with `lead` takes; 1 for bytes that start none.
  static func length(lead: UInt8) -> Int {
    if lead < 0xC0 { return 1 }
    if lead < 0xE0 { return 2 }
    if lead < 0xF0 { return 3 }
    return lead < 0xF8 ? 4 : 1
  }

  /// Length of the well-formed character at `index`, nil when there is none (Unicode table 3-7).
  static func validLength(_ bytes: [UInt8], at index: Int, end: Int) -> Int? {
    let lead = bytes[index]
    if lead < 0x80 { return 1 }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, high) = (4, 0x8F)
    default: return nil
    }
    guard length <= end - index, bytes[index + 1] >= low, bytes[index + 1] <= high else {
      return nil
    }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 {
      return nil
    }
    return length
  }

  /// First byte that belongs to no well-formed character, nil when all bytes are UTF-8.
  static func firstInvalid(_ bytes: [UInt8]) -> Int? {
    var index = 0
    let end = bytes.count
    while index < end {
      if bytes[index] < 0x80 {
        index += 1
      } else if let length = validLength(bytes, at: index, end: end) {
        index += length
      } else {
        return index
      }
    }
    return nil
  }

  /// The character that starts at `index` of well-formed UTF-8.
  static func scalar(_ bytes: [UInt8], at index: Int, end: Int) -> Unicode.Scalar? {
    guard index < end, let length = validLength(bytes, at: index, end: end) else { return nil }
    var value = UInt32(bytes[index])
    switch length {
    case 1: break
    case 2: value &= 0x1F
    case 3: value &= 0x0F
    default: value &= 0x07
    }
    for offset in 1..<max(length, 1) {
      value = value << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
    return Unicode.Scalar(value)
  }

  /// Start of the character that ends just before `index` of well-formed UTF-8.
  static func start(before index: Int, in bytes: [UInt8], from start: Int) -> Int? {
    guard index > start else { return nil }
    var probe = index - 1
    while probe > start, bytes[probe] & 0xC0 == 0x80 {
      probe -= 1
    }
    return probe
  }
}
