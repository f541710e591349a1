import Kernels
import TestSupport
import Testing

@Suite struct ElementwiseTests {
  /// Numbers from 2^-30 to 2^7 of both signs, and the special ones.
  static let sweep: [Float] = {
    var values: [Float] = [0, -0.0, 0x1p-140, -0x1p-140, 90, -90, 1e30, -1e30]
    for exponent in -30...6 {
      for step in 0..<128 {
        let value = Float(sign: .plus, exponent: exponent, significand: 1 + Float(step) / 128)
        values += [value, -value, value.nextUp]
      }
    }
    return values
  }()

  @Test func `GELU stays within its bound of the definition`() throws {
    // |error| <= 2^-23 (3 + |2u|) |y| with u the argument of the tanh: the float32 argument of the
    // exponential limits what can be had in the tail, where y is small. Below 2^-120 y may be zero.
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let fast = GuardedFloats(ElementwiseTests.sweep)
      let exact = GuardedFloats(ElementwiseTests.sweep)
      compute.geluTanh(fast.pointer, count: fast.count)
      ReferenceKernels.geluTanh(exact.pointer, count: exact.count)
      for (index, x) in ElementwiseTests.sweep.enumerated() {
        let error = (Double(fast.pointer[index]) - Double(exact.pointer[index])).magnitude
        let argument = 1.5957691216 * Double(x) * (1 + 0.044715 * Double(x) * Double(x))
        let y = Double(exact.pointer[index]).magnitude
        let bound = 0x1p-23 * (3 + argument.magnitude) * y + 0x1p-120
        #expect(error <= bound, "\(set) x \(x) got \(fast.pointer[index])")
      }
    }
  }

  @Test func `soft capping stays within its bound of the definition`() throws {
    // |error| <= 4 units in the last place.
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      for cap in [Float(30), 50, 1] {
        let fast = GuardedFloats(ElementwiseTests.sweep)
        let exact = GuardedFloats(ElementwiseTests.sweep)
        compute.softCap(fast.pointer, cap: cap, count: fast.count)
        ReferenceKernels.softCap(exact.pointer, cap: cap, count: exact.count)
        for (index, x) in ElementwiseTests.sweep.enumerated() {
          let error = (Double(fast.pointer[index]) - Double(exact.pointer[index])).magnitude
          let bound = max(4 * Double(exact.pointer[index].ulp), Double(cap) * 0x1p-126)
          #expect(error <= bound, "\(set) cap \(cap) x \(x) got \(fast.pointer[index])")
        }
      }
    }
  }

  @Test func `special values behave as the definition`() throws {
    let special: [Float] = [.infinity, -.infinity, .nan, 0, -0.0]
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let capped = GuardedFloats(special)
      compute.softCap(capped.pointer, cap: 30, count: special.count)
      #expect(capped.values[..<2] == [30, -30], "\(set)")
      #expect(capped.values[2].isNaN, "\(set)")
      #expect(capped.values[4].sign == .minus, "\(set)")
      let gelu = GuardedFloats(special)
      compute.geluTanh(gelu.pointer, count: special.count)
      #expect(gelu.values[0] == .infinity, "\(set)")
      #expect(gelu.values[2].isNaN, "\(set)")
    }
  }

  @Test func `every length gives each element the same bits and nothing more`() throws {
    var random = SeededGenerator(seed: 5)
    let values = random.floats(70)
    let others = random.floats(70)
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let operations: [(UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void] = [
        { target, _, count in compute.geluTanh(target, count: count) },
        { target, _, count in compute.softCap(target, cap: 30, count: count) },
        { target, other, count in compute.gatedGELU(gate: target, up: other, count: count) },
        { target, other, count in compute.add(other, to: target, count: count) },
        { target, _, count in compute.scale(target, by: 1.7, count: count) },
      ]
      for (number, operation) in operations.enumerated() {
        let alone = values.indices.map { index in
          let target = GuardedFloats([values[index]])
          operation(target.pointer, [others[index]], 1)
          return target.bits[0]
        }
        for count in 0...values.count {
          let target = GuardedFloats(Array(values[..<count]), offset: count % 5)
          let other = GuardedFloats(Array(others[..<count]), offset: count % 3)
          operation(target.pointer, other.pointer, count)
          #expect(target.bits == Array(alone[..<count]), "\(set) operation \(number) n \(count)")
          #expect(target.isIntact, "\(set) operation \(number) n \(count)")
        }
      }
    }
  }

  @Test func `gating, adding and scaling match the definition`() throws {
    var random = SeededGenerator(seed: 6)
    let values = random.floats(100)
    let others = random.floats(100)
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let fast = GuardedFloats(values)
      let exact = GuardedFloats(values)
      compute.add(others, to: fast.pointer, count: 100)
      ReferenceKernels.add(others, to: exact.pointer, count: 100)
      compute.scale(fast.pointer, by: 0.3, count: 100)
      ReferenceKernels.scale(exact.pointer, by: 0.3, count: 100)
      #expect(fast.bits == exact.bits, "\(set): one rounding each")
      compute.gatedGELU(gate: fast.pointer, up: others, count: 100)
      ReferenceKernels.gatedGELU(gate: exact.pointer, up: others, count: 100)
      for index in 0..<100 {
        let error = (fast.pointer[index] - exact.pointer[index]).magnitude
        #expect(
          error <= 0x1p-20 * exact.pointer[index].magnitude + 0x1p-20 * others[index].magnitude,
          "\(set) \(index)"
        )
      }
    }
  }
}
