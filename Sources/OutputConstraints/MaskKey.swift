/// An abstraction of a state under which masks may be shared.
public struct MaskKey: Hashable, Sendable {
  /// The high and low halves; a constraint packs what matters into them.
  public let words: SIMD2<UInt64>

  /// A key from two words.
  public init(_ high: UInt64, _ low: UInt64) {
    self.words = SIMD2(high, low)
  }
}
