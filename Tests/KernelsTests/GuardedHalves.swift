/// Numbers of 16 bits with not-a-number on both sides, as ``GuardedFloats``.
final class GuardedHalves {
  private let block: UnsafeMutablePointer<UInt16>
  private let offset: Int

  /// The nearest bfloat16 of each number.
  init(roundingToBFloat16 values: [Float], offset: Int) {
    let total = values.count + offset + 2 * GuardedFloats.margin
    self.offset = offset + GuardedFloats.margin
    let raw = UnsafeMutableRawPointer.allocate(byteCount: total * 2, alignment: 64)
    self.block = raw.initializeMemory(as: UInt16.self, repeating: 0x7FFF, count: total)
    for (index, value) in values.enumerated() {
      block[self.offset + index] = GuardedHalves.nearest(value)
    }
  }

  deinit { block.deallocate() }

  var pointer: UnsafeRawPointer { UnsafeRawPointer(block + offset) }

  /// Of the two neighbours the nearer, of two equally near ones the even.
  static func nearest(_ value: Float) -> UInt16 {
    let below = UInt16(value.bitPattern >> 16)
    guard value.isFinite else { return value.isNaN ? below | 0x0040 : below }
    func distance(_ bits: UInt16) -> Double {
      // The one after the largest counts as 2^128.
      let number =
        bits & 0x7FFF == 0x7F80
        ? (value < 0 ? -0x1p128 : 0x1p128) : Double(Float(bitPattern: UInt32(bits) << 16))
      return (number - Double(value)).magnitude
    }
    let (low, high) = (distance(below), distance(below + 1))
    return low < high || (low == high && below & 1 == 0) ? below : below + 1
  }
}
