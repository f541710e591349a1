/// Floats at an odd offset from alignment, with not-a-number on both sides.
///
/// A kernel that lets a neighbour into its result gives NaN; one that writes past the end is found by
/// ``isIntact``.
final class GuardedFloats {
  static let margin = 64
  let count: Int
  private let block: UnsafeMutablePointer<Float>
  private let offset: Int

  init(_ values: [Float], offset: Int = 1) {
    self.count = values.count
    self.offset = GuardedFloats.margin + offset
    let total = values.count + self.offset + GuardedFloats.margin
    let raw = UnsafeMutableRawPointer.allocate(byteCount: total * 4, alignment: 64)
    self.block = raw.initializeMemory(as: Float.self, repeating: .nan, count: total)
    for (index, value) in values.enumerated() { block[self.offset + index] = value }
  }

  convenience init(count: Int, offset: Int = 1) {
    self.init([Float](repeating: 0, count: count), offset: offset)
  }

  deinit { block.deallocate() }

  var pointer: UnsafeMutablePointer<Float> { block + offset }

  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  var bits: [UInt32] { values.map(\.bitPattern) }

  /// Whether the margins are as they were.
  var isIntact: Bool {
    (0..<offset).allSatisfy { block[$0].isNaN }
      && (offset + count..<offset + count + GuardedFloats.margin).allSatisfy { block[$0].isNaN }
  }
}
