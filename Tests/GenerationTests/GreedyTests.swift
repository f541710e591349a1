import Generation
import Testing

@Suite struct GreedyTests {
  private func decoder(
    _ maximum: Int,
    _ strategy: DecodingStrategy = .greedy,
    end: Set<Int> = [0],
    forbidden: [Int] = [],
    vocabulary: Int = 4
  ) -> TokenDecoder {
    TokenDecoder(
      options: GenerationOptions(maximumTokens: maximum, strategy: strategy),
      endTokens: end,
      forbidden: TokenSet(limit: vocabulary, forbidden)
    )
  }

  @Test(arguments: 0..<50)
  func `takes the most probable token until the end token or the limit`(seed: Int) throws {
    let world = World.random(vocabulary: 4, seed: UInt64(seed))
    var expected: [Int] = []
    var probabilities: [Double] = []
    while expected.count < 6, expected.last != 0 {
      let row = world.logProbabilities(after: expected)
      let best = row.indices.max { row[$0] < row[$1] } ?? 0
      expected.append(best)
      probabilities.append(row[best])
    }
    var heard: [GeneratedToken] = []
    let result = try decoder(6).decode(
      world,
      onToken: { token in
        heard.append(token)
        return true
      }
    )
    #expect(result.ids == expected)
    #expect(result.finishReason == (expected.last == 0 ? .endToken : .length))
    #expect(heard.map(\.id) == expected)
    #expect(heard.map(\.step) == Array(expected.indices))
    for (found, wanted) in zip(result.logProbabilities, probabilities) {
      #expect(abs(Double(found) - wanted) < 1e-5)
    }
  }

  @Test func `never generates a forbidden id and leaves its mass to the others`() throws {
    let world = World(vocabularySize: 4) { _ in [1, 2, 50, 1.5] }
    let result = try decoder(3, forbidden: [2]).decode(world)
    #expect(result.ids == [1, 1, 1])
    let expected = world.logProbabilities(after: [], without: [2])[1]
    #expect(abs(Double(result.logProbabilities[0]) - expected) < 1e-6)
  }

  @Test func `takes the smallest id among equals`() throws {
    let world = World(vocabularySize: 4) { _ in [0, 3, 3, 3] }
    #expect(try decoder(2).decode(world).ids == [1, 1])
  }

  @Test(arguments: [DecodingStrategy.greedy, .beam(width: 2)])
  func `a logit that is not a number is an error and not an endless loop`(
    strategy: DecodingStrategy
  ) {
    let world = World(vocabularySize: 4) { path in
      path.count == 2 ? [1, .nan, 0, 0] : [0, 1, 0, 0]
    }
    #expect(throws: GenerationError.notANumber(step: 2)) {
      try decoder(9, strategy).decode(world)
    }
    let empty = World(vocabularySize: 4) { _ in [Float](repeating: -.infinity, count: 4) }
    #expect(throws: GenerationError.notANumber(step: 0)) {
      try decoder(9, strategy).decode(empty)
    }
    let infinite = World(vocabularySize: 4) { _ in [0, .infinity, 0, 0] }
    #expect(throws: GenerationError.notANumber(step: 0)) {
      try decoder(9, strategy).decode(infinite)
    }
  }

  @Test func `stops when it is asked to`() throws {
    let world = World(vocabularySize: 4) { _ in [0, 1, 0, 0] }
    var steps = 0
    let cancelled = try decoder(9).decode(world, isCancelled: { steps == 3 }) { _ in
      steps += 1
      return true
    }
    #expect(cancelled.ids.count == 3)
    #expect(cancelled.finishReason == .cancelled)
    let stopped = try decoder(9).decode(world, onToken: { $0.step < 4 })
    #expect(stopped.ids.count == 5)
    #expect(stopped.finishReason == .stopString)
  }

  @Test func `refuses options outside their ranges`() {
    let world = World(vocabularySize: 4) { _ in [0, 1, 0, 0] }
    let strategies: [DecodingStrategy] = [
      .beam(width: 0), .beam(width: 65),
      .sample(temperature: 0, topK: nil, topP: nil, seed: 1),
      .sample(temperature: .nan, topK: nil, topP: nil, seed: 1),
      .sample(temperature: 1, topK: 0, topP: nil, seed: 1),
      .sample(temperature: 1, topK: nil, topP: 0, seed: 1),
      .sample(temperature: 1, topK: nil, topP: 1.5, seed: 1),
    ]
    for strategy in strategies {
      #expect(throws: GenerationError.self) { try decoder(4, strategy).decode(world) }
    }
    #expect(throws: GenerationError.self) { try decoder(0).decode(world) }
  }
}
