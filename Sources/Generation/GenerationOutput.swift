/// Why a generation ended.
///
/// Raw values are those of the command line's JSON.
package enum FinishReason: String, Sendable, Codable, CaseIterable {
  /// The model chose an end token.
  case endToken = "end_token"
  /// The token limit was reached.
  case length
  /// One of the stop strings appeared; the text ends before it.
  case stopString = "stop_string"
  /// The caller asked to stop.
  case cancelled
}

/// One token as it is generated.
package struct GeneratedToken: Sendable, Equatable {
  /// Index of the token, counted from 0.
  package var step: Int
  /// The token.
  package var id: Int
  /// Natural logarithm of its probability among the ids that may be generated, before any mask.
  package var logProbability: Float
  /// Text that became complete with this token: whole characters only, often empty.
  package var text: String

  package init(step: Int, id: Int, logProbability: Float, text: String = "") {
    self.step = step
    self.id = id
    self.logProbability = logProbability
    self.text = text
  }
}

/// The tokens of one finished decoding.
package struct DecodedTokens: Sendable, Equatable {
  /// Generated ids, the end token included when there was one.
  package var ids: [Int]
  /// Per id, the natural logarithm of its probability among the ids that may be generated, after the
  /// model's own soft-cap, before temperature, truncation and masks.
  package var logProbabilities: [Float]
  /// Why decoding ended.
  package var finishReason: FinishReason
  /// Steps at which a mask overruled the model, along this hypothesis.
  package var interventions: [Intervention]
  /// Beam search: `sum(log p) / n^lengthPenalty`; otherwise `nil`.
  package var score: Float?

  package init(
    ids: [Int] = [],
    logProbabilities: [Float] = [],
    finishReason: FinishReason,
    interventions: [Intervention] = [],
    score: Float? = nil
  ) {
    self.ids = ids
    self.logProbabilities = logProbabilities
    self.finishReason = finishReason
    self.interventions = interventions
    self.score = score
  }
}

/// Where the time of one generation went, in seconds.
package struct GenerationTiming: Sendable, Equatable, Codable {
  /// Image encoder and projector.
  package var visionSeconds: Double
  /// Prompt, up to the logits of the first token.
  package var prefillSeconds: Double
  /// Everything after the prompt.
  package var decodeSeconds: Double
  /// Tokens of the prompt, image tokens included.
  package var promptTokens: Int
  /// Tokens generated.
  package var generatedTokens: Int

  package init(
    visionSeconds: Double = 0,
    prefillSeconds: Double = 0,
    decodeSeconds: Double = 0,
    promptTokens: Int = 0,
    generatedTokens: Int = 0
  ) {
    self.visionSeconds = visionSeconds
    self.prefillSeconds = prefillSeconds
    self.decodeSeconds = decodeSeconds
    self.promptTokens = promptTokens
    self.generatedTokens = generatedTokens
  }

  /// Prompt tokens per second of prefill; 0 when nothing was measured.
  package var prefillTokensPerSecond: Double {
    prefillSeconds > 0 ? Double(promptTokens) / prefillSeconds : 0
  }

  /// Tokens per second of decoding, without the first, which the prompt yields; 0 below two tokens.
  package var decodeTokensPerSecond: Double {
    decodeSeconds > 0 && generatedTokens > 1 ? Double(generatedTokens - 1) / decodeSeconds : 0
  }
}

/// A generated text and how it came about.
package struct GenerationOutput: Sendable, Equatable {
  /// Generated ids, the end token included when there was one, as in the reference.
  package var tokenIDs: [Int]
  /// The text of the ids, without the end token.
  package var text: String
  /// See ``DecodedTokens/logProbabilities``.
  package var logProbabilities: [Float]
  /// Why generation ended.
  package var finishReason: FinishReason
  /// Steps at which a mask overruled the model.
  package var interventions: [Intervention]
  /// Beam search: the hypothesis' score; otherwise `nil`.
  package var score: Float?
  /// Where the time went.
  package var timing: GenerationTiming

  package init(
    tokenIDs: [Int],
    text: String,
    logProbabilities: [Float],
    finishReason: FinishReason,
    interventions: [Intervention],
    score: Float? = nil,
    timing: GenerationTiming
  ) {
    self.tokenIDs = tokenIDs
    self.text = text
    self.logProbabilities = logProbabilities
    self.finishReason = finishReason
    self.interventions = interventions
    self.score = score
    self.timing = timing
  }
}
