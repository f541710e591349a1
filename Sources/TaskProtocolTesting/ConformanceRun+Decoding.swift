import ConstrainedDecoding
import Generation
import OutputConstraints
import TaskProtocol

/// K8 and K9: whole outputs, decoded from logits that know nothing.
extension ConformanceRun {
  /// Texts that were decoded, and what was wrong with them.
  struct DecodeCounts {
    var decodes = 0
    var invalid = 0
    var unfinished = 0

    static func += (left: inout DecodeCounts, right: DecodeCounts) {
      left.decodes += right.decodes
      left.invalid += right.invalid
      left.unfinished += right.unfinished
    }
  }

  /// Decodes from noise with every strategy and every kind of budget.
  ///
  /// - Parameters:
  ///   - range: Which of the run's decodes, as offsets to its seed.
  ///   - tally: Takes in what was found.
  /// - Returns: What was decoded.
  /// - Throws: What decoding throws, dead ends aside.
  func checkDecodes(_ range: Range<Int>, _ tally: inout CheckTally) throws -> DecodeCounts {
    var counts = DecodeCounts()
    let least = mask.minimumBudget
    let budgets = [
      least, least + 1, least + 8, 48, 48, 64, 64, 64, 80, 80, 96, 96, 128,
      min(plugin.manifest.maximumTokens, 256),
    ].map { max(least, $0) }
    for index in range {
      let seed = options.seed &+ UInt64(index)
      let strategy: DecodingStrategy =
        switch index % 32 {
        case 0: .beam(width: 2)
        case 1: .sample(temperature: 1, topK: nil, topP: nil, seed: seed)
        case 2: .sample(temperature: 2, topK: 40, topP: 0.9, seed: seed)
        default: .greedy
        }
      try decode(
        .noise,
        strategy: strategy,
        budget: budgets[index % budgets.count],
        seed: seed,
        counts: &counts,
        &tally
      )
    }
    return counts
  }

  /// A budget that holds no text is refused before anything is decoded.
  func checkLeastBudget(_ tally: inout CheckTally) throws {
    let least = mask.minimumBudget
    guard least > 1 else { return }
    var counts = DecodeCounts()
    var refused = false
    do {
      try decode(.flat, strategy: .greedy, budget: least - 1, seed: 0, counts: &counts, &tally)
    } catch GenerationError.budgetTooSmall {
      refused = true
    }
    tally.expect(refused, "a budget of \(least - 1) tokens is not refused")
  }

  /// Decodes from logits that only ever want one thing.
  func checkAdversaries(_ tally: inout CheckTally) throws -> DecodeCounts {
    var counts = DecodeCounts()
    let strategies: [DecodingStrategy] = [
      .greedy, .beam(width: 3), .sample(temperature: 1, topK: nil, topP: nil, seed: 3),
    ]
    for kind in NoisePredictor.Kind.allCases where kind != .noise {
      for strategy in strategies {
        let budget = max(mask.minimumBudget, 96)
        guard kind == .notANumber else {
          try decode(
            kind,
            strategy: strategy,
            budget: budget,
            seed: options.seed,
            counts: &counts,
            &tally
          )
          continue
        }
        var isLoud = false
        do {
          try decode(
            kind,
            strategy: strategy,
            budget: budget,
            seed: options.seed,
            counts: &counts,
            &tally
          )
        } catch GenerationError.notANumber {
          isLoud = true
        }
        tally.expect(isLoud, "logits that are not numbers went unnoticed")
      }
    }
    return counts
  }

  private func decode(
    _ kind: NoisePredictor.Kind,
    strategy: DecodingStrategy,
    budget: Int,
    seed: UInt64,
    counts: inout DecodeCounts,
    _ tally: inout CheckTally
  ) throws {
    let decoder = TokenDecoder(
      // A dead end is a fault of the constraint, however easily decoding could get around it.
      options: GenerationOptions(maximumTokens: budget, strategy: strategy, maximumReturns: 0),
      endTokens: Set(vocabulary.endTokens),
      forbidden: TokenSet(limit: vocabulary.count)
    )
    counts.decodes += 1
    let output: DecodedTokens
    do {
      output = try decoder.decode(
        NoisePredictor(kind, over: vocabulary, seed: seed),
        mask: mask,
        isCancelled: { false }
      )
    } catch GenerationError.deadEnd(let step) {
      counts.unfinished += 1
      tally.expect(
        false,
        "\(strategy) over \(kind): no token is allowed at step \(step)",
        seed: seed
      )
      return
    }
    let bytes = output.ids.flatMap { vocabulary.text(of: $0) ?? [] }
    let isFinished = output.finishReason == .endToken && output.ids.count <= budget
    if !isFinished { counts.unfinished += 1 }
    tally.expect(
      isFinished,
      "\(strategy) over \(kind) did not end within \(budget) tokens",
      after: bytes,
      seed: seed
    )
    let found = errors(in: bytes)
    if !found.isEmpty { counts.invalid += 1 }
    tally.expect(
      found.isEmpty,
      "\(strategy) over \(kind) is not valid: \(found.first?.message ?? "")",
      after: bytes,
      seed: seed
    )
  }
}
