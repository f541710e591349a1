import TestSupport

extension SeededGenerator {
  /// Numbers in -1 ..< 1, a few of them larger by 2^6.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let value = Float.random(in: -1..<1, using: &self)
      return UInt8.random(in: 0..<16, using: &self) == 0 ? value * 64 : value
    }
  }
}
