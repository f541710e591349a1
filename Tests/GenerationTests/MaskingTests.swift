import Generation
import Testing

@Suite struct MaskingTests {
  private static let strategies: [DecodingStrategy] = [
    .greedy, .beam(width: 1), .beam(width: 3),
    .sample(temperature: 1, topK: nil, topP: nil, seed: 9),
    .sample(temperature: 3, topK: 3, topP: 0.8, seed: 9),
  ]

  /// Texts over the ids 1...4; 0 ends.
  private let language = Language(
    texts: [[1], [1, 2], [1, 2, 3], [4, 4, 4, 4], [2, 2, 2], [3, 1, 1, 1, 1]],
    end: 0,
    vocabulary: 6
  )

  private func decoder(_ maximum: Int, _ strategy: DecodingStrategy) -> TokenDecoder {
    TokenDecoder(
      options: GenerationOptions(maximumTokens: maximum, strategy: strategy),
      endTokens: [0],
      forbidden: TokenSet(limit: 6, [5])
    )
  }

  @Test(arguments: strategies)
  func `whatever the model says the output is in the language and ends in time`(
    strategy: DecodingStrategy
  ) throws {
    for seed in 0..<200 {
      for maximum in 2...7 {
        let world = World.random(vocabulary: 6, seed: UInt64(seed))
        let result = try decoder(maximum, strategy).decode(world, mask: language)
        #expect(result.finishReason == .endToken, "seed \(seed), limit \(maximum)")
        #expect(language.texts.contains(Array(result.ids.dropLast())), "seed \(seed)")
      }
    }
  }

  @Test func `greedy takes the most probable allowed token and records what it overruled`() throws {
    for seed in 0..<200 {
      let world = World.random(vocabulary: 6, seed: UInt64(seed))
      let result = try decoder(6, .greedy).decode(world, mask: language)
      var state: [Int] = []
      for (step, id) in result.ids.enumerated() {
        let row = world.logProbabilities(after: state, without: [5])
        let allowed = language.mask(in: state, budget: 6 - step).ids
        #expect(id == allowed.max { row[$0] < row[$1] }, "seed \(seed)")
        let favourite = row.indices.max { row[$0] < row[$1] }
        let record = result.interventions.first { $0.step == step }
        #expect((record == nil) == (favourite == id), "seed \(seed)")
        #expect(abs(Double(result.logProbabilities[step]) - row[id]) < 1e-5)
        if let record, let favourite {
          let verdict = language.verdict(on: favourite, in: state, budget: 6 - step)
          let kind: Intervention.Kind =
            verdict == .overBudget ? .budget : (allowed.count == 1 ? .forced : .redirected)
          #expect(record.kind == kind)
          #expect(record.favourite == favourite && record.chosen == id)
          #expect(abs(Double(record.favouriteLogProbability) - row[favourite]) < 1e-5)
          #expect(abs(Double(record.chosenLogProbability) - row[id]) < 1e-5)
          let kept = allowed.reduce(0.0) { $0 + exponential(row[$1]) }
          #expect(abs(Double(record.maskedMass) - (1 - kept)) < 1e-5)
        }
        if id != 0 { state.append(id) }
      }
    }
  }

  @Test(arguments: strategies)
  func `a text that the mask would allow anyway is not touched`(strategy: DecodingStrategy) throws {
    for seed in 0..<100 {
      let world = World.random(vocabulary: 6, seed: UInt64(seed))
      let free = try decoder(5, strategy).decode(world)
      guard free.finishReason == .endToken else { continue }
      // Everything of up to four tokens, so that no favourite is ever refused for its budget.
      var texts: [[Int]] = [[]]
      for length in 1...4 {
        texts += texts.filter { $0.count == length - 1 }.flatMap { text in
          (1...4).map { text + [$0] }
        }
      }
      let mask = Language(texts: texts, end: 0, vocabulary: 6)
      let masked = try decoder(5, strategy).decode(world, mask: mask)
      if masked.interventions.isEmpty { #expect(masked == free, "seed \(seed)") }
      if strategy == .greedy { #expect(masked == free, "seed \(seed)") }
    }
  }

  @Test(arguments: strategies)
  func `a limit below the shortest text is refused before the model runs`(
    strategy: DecodingStrategy
  ) {
    let world = World(vocabularySize: 6) { _ in
      Issue.record("the model ran")
      return [Float](repeating: 0, count: 6)
    }
    #expect(throws: GenerationError.budgetTooSmall(found: 1, needed: 2)) {
      try decoder(1, strategy).decode(world, mask: language)
    }
  }

  @Test(arguments: strategies)
  func `an empty mask is an error and not free generation`(strategy: DecodingStrategy) {
    struct Nothing: TokenMasking {
      var initial: Int { 0 }
      func verdict(on id: Int, in state: Int, budget: Int) -> TokenVerdict { .refused }
      func mask(in state: Int, budget: Int) -> TokenSet { TokenSet(limit: 6) }
      func advance(_ state: inout Int, by id: Int) {}
      func mayEnd(_ state: Int) -> Bool { false }
    }
    let world = World.random(vocabulary: 6, seed: 3)
    #expect(throws: GenerationError.deadEnd(step: 0)) {
      try decoder(4, strategy).decode(world, mask: Nothing())
    }
  }

  @Test func `a wide beam under a mask finds the most probable text of the language`() throws {
    for seed in 0..<60 {
      let world = World.random(vocabulary: 6, seed: UInt64(seed))
      let scored = language.texts.map { text -> (ids: [Int], score: Double) in
        let ids = text + [0]
        let sum = ids.indices.reduce(0.0) { sum, index in
          sum + world.logProbabilities(after: Array(ids[..<index]), without: [5])[ids[index]]
        }
        return (ids, sum / Double(ids.count))
      }
      let best = scored.max { $0.score < $1.score }
      var options = GenerationOptions(maximumTokens: 6, strategy: .beam(width: 20))
      options.beamStopping = .exhaustive
      let found = try TokenDecoder(
        options: options,
        endTokens: [0],
        forbidden: TokenSet(limit: 6, [5])
      ).decode(world, mask: language)
      #expect(found.ids == best?.ids, "seed \(seed)")
    }
  }

  /// Every text that begins with 1 or with 2 leads nowhere, which shows only after three tokens.
  private struct Trap: TokenMasking {
    let isPassable: Bool
    var initial: [Int] { [] }

    func mask(in state: [Int], budget: Int) -> TokenSet {
      let ids: [Int] =
        switch state.count {
        case 0: isPassable ? [1, 2, 3] : [1, 2]
        case 1, 2: [1, 2]
        default: state[0] == 3 ? [0] : []
        }
      return TokenSet(limit: 6, ids)
    }
    func verdict(on id: Int, in state: [Int], budget: Int) -> TokenVerdict {
      mask(in: state, budget: budget).contains(id) ? .allowed : .refused
    }
    func advance(_ state: inout [Int], by id: Int) { state.append(id) }
    func mayEnd(_ state: [Int]) -> Bool { state.count == 3 }
  }

  @Test func `a dead end is left by taking back the most doubtful choice, which is recorded`()
    throws
  {
    // Only the first choice is close, so that is where decoding goes back to.
    let world = World(vocabularySize: 6) { path in
      path.isEmpty ? [0, 3, 2.9, 2.8, 0, 0] : [0, 9, 0, 0, 0, 0]
    }
    var kept: [[Int]] = []
    var seen: [Int] = []
    let result = try decoder(5, .greedy).decode(
      world,
      mask: Trap(isPassable: true),
      onToken: {
        seen.append($0.step)
        return true
      },
      onReturn: { kept.append($0) }
    )
    #expect(result.ids == [3, 1, 1, 0])
    #expect(kept == [[], []])
    #expect(seen == [0, 1, 2, 0, 1, 2, 0, 1, 2, 3])
    let first = try #require(result.interventions.first)
    #expect(first.step == 0 && first.kind == .returned)
    #expect(first.favourite == 1 && first.chosen == 3)
    #expect(result.logProbabilities.count == 4)
  }

  @Test(arguments: strategies)
  func `a dead end that no choice avoids is an error after a bounded number of returns`(
    strategy: DecodingStrategy
  ) {
    let world = World.random(vocabulary: 6, seed: 5)
    var returns = 0
    #expect(throws: GenerationError.self) {
      try decoder(5, strategy).decode(
        world,
        mask: Trap(isPassable: false),
        onReturn: { _ in returns += 1 }
      )
    }
    #expect(returns <= 8)
  }

  @Test func `a beam drops hypotheses at a dead end and goes on with the others`() throws {
    let world = World(vocabularySize: 6) { path in
      path.isEmpty ? [0, 3, 2.9, 2.8, 0, 0] : [0, 9, 0, 0, 0, 0]
    }
    let result = try decoder(5, .beam(width: 3)).decode(world, mask: Trap(isPassable: true))
    #expect(result.ids.first == 3 && result.finishReason == .endToken)
  }

  @Test func `without returns a dead end is an error at once`() {
    let world = World.random(vocabulary: 6, seed: 5)
    for strategy in Self.strategies where strategy != .beam(width: 3) {
      var options = GenerationOptions(maximumTokens: 5, strategy: strategy)
      options.maximumReturns = 0
      let decoder = TokenDecoder(
        options: options,
        endTokens: [0],
        forbidden: TokenSet(limit: 6, [3])
      )
      #expect(throws: GenerationError.deadEnd(step: 3)) {
        try decoder.decode(world, mask: Trap(isPassable: true))
      }
    }
  }
}
