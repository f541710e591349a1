import Kernels
import TestSupport
import Testing

@Suite struct NormalizationTests {
  @Test func `rows of every length normalise as the definition`() throws {
    // |error| <= 2^-20 (|y| + |gain| + |bias|): the statistics are float32 sums over lanes.
    for columns in Array(1...140) + [1152, 2304] {
      let seed = UInt64(columns)
      var random = SeededGenerator(seed: seed)
      let rows = 3
      let input = GuardedFloats(random.floats(rows * columns), offset: columns % 4)
      let gain = GuardedFloats(random.floats(columns))
      let bias = GuardedFloats(random.floats(columns), offset: 2)
      let layer = GuardedFloats(count: rows * columns)
      let root = GuardedFloats(count: rows * columns)
      ReferenceKernels.layerNorm(
        input.pointer,
        rows: rows,
        columns: columns,
        gain: gain.pointer,
        bias: bias.pointer,
        epsilon: 1e-6,
        output: layer.pointer
      )
      ReferenceKernels.rmsNorm(
        input.pointer,
        rows: rows,
        columns: columns,
        weight: gain.pointer,
        epsilon: 1e-6,
        output: root.pointer
      )
      for set in InstructionSet.available {
        let compute = try Compute(threads: 1, instructionSet: set)
        let fastLayer = GuardedFloats(count: rows * columns, offset: 3)
        let fastRoot = GuardedFloats(input.values)
        compute.layerNorm(
          input.pointer,
          rows: rows,
          columns: columns,
          gain: gain.pointer,
          bias: bias.pointer,
          epsilon: 1e-6,
          output: fastLayer.pointer
        )
        // In place.
        compute.rmsNorm(
          fastRoot.pointer,
          rows: rows,
          columns: columns,
          weight: gain.pointer,
          epsilon: 1e-6,
          output: fastRoot.pointer
        )
        for index in 0..<rows * columns {
          let factor = gain.pointer[index % columns].magnitude
          let layerError = (fastLayer.pointer[index] - layer.pointer[index]).magnitude
          #expect(
            layerError <= 0x1p-20
              * (layer.pointer[index].magnitude + factor
                + bias.pointer[index % columns].magnitude),
            "\(set) layer columns \(columns) index \(index) seed \(seed)"
          )
          let rootError = (fastRoot.pointer[index] - root.pointer[index]).magnitude
          #expect(
            rootError <= 0x1p-20 * root.pointer[index].magnitude + 0x1p-149,
            "\(set) root columns \(columns) index \(index) seed \(seed)"
          )
        }
        #expect(fastLayer.isIntact && fastRoot.isIntact, "\(set) columns \(columns)")
      }
    }
  }

  @Test func `a row has the same bits alone, among others and on any number of threads`() throws {
    var random = SeededGenerator(seed: 9)
    let (rows, columns) = (100, 515)
    let input = random.floats(rows * columns)
    let gain = random.floats(columns)
    for set in InstructionSet.available {
      var all: [[UInt32]] = []
      for threads in 1...3 {
        let compute = try Compute(threads: threads, instructionSet: set)
        for together in [1, 7, 100] {
          let output = GuardedFloats(input)
          for first in stride(from: 0, to: rows, by: together) {
            let start = output.pointer + first * columns
            let count = min(together, rows - first)
            compute.rmsNorm(
              start,
              rows: count,
              columns: columns,
              weight: gain,
              epsilon: 1e-6,
              output: start
            )
            compute.layerNorm(
              start,
              rows: count,
              columns: columns,
              gain: gain,
              bias: gain,
              epsilon: 1e-5,
              output: start
            )
          }
          all.append(output.bits)
        }
      }
      #expect(all.allSatisfy { $0 == all[0] }, "\(set)")
    }
  }
}
