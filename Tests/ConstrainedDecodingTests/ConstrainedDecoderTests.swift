import ConstrainedDecoding
import Generation
import OutputConstraints
import Tensors
import Testing

/// A model that knows nothing: logits drawn from a seed, or the same ones at every step.
struct NoiseModel: TokenPredictor {
  /// What the logits look like.
  enum Kind: CaseIterable {
    case random
    /// One letter is overwhelmingly likely, for ever.
    case letter
    /// The opening bracket is.
    case opening
    /// All equal.
    case flat
    /// Not a number from the second step on.
    case notANumber
  }

  var kind: Kind
  var vocabularySize: Int
  var seed: UInt64

  func start(logits: FloatMatrix) throws -> UInt64 {
    fill(logits.row(0), from: seed)
    return seed
  }

  func advance(_ batch: [PredictorInput<UInt64>], logits: FloatMatrix) throws -> [UInt64] {
    batch.enumerated().map { row, input in
      let next = input.sequence &* 31 &+ UInt64(input.token) &+ 7
      fill(logits.row(row), from: next)
      if kind == .notANumber { logits.row(row)[3] = .nan }
      return next
    }
  }

  private func fill(_ row: UnsafeMutablePointer<Float>, from seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for id in 0..<vocabularySize {
      row[id] = kind == .random ? Float(generator.unit() * 20 - 10) : 0
    }
    // In the small vocabulary, 4 is "(" and 11 is "a".
    if kind == .letter { row[11] = 100 }
    if kind == .opening { row[4] = 100 }
  }
}

@Suite struct ConstrainedDecoderTests {
  private let vocabulary = smallVocabulary()

  private static let strategies: [DecodingStrategy] = [
    .greedy, .beam(width: 3), .sample(temperature: 1, topK: nil, topP: nil, seed: 5),
    .sample(temperature: 2, topK: 4, topP: 0.9, seed: 6),
  ]

  @Test(arguments: strategies, [NoiseModel.Kind.random, .letter, .opening, .flat])
  func `every output is in the language and ends within every budget that can hold one`(
    strategy: DecodingStrategy,
    kind: NoiseModel.Kind
  ) throws {
    let language = BracketLanguage()
    let mask = try ConstraintMask(language, over: vocabulary)
    for budget in [mask.minimumBudget, mask.minimumBudget + 1, 3, 4, 5, 8, 17, 40] {
      for seed in 0..<12 {
        let model = NoiseModel(kind: kind, vocabularySize: vocabulary.count, seed: UInt64(seed))
        let decoder = TokenDecoder(
          options: GenerationOptions(maximumTokens: budget, strategy: strategy),
          endTokens: Set(vocabulary.endTokens),
          forbidden: TokenSet(limit: vocabulary.count)
        )
        let output = try decoder.decode(model, mask: mask)
        #expect(output.finishReason == .endToken, "seed \(seed), budget \(budget)")
        #expect(output.ids.count <= budget)
        var state = language.initial
        for id in output.ids.dropLast() {
          if let text = vocabulary.text(of: id) {
            for byte in text { #expect(language.advance(&state, byte), "seed \(seed)") }
          } else {
            mask.advance(&state, by: id)
          }
        }
        #expect(language.canFinish(state), "seed \(seed), budget \(budget)")
        for record in output.interventions {
          #expect(record.favourite != record.chosen || strategy == .beam(width: 3))
          #expect(record.maskedMass > 0 && record.maskedMass <= 1)
        }
      }
    }
  }

  @Test func `a letter without end is cut by budget interventions, not by truncation`() throws {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    let decoder = TokenDecoder(
      options: GenerationOptions(maximumTokens: 10),
      endTokens: Set(vocabulary.endTokens),
      forbidden: TokenSet(limit: vocabulary.count)
    )
    let model = NoiseModel(kind: .letter, vocabularySize: vocabulary.count, seed: 1)
    let output = try decoder.decode(model, mask: mask)
    #expect(output.ids.count == 10)
    #expect(output.interventions.first?.kind == .redirected)
    #expect(output.interventions.contains { $0.kind == .budget })
  }

  @Test func `logits that are not numbers stop the decoding with an error`() throws {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    for strategy in Self.strategies {
      let decoder = TokenDecoder(
        options: GenerationOptions(maximumTokens: 10, strategy: strategy),
        endTokens: Set(vocabulary.endTokens),
        forbidden: TokenSet(limit: vocabulary.count)
      )
      let model = NoiseModel(kind: .notANumber, vocabularySize: vocabulary.count, seed: 1)
      #expect(throws: GenerationError.notANumber(step: 1)) {
        try decoder.decode(model, mask: mask)
      }
    }
  }

  @Test func `a budget too small for any output is refused before the model runs`() throws {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    let decoder = TokenDecoder(
      options: GenerationOptions(maximumTokens: mask.minimumBudget - 1),
      endTokens: Set(vocabulary.endTokens),
      forbidden: TokenSet(limit: vocabulary.count)
    )
    let model = NoiseModel(kind: .notANumber, vocabularySize: vocabulary.count, seed: 1)
    #expect(throws: GenerationError.budgetTooSmall(found: 1, needed: 2)) {
      try decoder.decode(model, mask: mask)
    }
  }
}
