/// Digests of the sentences of a section, so that none is written twice; 96 bytes, no heap.
struct SentenceMemory: Hashable, Sendable {
  /// Sentences that it holds.
  static let capacity = 24

  private var first = SIMD16<UInt32>(repeating: 0)
  private var rest = SIMD8<UInt32>(repeating: 0)

  /// Whether a digest was added; 0 never is.
  func contains(_ digest: UInt32) -> Bool {
    digest != 0 && (any(first .== digest) || any(rest .== digest))
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
