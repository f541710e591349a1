import Checkpoints
import Generation
import LanguageModel
import Tensors

/// A decoding session as the decoder's strategies see it.
final class SessionPredictor: TokenPredictor {
  private let session: DecodingSession
  private let prompt: FloatMatrix
  private let decoder: TextDecoder
  /// Time from the prompt to the logits of the first token.
  private(set) var prefillSeconds = 0.0

  var vocabularySize: Int { decoder.configuration.vocabularySize }

  init(session: DecodingSession, prompt: FloatMatrix, decoder: TextDecoder) {
    self.session = session
    self.prompt = prompt
    self.decoder = decoder
  }

  func start(logits: FloatMatrix) throws -> SuffixSequence {
    let start = ContinuousClock.now
    try session.run(prompt: prompt) { _, row in
      logits.pointer.update(from: row, count: vocabularySize)
    }
    prefillSeconds = start.secondsSince
    return .empty
  }

  func advance(
    _ batch: [PredictorInput<SuffixSequence>],
    logits: FloatMatrix
  ) throws -> [SuffixSequence] {
    try session.step(batch.map { ($0.sequence, $0.token) }, logits: logits)
  }

  func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    decoder.logSumExp(logits, count: count)
  }
}
