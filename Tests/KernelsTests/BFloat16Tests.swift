import Kernels
import TestSupport
import Testing

@Suite struct BFloat16Tests {
  @Test func `every upper half with the lower halves that decide rounds to the nearest`() throws {
    let lower: [UInt32] = [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF]
    let values = (0...UInt32(UInt16.max)).flatMap { upper in
      lower.map { Float(bitPattern: upper << 16 | $0) }
    }
    let expected = values.map(GuardedHalves.nearest)
    for set in InstructionSet.available {
      let compute = try Compute(threads: 2, instructionSet: set)
      var rounded = [UInt16](repeating: 0, count: values.count)
      rounded.withUnsafeMutableBytes { target in
        guard let base = target.baseAddress else { return }
        compute.roundToBFloat16(values, count: values.count, to: base)
      }
      let wrong = values.indices.first {
        values[$0].isNaN
          ? !Float(bitPattern: UInt32(rounded[$0]) << 16).isNaN : rounded[$0] != expected[$0]
      }
      #expect(wrong == nil, "\(set): \(values[wrong ?? 0])")
    }
  }

  @Test func `lengths that are no multiple of a vector leave their neighbours alone`() throws {
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for count in 0...40 {
        var rounded = [UInt16](repeating: 7, count: count + 1)
        let values = (0..<count).map { Float($0) }
        rounded.withUnsafeMutableBytes { target in
          guard let base = target.baseAddress else { return }
          compute.roundToBFloat16(values, count: count, to: base)
        }
        #expect(rounded == values.map(GuardedHalves.nearest) + [7], "\(set) \(count)")
      }
    }
  }
}
