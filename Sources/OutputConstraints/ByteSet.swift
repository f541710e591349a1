/// A set of byte values as 256 bits.
public struct ByteSet: Hashable, Sendable {
  /// Bytes below 64, from 64, from 128 and from 192 on, the lowest byte in the lowest bit.
  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

  /// No byte.
  @inlinable
  public init() {
    words = (0, 0, 0, 0)
  }

  /// The given bytes.
  public init(_ bytes: some Sequence<UInt8>) {
    self.init()
    for byte in bytes { insert(byte) }
  }

  /// Every byte.
  public static let all = ByteSet(0...255)

  /// Adds one byte.
  @inlinable
  public mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  /// Removes one byte.
  @inlinable
  public mutating func remove(_ byte: UInt8) {
    let mask: UInt64 = ~(1 << UInt64(byte & 63))
    switch byte >> 6 {
    case 0: words.0 &= mask
    case 1: words.1 &= mask
    case 2: words.2 &= mask
    default: words.3 &= mask
    }
  }

  /// Whether a byte is in the set.
  @inlinable
  public func contains(_ byte: UInt8) -> Bool {
    let low = byte & 64 == 0
    let word = byte < 128 ? (low ? words.0 : words.1) : (low ? words.2 : words.3)
    return word >> UInt64(byte & 63) & 1 == 1
  }

  /// The bytes of either set.
  @inlinable
  public func union(_ other: ByteSet) -> ByteSet {
    var result = self
    result.words.0 |= other.words.0
    result.words.1 |= other.words.1
    result.words.2 |= other.words.2
    result.words.3 |= other.words.3
    return result
  }

  /// The bytes of this set that are not in the other.
  @inlinable
  public func subtracting(_ other: ByteSet) -> ByteSet {
    var result = self
    result.words.0 &= ~other.words.0
    result.words.1 &= ~other.words.1
    result.words.2 &= ~other.words.2
    result.words.3 &= ~other.words.3
    return result
  }

  /// The bytes below 128 of this set.
  @inlinable var ascii: ByteSet {
    var result = self
    result.words.2 = 0
    result.words.3 = 0
    return result
  }

  /// Whether no byte is in the set.
  @inlinable
  public var isEmpty: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

  /// The bytes, ascending.
  public var members: [UInt8] { (UInt8.min...UInt8.max).filter(contains) }

  /// Whether both sets hold the same bytes.
  @inlinable
  public static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

  /// Feeds the bits.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
