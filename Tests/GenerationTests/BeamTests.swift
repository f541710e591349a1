import Generation
import Testing

@Suite struct BeamTests {
  private func search(
    _ world: World,
    width: Int,
    maximum: Int,
    penalty: Float = 1,
    stopping: BeamStopping = .heuristic,
    end: Set<Int> = [0]
  ) throws -> DecodedTokens {
    try TokenDecoder(
      options: GenerationOptions(
        maximumTokens: maximum,
        strategy: .beam(width: width),
        lengthPenalty: penalty,
        beamStopping: stopping
      ),
      endTokens: end,
      forbidden: TokenSet(limit: world.vocabularySize)
    ).decode(world)
  }

  /// Every text with its score, by enumeration.
  private func everyText(
    _ world: World,
    maximum: Int,
    penalty: Double,
    path: [Int] = [],
    sum: Double = 0
  ) -> [(ids: [Int], score: Double)] {
    world.logProbabilities(after: path).enumerated().flatMap { id, value in
      let ids = path + [id]
      guard id == 0 || ids.count == maximum else {
        return everyText(
          world,
          maximum: maximum,
          penalty: penalty,
          path: ids,
          sum: sum + value
        )
      }
      return [(ids, (sum + value) / power(Double(ids.count), penalty))]
    }
  }

  @Test(arguments: 0..<40)
  func `a beam as wide as the world finds the best of all texts`(seed: Int) throws {
    let world = World.random(vocabulary: 3, seed: UInt64(seed))
    for penalty in [0.0, 0.7, 1] {
      let texts = everyText(world, maximum: 4, penalty: penalty)
      let best = texts.max { $0.score < $1.score }
      let found = try search(
        world,
        width: 64,
        maximum: 4,
        penalty: Float(penalty),
        stopping: .exhaustive
      )
      #expect(found.ids == best?.ids, "seed \(seed), penalty \(penalty)")
      #expect(abs(Double(found.score ?? 0) - (best?.score ?? 1)) < 1e-5)
    }
  }

  @Test(arguments: 0..<60)
  func `a beam of one equals greedy decoding`(seed: Int) throws {
    let world = World.random(vocabulary: 5, seed: UInt64(seed))
    for penalty in [Float(0), 1, 2] {
      let beam = try search(world, width: 1, maximum: 7, penalty: penalty)
      let greedy = try TokenDecoder(
        options: GenerationOptions(maximumTokens: 7),
        endTokens: [0],
        forbidden: TokenSet(limit: 5)
      ).decode(world)
      #expect(beam.ids == greedy.ids, "seed \(seed)")
      #expect(beam.logProbabilities == greedy.logProbabilities, "seed \(seed)")
      #expect(beam.finishReason == greedy.finishReason, "seed \(seed)")
    }
  }

  @Test(arguments: 0..<40)
  func `with plain log-probabilities a wide enough beam loses nothing by stopping early`(
    seed: Int
  ) throws {
    let world = World.random(vocabulary: 3, seed: UInt64(seed))
    let early = try search(world, width: 30, maximum: 4, penalty: 0)
    let late = try search(world, width: 30, maximum: 4, penalty: 0, stopping: .exhaustive)
    #expect(early == late, "seed \(seed)")
  }

  @Test func `a full beam stops at once when told so`() throws {
    // The end is the second choice everywhere, so the first finished text is short and poor.
    let world = World(vocabularySize: 3) { path in path.count < 3 ? [1, 2, 0] : [5, 0, 0] }
    let hasty = try search(world, width: 1, maximum: 6, stopping: .whenFull)
    let patient = try search(world, width: 2, maximum: 6, stopping: .exhaustive)
    #expect(hasty.ids == [1, 1, 1, 0])
    #expect(patient.ids == [1, 1, 1, 0])
    let short = try search(world, width: 2, maximum: 6, stopping: .whenFull)
    #expect(short.ids.count < patient.ids.count)
  }

  @Test func `a text cut by the limit competes with finished ones`() throws {
    let world = World(vocabularySize: 3) { _ in [0, 4, 0] }
    let result = try search(world, width: 2, maximum: 3)
    #expect(result.ids == [1, 1, 1])
    #expect(result.finishReason == .length)
  }

  @Test func `several end tokens leave enough live hypotheses`() throws {
    let world = World(vocabularySize: 6) { path in
      path.count < 2 ? [3, 3, 3, 2, 1, 0] : [9, 0, 0, 0, 0, 0]
    }
    let result = try search(world, width: 2, maximum: 5, penalty: 4, end: [0, 1, 2])
    #expect(result.ids.last == 0)
    #expect(result.finishReason == .endToken)
  }

  @Test func `cancelling returns the best hypothesis so far`() throws {
    let world = World(vocabularySize: 3) { _ in [0, 4, 0] }
    var asked = 0
    let decoder = TokenDecoder(
      options: GenerationOptions(maximumTokens: 50, strategy: .beam(width: 2)),
      endTokens: [0],
      forbidden: TokenSet(limit: 3)
    )
    let result = try decoder.decode(
      world,
      isCancelled: {
        asked += 1
        return asked > 4
      }
    )
    #expect(result.finishReason == .cancelled)
    #expect(result.ids == [Int](repeating: 1, count: result.ids.count))
    #expect(!result.ids.isEmpty && result.ids.count < 50)
  }
}
