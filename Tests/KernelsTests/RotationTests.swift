import Kernels
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RotationTests {
  @Test func `heads of every even size turn as the definition`() throws {
    // |error| <= 2^-22 (|a| + |b|).
    for headSize in Array(stride(from: 0, through: 140, by: 2)) + [256] {
      let seed = UInt64(headSize)
      var random = SeededGenerator(seed: seed)
      let half = headSize / 2
      let positions: [Int32] = [0, 1, 2, 255, 4095, 8191, -3]
      let frequencies = (0..<half).map { pow(Float(10_000), Float(-2 * $0) / Float(headSize)) }
      let rows = positions.count
      let heads = 3
      let values = random.floats(rows * heads * headSize)
      let exact = GuardedFloats(values)
      ReferenceKernels.rotate(
        exact.pointer,
        rows: rows,
        heads: heads,
        headSize: headSize,
        positions: positions,
        frequencies: frequencies
      )
      for set in InstructionSet.available {
        let compute = try Compute(threads: 1, instructionSet: set)
        let fast = GuardedFloats(values, offset: headSize % 3)
        compute.rotate(
          fast.pointer,
          rows: rows,
          heads: heads,
          headSize: headSize,
          positions: positions,
          frequencies: frequencies
        )
        for index in values.indices {
          let place = index % headSize
          let partner = place < half ? index + half : index - half
          let error = (Double(fast.pointer[index]) - Double(exact.pointer[index])).magnitude
          let bound = 0x1p-22 * Double(values[index].magnitude + values[partner].magnitude)
          #expect(error <= bound, "\(set) head size \(headSize) index \(index) seed \(seed)")
        }
        #expect(fast.isIntact, "\(set) head size \(headSize)")
      }
    }
  }

  @Test func `sines and cosines are right for every position up to 8192`() throws {
    // The pair (1, 0) turns into cosine and sine themselves; at most one unit in the last place of 1.
    let frequencies: [Float] = [1, 0.7498942, 0.1, 0.0123]
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for position in stride(from: Int32(0), through: 8192, by: 1) {
        var values: [Float] = [1, 1, 1, 1, 0, 0, 0, 0]
        compute.rotate(
          &values,
          rows: 1,
          heads: 1,
          headSize: 8,
          positions: [position],
          frequencies: frequencies
        )
        for (index, frequency) in frequencies.enumerated() {
          let angle = Double(Float(position) * frequency)
          let error = max(
            (Double(values[index]) - cos(angle)).magnitude,
            (Double(values[index + 4]) - sin(angle)).magnitude
          )
          #expect(error <= 0x1p-25 * 1.001, "\(set) position \(position) frequency \(frequency)")
        }
      }
    }
  }

  @Test func `extreme positions give finite values`() throws {
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      var values: [Float] = [1, 1, 0, 0]
      compute.rotate(
        &values,
        rows: 1,
        heads: 1,
        headSize: 4,
        positions: [Int32.max],
        frequencies: [1, 0.5]
      )
      #expect(values.allSatisfy { $0.isFinite }, "\(set)")
    }
  }
}
