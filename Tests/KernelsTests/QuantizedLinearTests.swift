import CKernels
import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct QuantizedLinearTests {
  /// Inputs as the kernels round them: per group of 128, to 127 steps of the largest magnitude.
  static func rounded(_ row: [Float]) -> [Float] {
    stride(from: 0, to: row.count, by: 128).flatMap { start in
      let group = row[start..<min(start + 128, row.count)]
      let largest = group.map(\.magnitude).max() ?? 0
      guard largest > 0 else { return Array(group) }
      let factor = 127 / largest
      return group.map { ($0 * factor).rounded(.toNearestOrEven) * (largest / 127) }
    }
  }

  static func weights(
    _ random: inout SeededGenerator,
    outputs: Int,
    inputs: Int,
    bits: WeightBits
  ) throws -> LinearWeights {
    // Rows of different size, so that scales of one output cannot serve another.
    let values = random.floats(outputs * inputs).enumerated().map {
      $1 * Float(1 + $0 / max(inputs, 1) % 5)
    }
    return LinearWeights(
      try #require(
        QuantizedView(rounding: values, outputs: outputs, inputs: inputs, bits: bits)
      )
    )
  }

  static func check(
    inputs: Int,
    outputs: Int,
    rowCounts: [Int],
    bits: WeightBits,
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let rows = rowCounts.max() ?? 0
    let weights = try weights(&random, outputs: outputs, inputs: inputs, bits: bits)
    let values = random.floats(rows * inputs)
    let input = GuardedFloats(values, offset: inputs % 4)
    let rounded = GuardedFloats(
      (0..<rows).flatMap { Self.rounded(Array(values[$0 * inputs..<($0 + 1) * inputs])) }
    )
    let bias = GuardedFloats(random.floats(outputs))
    let expected = GuardedFloats(count: rows * outputs)
    ReferenceKernels.linear(
      rounded.pointer,
      rows: rows,
      weights: weights,
      bias: bias.pointer,
      output: expected.pointer
    )
    let bounds = errorBounds(rounded.values, rows, weights, bias.values)
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for count in rowCounts {
        let output = GuardedFloats(count: count * outputs, offset: 3)
        compute.linear(
          input.pointer,
          rows: count,
          weights: weights,
          bias: bias.pointer,
          output: output.pointer
        )
        let worst = (0..<count * outputs).first {
          let error = (Double(output.pointer[$0]) - Double(expected.pointer[$0])).magnitude
          return !(error <= bounds[$0])
        }
        let place = "\(set) \(bits) K \(inputs) outputs \(outputs) rows \(count) seed \(seed)"
        #expect(worst == nil, "\(place)")
        #expect(output.isIntact, "\(place)")
      }
    }
  }

  /// `(groups + 4) 2^-23 S`, where `S` adds the magnitudes of the products and of the bias: products
  /// of a group are exact, what follows is rounded once per group.
  static func errorBounds(
    _ input: [Float],
    _ rows: Int,
    _ weights: LinearWeights,
    _ bias: [Float]
  ) -> [Double] {
    let inputs = weights.inputs
    var row = [Float](repeating: 0, count: inputs)
    var bounds = [Double](repeating: 0, count: rows * weights.outputs)
    for output in 0..<weights.outputs {
      row.withUnsafeMutableBufferPointer { row in
        guard let base = row.baseAddress else { return }
        weights.write(row: output, to: base)
      }
      for position in 0..<rows {
        var sum = Double(bias[output].magnitude)
        for index in 0..<inputs {
          sum += Double((input[position * inputs + index] * row[index]).magnitude)
        }
        bounds[position * weights.outputs + output] = Double(inputs / 128 + 5) * 0x1p-23 * sum
      }
    }
    return bounds
  }

  @Test(arguments: WeightBits.allCases)
  func `quantized layers of every small size match the definition`(bits: WeightBits) throws {
    for inputs in Array(0...70) + [96, 127, 128, 129, 160, 191, 255, 256, 257, 300] {
      for outputs in [1, 15, 16, 17, 33] {
        try Self.check(
          inputs: inputs,
          outputs: outputs,
          rowCounts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 13],
          bits: bits,
          seed: UInt64(inputs * 64 + outputs)
        )
      }
    }
  }

  @Test(arguments: WeightBits.allCases)
  func `quantized layers match where panels and chunks end`(bits: WeightBits) throws {
    try Self.check(inputs: 2304, outputs: 150, rowCounts: [1, 3, 20], bits: bits, seed: 1)
    try Self.check(inputs: 1100, outputs: 64, rowCounts: [1, 9], bits: bits, seed: 2)
    try Self.check(inputs: 33, outputs: 5, rowCounts: [479, 481, 967], bits: bits, seed: 3)
  }

  @Test(arguments: WeightBits.allCases)
  func `a row has the same bits alone, among others, on any threads and in families that fuse sums`(
    bits: WeightBits
  ) throws {
    var random = SeededGenerator(seed: 78)
    let (rows, inputs, outputs) = (17, 1130, 700)
    let weights = try Self.weights(&random, outputs: outputs, inputs: inputs, bits: bits)
    let input = random.floats(rows * inputs)
    for set in InstructionSet.available {
      var results: [[UInt32]] = []
      for (threads, together) in [(1, 1), (1, 2), (3, 3), (2, 5), (1, 17), (4, 17)] {
        let compute = try Compute(threads: threads, instructionSet: set)
        let output = GuardedFloats(count: rows * outputs)
        input.withUnsafeBufferPointer { input in
          guard let base = input.baseAddress else { return }
          for first in stride(from: 0, to: rows, by: together) {
            compute.linear(
              base + first * inputs,
              rows: min(together, rows - first),
              weights: weights,
              bias: nil,
              output: output.pointer + first * outputs
            )
          }
        }
        results.append(output.bits)
      }
      #expect(Set(results).count == 1, "\(set)")
    }
  }

  @Test(arguments: WeightBits.allCases)
  func `an infinity or a NaN in a row makes the row NaN and no other`(bits: WeightBits) throws {
    var random = SeededGenerator(seed: 79)
    let (inputs, outputs) = (200, 20)
    let weights = try Self.weights(&random, outputs: outputs, inputs: inputs, bits: bits)
    var values = random.floats(3 * inputs)
    values[inputs + 150] = .infinity
    values[2 * inputs + 3] = .nan
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let input = GuardedFloats(values)
      let output = GuardedFloats(count: 3 * outputs)
      compute.linear(
        input.pointer,
        rows: 3,
        weights: weights,
        bias: nil,
        output: output.pointer
      )
      #expect(output.values[..<outputs].allSatisfy { $0.isFinite })
      #expect(output.values[outputs...].allSatisfy { $0.isNaN })
    }
  }

  @Test func `rounding keeps zeros and huge weights and refuses what is not finite`() throws {
    for bits in WeightBits.allCases {
      let tiny: [Float] = [0, 0x1p-140, -0x1p-140, 0x1p-149]
      let values = tiny + [Float](repeating: 0, count: 124) + [3e38, -3e38, 1e38]
      let view = try #require(
        QuantizedView(rounding: values, outputs: 1, inputs: values.count, bits: bits)
      )
      let row = GuardedFloats(count: values.count)
      LinearWeights(view).write(row: 0, to: row.pointer)
      #expect(row.values.allSatisfy { $0.isFinite })
      #expect(row.values[4..<128].allSatisfy { $0 == 0 })
      #expect((row.values[128] - 3e38).magnitude < 3e38 / 8)
      #expect((row.values[129] + 3e38).magnitude < 3e38 / 8)
      #expect(row.isIntact)
      for bad in [Float.nan, .infinity, -.infinity] {
        #expect(QuantizedView(rounding: [1, bad], outputs: 2, inputs: 1, bits: bits) == nil)
      }
    }
  }

  @Test func `sizes are those that the kernels compute`() {
    for bits in WeightBits.allCases {
      for inputs in [0, 1, 31, 32, 33, 127, 128, 129, 2304, 4304] {
        for outputs in [0, 1, 15, 16, 17, 64] {
          #expect(
            QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits)
              == ck_quantized_bytes(Int32(bits.rawValue), inputs, outputs)
          )
        }
      }
      #expect(QuantizedView.byteCount(outputs: .max, inputs: .max, bits: bits) == nil)
    }
  }

  @Test func `8 bits round to the nearest step`() throws {
    var random = SeededGenerator(seed: 80)
    let values = random.floats(18 * 300)
    let view = try #require(
      QuantizedView(rounding: values, outputs: 18, inputs: 300, bits: .eight)
    )
    for output in 0..<18 {
      let row = GuardedFloats(count: 300)
      LinearWeights(view).write(row: output, to: row.pointer)
      for start in stride(from: 0, to: 300, by: 128) {
        let range = start..<min(start + 128, 300)
        let group = range.map { values[output * 300 + $0] }
        let step = (group.map(\.magnitude).max() ?? 0) / 127
        for (place, value) in zip(range, group) {
          #expect((row.values[place] - value).magnitude <= 0.5001 * step)
        }
      }
    }
  }

  @Test func `4 bits take the factor with the least squared error`() throws {
    var random = SeededGenerator(seed: 81)
    let values = random.floats(18 * 300)
    let view = try #require(
      QuantizedView(rounding: values, outputs: 18, inputs: 300, bits: .four)
    )
    for output in 0..<18 {
      let row = GuardedFloats(count: 300)
      LinearWeights(view).write(row: output, to: row.pointer)
      for start in stride(from: 0, to: 300, by: 32) {
        let range = start..<min(start + 32, 300)
        let part = range.map { values[output * 300 + $0] }
        let group = start / 128 * 128
        let largest = (group..<min(group + 128, 300)).map { values[output * 300 + $0].magnitude }
          .max()
        // bfloat16, nearest.
        let bits = ((largest ?? 0) / 112.5).bitPattern
        let scale = Float(bitPattern: ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16)
        let least = (1...15).map { factor in
          let step = scale * Float(factor)
          return part.reduce(Float(0)) { sum, value in
            let error = value - min(max((value / step).rounded(), -8), 7) * step
            return sum + error * error
          }
        }.min()
        let found = zip(range, part).reduce(Float(0)) { sum, pair in
          let error = row.values[pair.0] - pair.1
          return sum + error * error
        }
        #expect(found <= (least ?? 0) * 1.001)
      }
    }
  }
}
