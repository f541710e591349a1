package import Generation
package import TaskProtocol

/// What happens to an output that is not valid.
package enum TranscriptionMode: Sendable, Equatable {
  /// It cannot come to be: decoding is held to the plugin's constraint where it has one.
  case constrain
  /// It is reported: decoding is free.
  case check
  /// It is mended with edits that are listed: decoding is free.
  case repair
}

/// How to transcribe, apart from the task.
package struct TranscriptionOptions: Sendable {
  /// What happens to an output that is not valid.
  package var mode: TranscriptionMode
  /// Most tokens per output; the plugin's limit when `nil`.
  package var maximumTokens: Int?
  /// How tokens are chosen.
  package var strategy: DecodingStrategy
  /// Outputs of a lower confidence are withheld; 0 to 1.
  package var abstainsBelow: Double?
  /// What the plugin was configured with, for the result.
  package var settings: [TaskSetting]

  package init(
    mode: TranscriptionMode = .constrain,
    maximumTokens: Int? = nil,
    strategy: DecodingStrategy = .greedy,
    abstainsBelow: Double? = nil,
    settings: [TaskSetting] = []
  ) {
    self.mode = mode
    self.maximumTokens = maximumTokens
    self.strategy = strategy
    self.abstainsBelow = abstainsBelow
    self.settings = settings
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
