import Checkpoints
package import Generation
package import LanguageModel
package import Tensors

/// A decoding session as the decoder's strategies see it.
package final class SessionPredictor: TokenPredictor {
  private let session: DecodingSession
  private let prompt: FloatMatrix
  private let decoder: TextDecoder
  /// Time from the prompt to the logits of the first token.
  package private(set) var prefillSeconds = 0.0

  package var vocabularySize: Int { decoder.configuration.vocabularySize }

  /// A session that has not run yet.
  ///
  /// - Parameters:
  ///   - session: Reserved for the prompt and for every token that may be fed.
  ///   - prompt: Of ``PaliGemmaModel/promptEmbeddings(_:tokens:)``.
  ///   - decoder: The weights that the session runs on.
  package init(session: DecodingSession, prompt: FloatMatrix, decoder: TextDecoder) {
    self.session = session
    self.prompt = prompt
    self.decoder = decoder
  }

  package func start(logits: FloatMatrix) throws -> SuffixSequence {
    let start = ContinuousClock.now
    try session.run(prompt: prompt) { _, row in
      logits.pointer.update(from: row, count: vocabularySize)
    }
    prefillSeconds = start.secondsSince
    return .empty
  }

  package func advance(
    _ batch: [PredictorInput<SuffixSequence>],
    logits: FloatMatrix
  ) throws -> [SuffixSequence] {
    try session.step(batch.map { ($0.sequence, $0.token) }, logits: logits)
  }

  package func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    decoder.logSumExp(logits, count: count)
  }
}
