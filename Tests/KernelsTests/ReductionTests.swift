import Kernels
import TestSupport
import Testing

@Suite struct ReductionTests {
  @Test func `log-sum-exp and argmax of every length match the definition`() throws {
    for count in Array(0...150) + [257_152] {
      let seed = UInt64(count)
      var random = SeededGenerator(seed: seed)
      let values = GuardedFloats(random.floats(count), offset: count % 5)
      let exact = ReferenceKernels.logSumExp(values.pointer, count: count)
      let best = ReferenceKernels.argmax(values.pointer, count: count)
      for set in InstructionSet.available {
        let compute = try Compute(threads: 1, instructionSet: set)
        let sum = compute.logSumExp(values.pointer, count: count)
        // One unit in the last place of the result and 2^-20 of the logarithm.
        #expect(
          sum == exact || (sum - exact).magnitude <= 0x1p-20 + exact.magnitude * 0x1p-23,
          "\(set) n \(count) seed \(seed): \(sum), expected \(exact)"
        )
        #expect(compute.argmax(values.pointer, count: count) == best, "\(set) n \(count)")
      }
    }
  }

  @Test func `the first of equal values wins wherever it stands`() throws {
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for first in 0..<70 {
        for second in first..<70 {
          var values = [Float](repeating: -1, count: 70)
          values[first] = 2
          values[second] = 2
          #expect(compute.argmax(values, count: 70) == first, "\(set) \(first) \(second)")
        }
      }
    }
  }

  @Test func `special values behave as stated`() throws {
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for count in 1...70 {
        var values = [Float](repeating: -.infinity, count: count)
        #expect(compute.logSumExp(values, count: count) == -.infinity, "\(set)")
        #expect(compute.argmax(values, count: count) == 0, "\(set)")
        values[count - 1] = .infinity
        #expect(compute.logSumExp(values, count: count) == .infinity, "\(set)")
        #expect(compute.argmax(values, count: count) == count - 1, "\(set)")
        values = [Float](repeating: .nan, count: count)
        #expect(compute.argmax(values, count: count) == 0, "\(set)")
        values[count / 2] = -7
        #expect(compute.argmax(values, count: count) == count / 2, "\(set)")
      }
    }
  }
}
