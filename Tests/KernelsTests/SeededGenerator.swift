/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers in -1 ..< 1, a few of them larger by 2^6.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let value = Float.random(in: -1..<1, using: &self)
      return UInt8.random(in: 0..<16, using: &self) == 0 ? value * 64 : value
    }
  }
}
