/// A class of strings that may be inserted without changing what can follow.
///
/// A string of the class leaves the constraint in an equal state, apart from a count of the bytes
/// that ``maximumByteCount`` limits, and leaves
/// ``OutputConstraint/finishBound(_:)`` as it was.
///
/// Where ``changesWhatFollows`` is set the promise is less: a string of the class is accepted, and
/// the known ending after it is the same, byte for byte, whichever string it was.
public struct FreeText: Hashable, Sendable {
  /// Names the class; masks are cached per identifier.
  public let identifier: Int
  /// ASCII bytes that strings of the class are made of; bytes from 0x80 on are ignored.
  public let bytes: ByteSet
  /// Whether whole characters past ASCII belong to the class: those that ``UTF8Progress`` accepts.
  public let allowsUnicode: Bool
  /// Longest string, in bytes, that the state still allows.
  public let maximumByteCount: Int
  /// Whether what may come next, and the known ending, may differ from those without the string.
  public let changesWhatFollows: Bool

  /// A class of strings; see the properties for what each value means.
  public init(
    identifier: Int,
    bytes: ByteSet,
    allowsUnicode: Bool = false,
    maximumByteCount: Int = .max,
    changesWhatFollows: Bool = false
  ) {
    self.identifier = identifier
    self.bytes = bytes
    self.allowsUnicode = allowsUnicode
    self.maximumByteCount = maximumByteCount
    self.changesWhatFollows = changesWhatFollows
  }

  /// Whether a string belongs to the class, its length aside.
  public func contains(_ text: some Collection<UInt8>) -> Bool {
    prefixLength(of: text) == text.count
  }

  /// Bytes at the start of a string that belong to the class, in whole characters.
  public func prefixLength(of text: some Sequence<UInt8>) -> Int {
    var progress = UTF8Progress()
    var length = 0
    var whole = 0
    for byte in text {
      if byte < 0x80 {
        guard progress.isBetweenCharacters, bytes.contains(byte) else { return whole }
      } else {
        guard allowsUnicode, progress.advance(byte) else { return whole }
      }
      length += 1
      if progress.isBetweenCharacters { whole = length }
    }
    return whole
  }
}
