import Generation
import Testing

@Suite struct SamplingTests {
  private func draws(
    _ logits: [Float],
    count: Int,
    temperature: Float = 1,
    topK: Int? = nil,
    topP: Float? = nil,
    seed: UInt64 = 1,
    mask: Language? = nil
  ) throws -> [Int] {
    let world = World(vocabularySize: logits.count) { _ in logits }
    let decoder = TokenDecoder(
      options: GenerationOptions(
        maximumTokens: count,
        strategy: .sample(temperature: temperature, topK: topK, topP: topP, seed: seed)
      ),
      endTokens: [],
      forbidden: TokenSet(limit: logits.count)
    )
    return try decoder.decode(world).ids
  }

  private func shares(_ ids: [Int], _ vocabulary: Int) -> [Double] {
    (0..<vocabulary).map { id in Double(ids.filter { $0 == id }.count) / Double(ids.count) }
  }

  private func softmax(_ values: [Double]) -> [Double] {
    let powers = values.map(exponential)
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  @Test(arguments: [Float(0.5), 1, 2])
  func `draws from the softmax of the tempered logits`(temperature: Float) throws {
    let logits: [Float] = [0, 1, -1, 2]
    let expected = softmax(logits.map { Double($0 / temperature) })
    let found = shares(try draws(logits, count: 20000, temperature: temperature), 4)
    for (share, probability) in zip(found, expected) {
      // Five standard deviations of a share of 20 000 draws.
      #expect(abs(share - probability) < 5 * (probability / 20000).squareRoot())
    }
  }

  @Test func `top-k keeps the largest and those equal to the last of them`() throws {
    let found = Set(try draws([3, 1, 1, 0, -1], count: 2000, topK: 2))
    #expect(found == [0, 1, 2])
    #expect(Set(try draws([3, 1, 1, 0, -1], count: 50, topK: 1)) == [0])
  }

  @Test(arguments: [Int.max, 1 << 40, 5000, 1025, 1024, 12])
  func `a top-k that is larger than the vocabulary keeps all of it`(topK: Int) throws {
    let logits: [Float] = (0..<12).map { Float($0 * 7 % 12) / 4 }
    #expect(try draws(logits, count: 200, topK: topK) == draws(logits, count: 200, topK: 12))
  }

  @Test func `a top-k of thousands keeps the largest and those equal to the last of them`() throws {
    // Every value stands twice; nothing below the 4200 largest may be drawn.
    let logits = (0..<9000).map { Float($0 * 77 % 9000 / 2) * 1e-4 }
    let found = try draws(logits, count: 400, topK: 4201)
    let least = found.map { logits[$0] }.min() ?? 0
    #expect(least >= 2399 * 1e-4 && least < 2500 * 1e-4)
  }

  @Test(arguments: [Float.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-30, 1e-3])
  func `a temperature near zero draws the most probable token`(temperature: Float) throws {
    let logits: [Float] = [-3, 20, 30, 25, -3]
    #expect(Set(try draws(logits, count: 50, temperature: temperature)) == [2])
  }

  @Test func `top-p keeps the fewest tokens that reach the share`() throws {
    // Probabilities 0.5, 0.25, 0.125, 0.125.
    let logits = [8.0, 4, 2, 2].map { Float(naturalLogarithm($0)) }
    #expect(Set(try draws(logits, count: 2000, topP: 0.4)) == [0])
    #expect(Set(try draws(logits, count: 2000, topP: 0.6)) == [0, 1])
    #expect(Set(try draws(logits, count: 2000, topP: 0.8)) == [0, 1, 2])
    #expect(Set(try draws(logits, count: 2000, topP: 1)) == [0, 1, 2, 3])
  }

  @Test func `truncates to top-k before top-p`() throws {
    // Of the two largest the first holds 2/3: enough for 0.6, though it is only half of everything.
    let logits = [8.0, 4, 2, 2].map { Float(naturalLogarithm($0)) }
    #expect(Set(try draws(logits, count: 2000, topK: 2, topP: 0.6)) == [0])
  }

  @Test func `the same seed draws the same tokens and another seed draws others`() throws {
    let logits: [Float] = [0, 0.1, 0.2, 0.3, 0.4]
    let first = try draws(logits, count: 100, seed: 42)
    #expect(try draws(logits, count: 100, seed: 42) == first)
    #expect(try draws(logits, count: 100, seed: 43) != first)
  }

  @Test func `a masked draw follows the renormalised distribution`() throws {
    let logits: [Float] = [0, 1, -1, 2]
    let world = World(vocabularySize: 4) { _ in logits }
    let mask = Language(texts: [[1], [2]], end: 0, vocabulary: 4)
    var counts = [0, 0, 0, 0]
    for seed in 0..<8000 {
      let decoder = TokenDecoder(
        options: GenerationOptions(
          maximumTokens: 4,
          strategy: .sample(temperature: 1, topK: nil, topP: nil, seed: UInt64(seed))
        ),
        endTokens: [0],
        forbidden: TokenSet(limit: 4)
      )
      counts[try decoder.decode(world, mask: mask).ids[0]] += 1
    }
    let expected = softmax([1, -1])
    #expect(counts[0] == 0 && counts[3] == 0)
    #expect(abs(Double(counts[1]) / 8000 - expected[0]) < 0.025)
  }

  @Test func `the generator repeats the published sequence`() {
    // First outputs of SplitMix64 for seed 1234567, as published with its reference code.
    var generator = SplitMix64(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    for _ in 0..<1000 {
      let value = generator.unit()
      #expect(value >= 0 && value < 1)
    }
  }
}
