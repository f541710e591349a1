/// Digests of the sentences of a section, so that none is written twice; 96 bytes, no heap.
struct SentenceMemory: Hashable, Sendable {
  /// Sentences that it holds.
  static let capacity = 24

  private var first = SIMD16<UInt32>(repeating: 0)
  private var rest = SIMD8<UInt32>(repeating: 0)

  /// Whether a digest is among those of the first sentences; 0 never is.
  ///
  /// - Parameters:
  ///   - digest: Of a sentence.
  ///   - count: Sentences that were added, at most ``capacity``; masks ask often, and it is mostly
  ///     small.
  /// - Returns: Whether the sentence stands there already.
  func contains(_ digest: UInt32, among count: Int) -> Bool {
    guard digest != 0, count > 0 else { return false }
    return withUnsafeBytes(of: self) { bytes in
      for index in 0..<min(count, Self.capacity)
      where bytes.load(fromByteOffset: 4 * index, as: UInt32.self) == digest {
        return true
      }
      return false
    }
  }

  /// Adds the digest of the sentence with the given number, 0...23; others are not kept.
  mutating func insert(_ digest: UInt32, at index: Int) {
    if index < 16 { first[max(0, index)] = digest } else if index < 24 { rest[index - 16] = digest }
  }

  /// The digest of a sentence after one more byte; letters count without their case.
  static func digest(_ digest: UInt32, _ byte: UInt8) -> UInt32 {
    let folded = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    let next = ((digest == 0 ? 0x811C_9DC5 : digest) ^ UInt32(folded)) &* 0x0100_0193
    return next == 0 ? 1 : next
  }
}
