/// How far into a UTF-8 sequence a text is.
///
/// Accepts the well-formed sequences of Unicode table 3-7 apart from the C1 controls U+0080...U+009F
/// and the noncharacters (U+FDD0...U+FDEF and the last two of each plane), so that every text it
/// accepts may stand in XML and HTML. ASCII bytes are not its concern: they are refused.
public struct UTF8Progress: Hashable, Sendable {
  /// What may come next, named by the bytes that led there.
  @usableFromInline
  enum Step: UInt8, Sendable {
    case between
    /// Any one continuation byte.
    case last
    /// Any two continuation bytes.
    case lastTwo
    case afterC2
    case afterE0
    case afterED
    case afterEF
    /// EF B7: 90...AF are noncharacters.
    case afterEFB7
    /// EF BF: BE and BF are noncharacters.
    case afterEFBF
    case afterF0
    case afterF1ToF3
    case afterF4
    /// Four-byte sequence in the last 4096 code points of a plane.
    case planeEnd
    /// Four-byte sequence in the last 64 code points of a plane.
    case planeEndLast
  }

  @usableFromInline var step: Step

  /// Between two characters.
  @inlinable
  public init() { step = .between }

  /// Whether no character is half written.
  @inlinable
  public var isBetweenCharacters: Bool { step == .between }

  /// Appends a byte from 0x80 on.
  ///
  /// - Returns: `false` when no accepted character goes on so; the value is then unspecified.
  @inlinable
  public mutating func advance(_ byte: UInt8) -> Bool {
    if step == .between { return begin(byte) }
    guard byte & 0xC0 == 0x80 else { return false }
    return proceed(byte)
  }

  @inlinable
  mutating func begin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xC2: step = .afterC2
    case 0xC3...0xDF: step = .last
    case 0xE0: step = .afterE0
    case 0xE1...0xEC, 0xEE: step = .lastTwo
    case 0xED: step = .afterED
    case 0xEF: step = .afterEF
    case 0xF0: step = .afterF0
    case 0xF1...0xF3: step = .afterF1ToF3
    case 0xF4: step = .afterF4
    default: return false
    }
    return true
  }

  @inlinable
  mutating func proceed(_ byte: UInt8) -> Bool {
    switch step {
    case .between: return false
    case .last: step = .between
    case .lastTwo: step = .last
    case .afterC2:
      step = .between
      return byte >= 0xA0
    case .afterE0:
      step = .last
      return byte >= 0xA0
    case .afterED:
      step = .last
      return byte <= 0x9F
    case .afterEF: step = byte == 0xB7 ? .afterEFB7 : byte == 0xBF ? .afterEFBF : .last
    case .afterEFB7:
      step = .between
      return byte <= 0x8F || byte >= 0xB0
    case .afterEFBF, .planeEndLast:
      step = .between
      return byte <= 0xBD
    case .afterF0, .afterF1ToF3, .afterF4:
      let isInRange =
        step == .afterF0 ? byte >= 0x90 : step == .afterF4 ? byte <= 0x8F : true
      step = byte & 0x0F == 0x0F ? .planeEnd : .lastTwo
      return isInRange
    case .planeEnd: step = byte == 0xBF ? .planeEndLast : .last
    }
    return true
  }

  /// Bytes that are missing from the character, 0...3.
  @inlinable
  public var missingByteCount: Int {
    switch step {
    case .between: 0
    case .last, .afterC2, .afterEFB7, .afterEFBF, .planeEndLast: 1
    case .lastTwo, .afterE0, .afterED, .afterEF, .planeEnd: 2
    case .afterF0, .afterF1ToF3, .afterF4: 3
    }
  }

  /// A byte with which the character goes on, `nil` between characters.
  @inlinable
  public var closer: UInt8? {
    switch step {
    case .between: nil
    case .afterC2, .afterE0: 0xA0
    case .afterF0: 0x90
    default: 0x80
    }
  }
}
