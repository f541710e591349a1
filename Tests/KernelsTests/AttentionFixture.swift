import Kernels
import TestSupport

/// Random queries, keys and values with a range per row.
struct AttentionFixture {
  var rows: Int
  var heads: Int
  var kvHeads: Int
  var headSize: Int
  var keyCount: Int
  var softCap: Float?
  var lower: [Int32]
  var upper: [Int32]
  let query: GuardedFloats
  let keys: GuardedFloats
  let values: GuardedFloats

  init(
    rows: Int,
    heads: Int,
    kvHeads: Int,
    headSize: Int,
    keyCount: Int,
    softCap: Float?,
    seed: UInt64,
    range: (_ row: Int, _ random: inout SeededGenerator) -> (Int, Int)
  ) {
    var random = SeededGenerator(seed: seed)
    self.rows = rows
    self.heads = heads
    self.kvHeads = kvHeads
    self.headSize = headSize
    self.keyCount = keyCount
    self.softCap = softCap
    let ranges = (0..<rows).map { range($0, &random) }
    self.lower = ranges.map { Int32($0.0) }
    self.upper = ranges.map { Int32($0.1) }
    self.query = GuardedFloats(random.floats(rows * heads * headSize))
    self.keys = GuardedFloats(random.floats(keyCount * kvHeads * headSize), offset: 2)
    self.values = GuardedFloats(random.floats(keyCount * kvHeads * headSize), offset: 3)
  }

  /// Calls `body` for the rows `first ..< first + count`; results go to a matrix of all rows.
  func run(
    first: Int = 0,
    count: Int? = nil,
    into output: GuardedFloats,
    _ body: (AttentionRequest) -> Void
  ) {
    lower.withUnsafeBufferPointer { lower in
      upper.withUnsafeBufferPointer { upper in
        guard let lower = lower.baseAddress, let upper = upper.baseAddress else { return }
        let width = heads * headSize
        body(
          AttentionRequest(
            query: query.pointer + first * width,
            keys: keys.pointer,
            values: values.pointer,
            rows: count ?? rows,
            heads: heads,
            kvHeads: kvHeads,
            headSize: headSize,
            keyCount: keyCount,
            scale: 0.11,
            softCap: softCap,
            lower: lower + first,
            upper: upper + first,
            output: output.pointer + first * width
          )
        )
      }
    }
  }

  /// The largest value that a result could have: results are weighted means.
  var largestValue: Double { values.values.map { Double($0.magnitude) }.max() ?? 0 }

  func check(_ label: String, compare: (Bool, String) -> Void) throws {
    let exact = GuardedFloats(count: rows * heads * headSize)
    run(into: exact, ReferenceKernels.attention)
    // The scores are float32: errors of score size times 2^-20 move the weights by as much.
    let largestScore =
      0.11 * Double(headSize)
      * (query.values.map { Double($0.magnitude) }.max() ?? 0)
      * (keys.values.map { Double($0.magnitude) }.max() ?? 0)
    let bound = largestValue * 0x1p-21 * (8 + largestScore / 8)
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let fast = GuardedFloats(count: exact.count, offset: headSize % 4)
      run(into: fast, compute.attention)
      let wrong = (0..<exact.count).first {
        !((Double(fast.pointer[$0]) - Double(exact.pointer[$0])).magnitude <= bound)
      }
      compare(
        wrong == nil,
        "\(set) \(label) at \(wrong ?? 0): \(fast.values[wrong ?? 0]),"
          + " expected \(exact.values[wrong ?? 0]) within \(bound)"
      )
      compare(fast.isIntact, "\(set) \(label)")
    }
  }
}
