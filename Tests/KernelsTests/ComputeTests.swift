import Dispatch
import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct ComputeTests {
  @Test func `the portable family is available everywhere`() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available.contains(InstructionSet.best))
  }

  @Test func `the environment chooses a family by its name`() throws {
    for set in InstructionSet.available {
      #expect(try InstructionSet.chosen(nil, environment: set.rawValue) == set)
    }
    #expect(try InstructionSet.chosen(nil, environment: "") == .best)
    #expect(try InstructionSet.chosen(nil, environment: nil) == .best)
    #expect(try InstructionSet.chosen(.portable, environment: "neon") == .portable)
  }

  @Test func `an unknown or missing family is an error that names the available ones`() {
    let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    let missing = InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }
    for name in ["sse", "AVX2"] + missing.map(\.rawValue) {
      let error = #expect(throws: KernelError.self) {
        try InstructionSet.chosen(nil, environment: name)
      }
      #expect(
        error?.description == "COPYIST_KERNELS: found \"\(name)\", expected one of \(names)"
      )
    }
    for set in missing {
      #expect(throws: KernelError.self) { try Compute(instructionSet: set) }
    }
  }

  @Test func `a number of threads outside its range is an error`() throws {
    for threads in [0, -1, 1025, Int.max] {
      #expect(throws: KernelError.self) { try Compute(threads: threads) }
    }
    #expect(try Compute(threads: 1024).threads == 1024)
    #expect(try Compute().threads >= 1)
  }

  @Test func `several callers at once, and calls inside calls, get their own results`() throws {
    let compute = try Compute(threads: 3)
    var random = SeededGenerator(seed: 8)
    let (inputs, outputs, rows) = (256, 300, 9)
    let weights = LinearWeights(
      TensorView(random.floats(inputs * outputs), shape: [outputs, inputs])
    )
    let inputsOfCallers = (0..<8).map { _ in
      FloatMatrix(rows: rows, columns: inputs, values: random.floats(rows * inputs))
    }
    let results = (0..<8).map { _ in FloatMatrix(rows: rows, columns: outputs) }
    let expected = (0..<8).map { _ in FloatMatrix(rows: rows, columns: outputs) }
    let alone = try Compute(threads: 1)
    for caller in 0..<8 {
      alone.linear(
        inputsOfCallers[caller].pointer,
        rows: rows,
        weights: weights,
        bias: nil,
        output: expected[caller].pointer
      )
    }
    for _ in 0..<20 {
      DispatchQueue.concurrentPerform(iterations: 8) { caller in
        compute.linear(
          inputsOfCallers[caller].pointer,
          rows: rows,
          weights: weights,
          bias: nil,
          output: results[caller].pointer
        )
      }
      for caller in 0..<8 { #expect(results[caller].values == expected[caller].values) }
    }
  }
}
