import Kernels
import Testing

@Suite struct AttentionTests {
  @Test func `every head size matches the definition`() throws {
    for headSize in 1...80 {
      let fixture = AttentionFixture(
        rows: 5,
        heads: 2,
        kvHeads: 1,
        headSize: headSize,
        keyCount: 37,
        softCap: headSize % 2 == 0 ? 50 : nil,
        seed: UInt64(headSize)
      ) { row, _ in (0, 33 + row) }
      try fixture.check("head size \(headSize)") { #expect($0, "\($1)") }
    }
  }

  @Test func `every number of rows and keys matches the definition`() throws {
    for count in 1...70 {
      let fixture = AttentionFixture(
        rows: count,
        heads: 1,
        kvHeads: 1,
        headSize: 8,
        keyCount: count,
        softCap: nil,
        seed: UInt64(count)
      ) { row, _ in (0, row + 1) }
      try fixture.check("causal \(count)") { #expect($0, "\($1)") }
    }
  }

  @Test func `random ranges across key blocks match the definition`() throws {
    for seed in UInt64(0)..<6 {
      let keyCount = 700
      let fixture = AttentionFixture(
        rows: 70,
        heads: 4,
        kvHeads: [1, 2, 4][Int(seed) % 3],
        headSize: 20,
        keyCount: keyCount,
        softCap: seed % 2 == 0 ? 50 : nil,
        seed: seed
      ) { _, random in
        let low = Int.random(in: 0...keyCount, using: &random)
        return (low, Int.random(in: low...keyCount, using: &random))
      }
      try fixture.check("seed \(seed)") { #expect($0, "\($1)") }
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

  @Test func `a row has the same bits alone, among others and on any number of threads`() throws {
    let fixture = AttentionFixture(
      rows: 150,
      heads: 4,
      kvHeads: 2,
      headSize: 24,
      keyCount: 600,
      softCap: 50,
      seed: 3
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

  @Test func `infinite and undefined scores do not trap`() throws {
    let fixture = AttentionFixture(
      rows: 3,
      heads: 1,
      kvHeads: 1,
      headSize: 4,
      keyCount: 5,
      softCap: 50,
      seed: 4
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
}
