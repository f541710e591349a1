/// A set of byte values as 256 bits.
public struct ByteSet: Hashable, Sendable {
  private var words: SIMD4<UInt64>

  /// No byte.
  public init() {
    words = .zero
  }

  /// The given bytes.
  public init(_ bytes: some Sequence<UInt8>) {
    self.init()
    for byte in bytes { insert(byte) }
  }

  /// Every byte.
  public static let all = ByteSet(0...255)

  /// Adds one byte.
  public mutating func insert(_ byte: UInt8) {
    words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
  }

  /// Removes one byte.
  public mutating func remove(_ byte: UInt8) {
    words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63))
  }

  /// Whether a byte is in the set.
  public func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
  }

  /// The bytes of either set.
  public func union(_ other: ByteSet) -> ByteSet {
    var result = self
    result.words |= other.words
    return result
  }

  /// The bytes of this set that are not in the other.
  public func subtracting(_ other: ByteSet) -> ByteSet {
    var result = self
    result.words &= ~other.words
    return result
  }

  /// Whether no byte is in the set.
  public var isEmpty: Bool { words == .zero }

  /// The bytes, ascending.
  public var members: [UInt8] { (UInt8.min...UInt8.max).filter(contains) }
}
