import Benchmarking
import Checkpoints
import Kernels
import Testing

@Suite struct ScalePlanTests {
  private static let rates = MachineRates(
    layers: ["bf16": 1e12, "int8": 2e12, "int4": 2e12],
    visionAttention: 5e11,
    textAttention: 5e11,
    elements: 1e9,
    decoding: ["bf16": 4e10, "int8": 4e10, "int4": 4e10]
  )

  private func row(
    _ shape: String,
    _ weights: BenchmarkWeights = .bfloat16,
    rates: MachineRates = rates,
    tokens: Int = 100
  ) throws -> ScalePlan.Row {
    let plan = ScalePlan(rates: rates, outputTokens: tokens, keepsRoundedKeys: true)
    return try plan.row(try #require(PublishedShape(named: shape)), weights)
  }

  /// Encoder and prompt of the 3B shape as counted by hand from the published sizes: 0.21 + 1.05 TFLOP
  /// at 224 pixels, 5.5 + 20 at 896.
  @Test(arguments: [("3b-224", 1.26e12), ("3b-896", 25.7e12)])
  func `arithmetic is that of the published shapes`(name: String, operations: Double) throws {
    let found = try row(name, tokens: 1).operationsPerImage
    #expect(abs(found - operations) < 0.03 * operations, "\(found)")
  }

  @Test func `parameters, image tokens and training costs are the published ones`() throws {
    let costs = try PublishedShape.allCases.map { try row($0.name).publishedTrainingCost }
    #expect(costs == [1, 4.6, 23.5, 3.7, 18.3, 67.7, 18.9, 63.5, 155.6])
    let small = try row("3b-448")
    #expect(small.imageTokens == 1024)
    #expect(abs(Double(small.parameters) - 3.03e9) < 0.01e9)
    #expect(abs(Double(try row("28b-224").parameters) - 27.65e9) < 0.01e9)
  }

  @Test func `fewer bits take less memory and less time a token`() throws {
    for shape in PublishedShape.allCases {
      let rows = try [BenchmarkWeights.bfloat16, .int8, .int4].map { try row(shape.name, $0) }
      let memory = rows.map(\.memoryBytes)
      #expect(memory[0] > memory[1] && memory[1] > memory[2])
      let decoding = rows.map { $0.secondsPerImage - $0.firstTokenSeconds }
      #expect(decoding[0] > 1.7 * decoding[1] && decoding[1] > 1.7 * decoding[2])
    }
  }

  @Test func `every rate counts for its own part`() throws {
    let base = try row("3b-448", .int8)
    func doubled(_ change: (inout MachineRates) -> Void) throws -> ScalePlan.Row {
      var rates = Self.rates
      change(&rates)
      return try row("3b-448", .int8, rates: rates)
    }
    let faster = try [
      doubled { $0.layers["int8"] = 4e12 }, doubled { $0.visionAttention *= 2 },
      doubled { $0.textAttention *= 2 }, doubled { $0.elements *= 2 },
    ].map { base.firstTokenSeconds - $0.firstTokenSeconds }
    #expect(faster.allSatisfy { $0 > 0 })
    // Each gain is half of its part, and there are no other parts.
    #expect(abs(2 * faster.reduce(0, +) - base.firstTokenSeconds) < 1e-9)
    let decoding = try doubled { $0.decoding["int8"] = 8e10 }
    #expect(decoding.firstTokenSeconds == base.firstTokenSeconds)
    let rest = base.secondsPerImage - base.firstTokenSeconds
    #expect(abs(decoding.secondsPerImage - base.firstTokenSeconds - rest / 2) < 1e-9)
  }

  @Test func `rates of this machine are more than nothing`() throws {
    let compute = try Compute(threads: 2)
    let rates = MachineRates(of: [.int8], on: compute)
    #expect((rates.layers["int8"] ?? 0) > 1e8 && (rates.decoding["int8"] ?? 0) > 1e7)
    #expect(rates.layers["bf16"] == nil)
    #expect(rates.visionAttention > 1e8 && rates.textAttention > 1e8 && rates.elements > 1e6)
  }
}
