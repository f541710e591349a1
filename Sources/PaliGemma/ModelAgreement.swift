import Checkpoints
import Generation
package import ImageInput
import Kernels
import LanguageModel
import Tensors

/// How far two ways of computing one checkpoint lie apart, token by token.
package struct ModelAgreement: Sendable, Equatable {
  /// Texts that were compared.
  package var texts = 0
  /// Texts whose every token is the first choice of both, so that greedy decoding yields the same.
  package var sameTexts = 0
  /// Tokens that were compared, end tokens included.
  package var tokens = 0
  /// Tokens at which both choose the same.
  package var sameChoices = 0
  /// Sum of the distances of the log-probabilities of the first one's choices.
  package var logProbabilityDistance = 0.0
  /// Sum of the cosines between the logits of both.
  package var cosineSum = 0.0
  /// The smallest of these cosines.
  package var leastCosine = 1.0

  package init() {}

  /// Share of tokens at which both choose the same, 0 to 1; 1 of none.
  package var choiceShare: Double { tokens == 0 ? 1 : Double(sameChoices) / Double(tokens) }
  /// Mean distance of the log-probabilities of the first one's choices, in nats.
  package var meanLogProbabilityDistance: Double {
    tokens == 0 ? 0 : logProbabilityDistance / Double(tokens)
  }
  /// Mean cosine between the logits of both.
  package var meanCosine: Double { tokens == 0 ? 1 : cosineSum / Double(tokens) }

  /// Adds what was found on other texts.
  package static func += (left: inout ModelAgreement, right: ModelAgreement) {
    left.texts += right.texts
    left.sameTexts += right.sameTexts
    left.tokens += right.tokens
    left.sameChoices += right.sameChoices
    left.logProbabilityDistance += right.logProbabilityDistance
    left.cosineSum += right.cosineSum
    left.leastCosine = min(left.leastCosine, right.leastCosine)
  }
}

extension PaliGemmaModel {
  /// Decodes greedily, and compares at every token what this model and another make of the same words
  /// before it.
  ///
  /// - Parameters:
  ///   - other: The same checkpoint with other weights or other arithmetic.
  ///   - pixels: Output of ``preprocessor``.
  ///   - prompt: As for generation.
  ///   - maximumTokens: Most tokens that are compared, 1 or more.
  /// - Returns: What was found on this text.
  /// - Throws: ``PaliGemmaError``, ``GenerationError`` or ``LanguageModelError``.
  package func agreement(
    with other: PaliGemmaModel,
    on pixels: PixelTensor,
    prompt: String,
    maximumTokens: Int
  ) throws -> ModelAgreement {
    var result = ModelAgreement()
    let ends = Set(checkpoint.configuration.endTokens)
    var ours = try LogitWalk(self, pixels: pixels, prompt: prompt, maximumTokens: maximumTokens)
    var theirs = try LogitWalk(other, pixels: pixels, prompt: prompt, maximumTokens: maximumTokens)
    while true {
      let choice = try ours.choice(step: result.tokens)
      let otherChoice = try theirs.choice(step: result.tokens)
      result.tokens += 1
      result.sameChoices += choice == otherChoice ? 1 : 0
      result.logProbabilityDistance += abs(
        ours.logProbability(of: choice) - theirs.logProbability(of: choice)
      )
      let cosine = ours.cosine(with: theirs)
      result.cosineSum += cosine
      result.leastCosine = min(result.leastCosine, cosine)
      if ends.contains(choice) || result.tokens == maximumTokens { break }
      try ours.feed(choice)
      try theirs.feed(choice)
    }
    result.texts = 1
    result.sameTexts = result.sameChoices == result.tokens ? 1 : 0
    return result
  }
}

/// A decoding session whose next token comes from outside.
private struct LogitWalk {
  private let model: PaliGemmaModel
  private let session: DecodingSession
  private let logits: FloatMatrix
  private var sequence = SuffixSequence.empty

  init(
    _ model: PaliGemmaModel,
    pixels: PixelTensor,
    prompt: String,
    maximumTokens: Int
  ) throws {
    let embeddings = try model.promptEmbeddings(
      try model.features(of: pixels),
      tokens: try model.promptTokens(prompt)
    )
    self.model = model
    self.session = try DecodingSession(
      decoder: model.decoder,
      prefixLength: embeddings.rows,
      suffixCapacity: maximumTokens
    )
    let columns = model.decoder.configuration.vocabularySize
    let logits = FloatMatrix(rows: 1, columns: columns)
    try session.run(prompt: embeddings) { _, row in
      logits.pointer.update(from: row, count: columns)
    }
    self.logits = logits
  }

  /// The most probable token that may be generated.
  func choice(step: Int) throws(GenerationError) -> Int {
    model.forbidden.forEach { logits.pointer[$0] = -.infinity }
    let choice = model.compute.argmax(logits.pointer, count: logits.columns)
    guard logits.pointer[choice].isFinite else { throw .notANumber(step: step) }
    return choice
  }

  func logProbability(of token: Int) -> Double {
    Double(logits.pointer[token])
      - Double(model.decoder.logSumExp(logits.pointer, count: logits.columns))
  }

  func cosine(with other: LogitWalk) -> Double {
    var (product, ours, theirs) = (0.0, 0.0, 0.0)
    for index in 0..<logits.columns {
      let (a, b) = (Double(logits.pointer[index]), Double(other.logits.pointer[index]))
      // Forbidden ones are minus infinity by now.
      guard a.isFinite, b.isFinite else { continue }
      product += a * b
      ours += a * a
      theirs += b * b
    }
    let norm = (ours * theirs).squareRoot()
    return norm > 0 ? product / norm : 1
  }

  mutating func feed(_ token: Int) throws(LanguageModelError) {
    sequence = try session.step([(sequence, token)], logits: logits)[0]
  }
}
