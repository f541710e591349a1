import Kernels
import Tensors
import Testing

@Suite struct AttentionTests {
  @Test(arguments: [ElementType.float32, .bfloat16])
  func `every head size matches the definition`(element: ElementType) throws {
    for headSize in 1...80 {
      let fixture = AttentionFixture(
        rows: 5,
        heads: 2,
        kvHeads: 1,
        headSize: headSize,
        keyCount: 37,
        softCap: headSize % 2 == 0 ? 50 : nil,
        seed: UInt64(headSize),
        element: element
      ) { row, _ in (0, 33 + row) }
      try fixture.check("head size \(headSize) \(element)") { #expect($0, "\($1)") }
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `every number of rows and keys matches the definition`(element: ElementType) throws {
    for count in 1...70 {
      let fixture = AttentionFixture(
        rows: count,
        heads: 1,
        kvHeads: 1,
        headSize: 8,
        keyCount: count,
        softCap: nil,
        seed: UInt64(count),
        element: element
      ) { row, _ in (0, row + 1) }
      try fixture.check("causal \(count) \(element)") { #expect($0, "\($1)") }
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `random ranges across key blocks match the definition`(element: ElementType) throws {
    for seed in UInt64(0)..<6 {
      let keyCount = 700
      let fixture = AttentionFixture(
        rows: 70,
        heads: 4,
        kvHeads: [1, 2, 4][Int(seed) % 3],
        headSize: 20,
        keyCount: keyCount,
        softCap: seed % 2 == 0 ? 50 : nil,
        seed: seed,
        element: element
      ) { _, random in
        let low = Int.random(in: 0...keyCount, using: &random)
        return (low, Int.random(in: low...keyCount, using: &random))
      }
      try fixture.check("seed \(seed) \(element)") { #expect($0, "\($1)") }
    }
  }

  @Test func `ranges outside the keys are clamped and empty ones give zeros`() throws {
    let ranges = [(-5, 3), (2, 100), (4, 4), (7, 2), (-9, -1), (50, 60)]
    let fixture = AttentionFixture(
      rows: 6,
      heads: 1,
      kvHeads: 1,
      headSize: 4,
      keyCount: 9,
      softCap: nil,
      seed: 1
    ) { row, _ in ranges[row] }
    try fixture.check("clamped") { #expect($0, "\($1)") }
    let compute = try Compute(threads: 1)
    let output = GuardedFloats([Float](repeating: 5, count: 24))
    fixture.run(into: output, compute.attention)
    #expect(output.values[8...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `a row has the same bits alone, among others and on any number of threads`(
    element: ElementType
  ) throws {
    let fixture = AttentionFixture(
      rows: 150,
      heads: 4,
      kvHeads: 2,
      headSize: 24,
      keyCount: 600,
      softCap: 50,
      seed: 3,
      element: element
    ) { row, _ in (max(0, row * 4 - 300), min(row * 4 + 1, 600)) }
    for set in InstructionSet.available {
      var all: [[UInt32]] = []
      for threads in 1...3 {
        let compute = try Compute(threads: threads, instructionSet: set)
        for together in [150, 1, 13, 64] {
          let output = GuardedFloats(count: 150 * 96)
          for first in stride(from: 0, to: 150, by: together) {
            fixture.run(
              first: first,
              count: min(together, 150 - first),
              into: output,
              compute.attention
            )
          }
          all.append(output.bits)
        }
      }
      #expect(all.allSatisfy { $0 == all[0] }, "\(set)")
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `infinite and undefined scores do not trap`(element: ElementType) throws {
    let fixture = AttentionFixture(
      rows: 3,
      heads: 1,
      kvHeads: 1,
      headSize: 4,
      keyCount: 5,
      softCap: 50,
      seed: 4,
      element: element
    ) { _, _ in (0, 5) }
    fixture.query.pointer[0] = .nan
    fixture.query.pointer[4] = .infinity
    for set in InstructionSet.available {
      let compute = try Compute(threads: 1, instructionSet: set)
      let output = GuardedFloats(count: 12)
      fixture.run(into: output, compute.attention)
      #expect(output.values[..<4].allSatisfy { $0.isNaN }, "\(set)")
      #expect(output.values[8...].allSatisfy { $0.isFinite }, "\(set)")
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func `few rows over long keys match the definition, whole heads of 64 and others`(
    element: ElementType
  ) throws {
    for headSize in [64, 72, 256] {
      for keyCount in [63, 64, 65, 255, 257, 500] {
        for (rows, heads) in [(1, 1), (1, 2), (1, 4), (2, 2), (1, 5)] {
          let fixture = AttentionFixture(
            rows: rows,
            heads: heads,
            kvHeads: 1,
            headSize: headSize,
            keyCount: keyCount,
            softCap: 50,
            seed: UInt64(keyCount),
            element: element
          ) { row, _ in (row, keyCount - 1 + row) }
          try fixture.check("\(rows) rows, \(heads) heads of \(headSize), \(keyCount) keys") {
            #expect($0, "\($1)")
          }
        }
      }
    }
  }

  @Test(arguments: [(64, 2), (256, 2), (72, 1)])
  func `one row has the same bits alone and among many, over bfloat16 keys`(
    headSize: Int,
    group: Int
  ) throws {
    let fixture = AttentionFixture(
      rows: 40,
      heads: 2 * group,
      kvHeads: 2,
      headSize: headSize,
      keyCount: 700,
      softCap: 50,
      seed: 11,
      element: .bfloat16
    ) { row, _ in (row * 3, 700 - 7 * row) }
    let width = 2 * group * headSize
    for set in InstructionSet.available {
      let compute = try Compute(threads: 2, instructionSet: set)
      let together = GuardedFloats(count: 40 * width)
      fixture.run(into: together, compute.attention)
      let alone = GuardedFloats(count: 40 * width)
      for row in 0..<40 { fixture.run(first: row, count: 1, into: alone, compute.attention) }
      #expect(alone.bits == together.bits, "\(set)")
    }
  }
}
