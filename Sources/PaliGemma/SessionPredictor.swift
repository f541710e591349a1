import Checkpoints
package import Generation
package import LanguageModel
package import Tensors

/// A decoding session as the decoder's strategies see it.
package final class SessionPredictor: TokenPredictor {
  private let session: DecodingSession
  private let prompt: FloatMatrix
  private let decoder: TextDecoder
  private let stepper: JointStepper?
  /// Time from the prompt to the logits of the first token.
  package private(set) var prefillSeconds = 0.0
  private var hasJoined = false

  package var vocabularySize: Int { decoder.configuration.vocabularySize }

  /// A session that has not run yet.
  ///
  /// - Parameters:
  ///   - session: Reserved for the prompt and for every token that may be fed.
  ///   - prompt: Of ``PaliGemmaModel/promptEmbeddings(_:tokens:)``.
  ///   - decoder: The weights that the session runs on.
  ///   - stepper: Runs the steps together with those of other requests; they must end with
  ///     ``finish()``.
  package init(
    session: DecodingSession,
    prompt: FloatMatrix,
    decoder: TextDecoder,
    stepper: JointStepper? = nil
  ) {
    self.session = session
    self.prompt = prompt
    self.decoder = decoder
    self.stepper = stepper
  }

  /// Lets the other requests go on without this one.
  package func finish() {
    guard hasJoined else { return }
    hasJoined = false
    stepper?.leave()
  }

  package func start(logits: FloatMatrix) throws -> SuffixSequence {
    if let stepper {
      try stepper.inTurn { try runPrompt(logits) }
    } else {
      try runPrompt(logits)
    }
    // Only now: the others need not wait for a prompt.
    if let stepper, !hasJoined {
      stepper.join()
      hasJoined = true
    }
    return .empty
  }

  private func runPrompt(_ logits: FloatMatrix) throws {
    let start = ContinuousClock.now
    try session.run(prompt: prompt) { _, row in
      logits.pointer.update(from: row, count: vocabularySize)
    }
    prefillSeconds = start.secondsSince
  }

  package func advance(
    _ batch: [PredictorInput<SuffixSequence>],
    logits: FloatMatrix
  ) throws -> [SuffixSequence] {
    guard let stepper else {
      return try session.step(batch.map { ($0.sequence, $0.token) }, logits: logits)
    }
    let entries = batch.map {
      StepEntry(session: session, sequence: $0.sequence, token: $0.token)
    }
    return try stepper.step(entries, logits: logits)
  }

  package func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    decoder.logSumExp(logits, count: count)
  }
}
