import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct LinearTests {
  /// The bound on the error of one output.
  ///
  /// (K / 4 + 8) 2^-23 S + 2^-16 S, where S adds |a w| and |bias|. The second term is for the pair dot
  /// product alone: it sees inputs of 16 bits, and flushes subnormal numbers. It is 2^-8 S where inputs
  /// are rounded.
  static func bound(
    _ inputs: Int,
    _ sum: Double,
    _ type: ElementType,
    _ set: InstructionSet,
    _ arithmetic: Arithmetic
  ) -> Double {
    let rounding = Double(inputs / 4 + 8) * 0x1p-23 * sum
    guard set == .avx512bf16 && type == .bfloat16 else { return rounding }
    return rounding + (arithmetic == .float32 ? 0x1p-16 : 0x1p-8) * sum + 0x1p-120
  }

  /// Every family with every arithmetic.
  static var combinations: [(InstructionSet, Arithmetic)] {
    InstructionSet.available.flatMap { set in Arithmetic.allCases.map { (set, $0) } }
  }

  static func check(
    inputs: Int,
    outputs: Int,
    rowCounts: [Int],
    type: ElementType,
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let rows = rowCounts.max() ?? 0
    let fixture = WeightsFixture(
      random.floats(outputs * inputs),
      outputs: outputs,
      inputs: inputs,
      type: type,
      byteOffset: 1 + inputs % 3
    )
    let input = GuardedFloats(random.floats(rows * inputs), offset: inputs % 4)
    let bias = GuardedFloats(random.floats(outputs))
    let expected = GuardedFloats(count: rows * outputs)
    ReferenceKernels.linear(
      input.pointer,
      rows: rows,
      weights: fixture.weights,
      bias: bias.pointer,
      output: expected.pointer
    )
    var sums = [Double](repeating: 0, count: rows * outputs)
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = Double(bias.pointer[output].magnitude)
        for index in 0..<inputs {
          sum += Double(
            (input.pointer[row * inputs + index] * fixture.floats[output * inputs + index])
              .magnitude
          )
        }
        sums[row * outputs + output] = sum
      }
    }
    for (set, arithmetic) in LinearTests.combinations {
      let compute = try Compute(threads: 1, instructionSet: set, arithmetic: arithmetic)
      for count in rowCounts {
        let output = GuardedFloats(count: count * outputs, offset: 3)
        compute.linear(
          input.pointer,
          rows: count,
          weights: fixture.weights,
          bias: bias.pointer,
          output: output.pointer
        )
        let worst = (0..<count * outputs).first {
          let error = (Double(output.pointer[$0]) - Double(expected.pointer[$0])).magnitude
          return !(error <= bound(inputs, sums[$0], type, set, arithmetic))
        }
        #expect(
          worst == nil,
          "\(set) \(arithmetic) \(type) K \(inputs) outputs \(outputs) rows \(count) seed \(seed)"
        )
        #expect(output.isIntact, "\(set) \(type) K \(inputs) outputs \(outputs) rows \(count)")
      }
    }
  }

  @Test(arguments: ElementType.allCases)
  func `linear layers of every small size match the definition`(type: ElementType) throws {
    for inputs in 0...72 {
      for outputs in [1, 4, 7, 9] {
        try LinearTests.check(
          inputs: inputs,
          outputs: outputs,
          rowCounts: [0, 1, 2, 3, 4, 5, 6, 7, 13],
          type: type,
          seed: UInt64(inputs * 16 + outputs)
        )
      }
    }
  }

  @Test(arguments: ElementType.allCases)
  func `linear layers match where panels and row blocks end`(type: ElementType) throws {
    // 20000 inputs leave room for 4 outputs per panel and for one tile of rows per block.
    try LinearTests.check(
      inputs: 20_000,
      outputs: 9,
      rowCounts: [1, 8],
      type: type,
      seed: 1
    )
    try LinearTests.check(inputs: 1152, outputs: 130, rowCounts: [3, 20], type: type, seed: 2)
    // More rows than are packed at once.
    try LinearTests.check(inputs: 33, outputs: 5, rowCounts: [479, 481, 967], type: type, seed: 3)
  }

  @Test(arguments: ElementType.allCases)
  func `a row has the same bits alone, among others and on any number of threads`(
    type: ElementType
  ) throws {
    var random = SeededGenerator(seed: 77)
    let rows = 17
    for (inputs, outputs) in [(300, 333), (37, 700), (2500, 70)] {
      let fixture = WeightsFixture(
        random.floats(outputs * inputs),
        outputs: outputs,
        inputs: inputs,
        type: type
      )
      let input = GuardedFloats(random.floats(rows * inputs))
      for (set, arithmetic) in LinearTests.combinations {
        var all: [[UInt32]] = []
        for threads in 1...3 {
          let compute = try Compute(threads: threads, instructionSet: set, arithmetic: arithmetic)
          for together in [rows, 1, 2, 3, 5, 8, 16] {
            let output = GuardedFloats(count: rows * outputs)
            for first in stride(from: 0, to: rows, by: together) {
              compute.linear(
                input.pointer + first * inputs,
                rows: min(together, rows - first),
                weights: fixture.weights,
                bias: nil,
                output: output.pointer + first * outputs
              )
            }
            all.append(output.bits)
          }
        }
        #expect(all.allSatisfy { $0 == all[0] }, "\(set) \(arithmetic) \(type) K \(inputs)")
      }
    }
  }

  @Test func `infinite and undefined inputs go through without trapping`() throws {
    for type in ElementType.allCases {
      let fixture = WeightsFixture(
        [Float](repeating: 1, count: 40 * 40),
        outputs: 40,
        inputs: 40,
        type: type
      )
      for set in InstructionSet.available {
        let compute = try Compute(threads: 1, instructionSet: set)
        for (special, isExpected) in [
          (Float.infinity, { (value: Float) in value == .infinity }),
          (-Float.infinity, { (value: Float) in value == -.infinity }),
          (Float.nan, { (value: Float) in value.isNaN }),
          (Float(bitPattern: 0x7F80_0001), { (value: Float) in value.isNaN }),
          // Rounds to infinity in bfloat16, but is the sum of two of them.
          (0x1.ff8p127, { (value: Float) in value == 0x1.ff8p127 }),
        ] {
          for rows in [1, 9] {
            var values = [Float](repeating: 0, count: rows * 40)
            values[33] = special
            let output = GuardedFloats(count: rows * 40)
            let input = GuardedFloats(values)
            compute.linear(
              input.pointer,
              rows: rows,
              weights: fixture.weights,
              bias: nil,
              output: output.pointer
            )
            #expect(output.values[..<40].allSatisfy(isExpected), "\(set) \(type) \(special)")
            #expect(output.values[40...].allSatisfy { $0 == 0 }, "\(set) \(type) \(special)")
          }
        }
      }
    }
  }

  @Test func `every bit pattern of a half widens exactly`() throws {
    // One input of 1 makes the layer a copy of its weights, or their sum with zeros.
    let patterns = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
    for type in [ElementType.float16, .bfloat16] {
      let storage = ByteStorage(byteCount: patterns.count * 2) { bytes in
        for (index, pattern) in patterns.enumerated() {
          bytes.storeBytes(of: pattern, toByteOffset: index * 2, as: UInt16.self)
        }
      }
      let view = try #require(
        TensorView(
          storage: storage,
          byteOffset: 0,
          shape: Shape([patterns.count / 8, 8]),
          elementType: type
        )
      )
      let expected = view.floats()
      for set in InstructionSet.available {
        let compute = try Compute(threads: 1, instructionSet: set)
        for place in 0..<8 {
          var input = [Float](repeating: 0, count: 8)
          input[place] = 1
          let output = GuardedFloats(count: patterns.count / 8)
          compute.linear(
            input,
            rows: 1,
            weights: LinearWeights(view),
            bias: nil,
            output: output.pointer
          )
          let wrong = (0..<output.count).first {
            let value = expected[$0 * 8 + place]
            // The pair dot product reads subnormal bfloat16 as zero.
            let flushed = set == .avx512bf16 && type == .bfloat16 && value.isSubnormal
            return output.pointer[$0] != (flushed ? 0 : value)
          }
          #expect(wrong == nil, "\(set) \(type) place \(place)")
        }
      }
    }
  }
}
