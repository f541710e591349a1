import Kernels
import Tensors
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
  /// Keys and values as the kernel gets them; `nil` for float32.
  private let rounded: (keys: GuardedHalves, values: GuardedHalves)?

  init(
    rows: Int,
    heads: Int,
    kvHeads: Int,
    headSize: Int,
    keyCount: Int,
    softCap: Float?,
    seed: UInt64,
    element: ElementType = .float32,
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
    self.rounded =
      element == .bfloat16
      ? (
        GuardedHalves(roundingToBFloat16: keys.values, offset: 2),
        GuardedHalves(roundingToBFloat16: values.values, offset: 3)
      ) : nil
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
            keys: rounded?.keys.pointer ?? UnsafeRawPointer(keys.pointer),
            values: rounded?.values.pointer ?? UnsafeRawPointer(values.pointer),
            element: rounded == nil ? .float32 : .bfloat16,
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
    let bound32 = largestValue * 0x1p-21 * (8 + largestScore / 8)
    // A query rounded to 2^-8 moves its scores by as much, and the weights by twice that; the weights
    // are rounded by 2^-8 themselves.
    let bound16 = largestValue * 0x1p-8 * (1 + 2.2 * largestScore) + bound32
    for set in InstructionSet.available {
      let bound = rounded != nil && set == .avx512bf16 ? bound16 : bound32
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
