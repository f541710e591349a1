package import Generation
package import TaskProtocol

/// How to transcribe, apart from the task.
package struct TranscriptionOptions: Sendable {
  /// Whether the model is held to the plugin's constraint where it has one.
  package var isConstrained: Bool
  /// Most tokens per output; the plugin's limit when `nil`.
  package var maximumTokens: Int?
  /// How tokens are chosen.
  package var strategy: DecodingStrategy

  package init(
    isConstrained: Bool = true,
    maximumTokens: Int? = nil,
    strategy: DecodingStrategy = .greedy
  ) {
    self.isConstrained = isConstrained
    self.maximumTokens = maximumTokens
    self.strategy = strategy
  }
}

/// A result together with the typed document it was made from.
package struct Transcription<Document: Sendable>: Sendable {
  /// What is reported.
  package var result: TaskResult
  /// The parsed document; `nil` when the text has none.
  package var document: Document?
  /// Why there is no output at all, if there is none.
  package var failure: TranscriptionFailure?

  package init(
    result: TaskResult,
    document: Document? = nil,
    failure: TranscriptionFailure? = nil
  ) {
    self.result = result
    self.document = document
    self.failure = failure
  }
}

/// Why an image has no output.
package enum TranscriptionFailure: Sendable, Equatable {
  /// The image cannot be read.
  case unreadable
  /// The model or the decoder failed.
  case failed
}
