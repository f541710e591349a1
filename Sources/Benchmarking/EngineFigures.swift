/// What a run of ``EngineBenchmark`` found.
package struct EngineFigures: Sendable, Codable, Equatable {
  /// Such as `3b-224`.
  package var shape: String
  /// Such as `int8`.
  package var weights: String
  /// Kernels in use.
  package var instructionSet: String
  /// Threads.
  package var threads: Int
  /// Positions of the prompt.
  package var prefillTokens: Int
  /// Tokens decoded one by one.
  package var decodeTokens: Int
  /// Sequences decoded together.
  package var batch: Int
  /// Encoding one picture.
  package var visionSeconds: Double
  /// Of the encoder's arithmetic, as ``shareOfPeak``.
  package var visionShareOfPeak: Double
  package var prefillTokensPerSecond: Double
  /// Multiplications and additions per second while the prompt runs.
  package var prefillOperationsPerSecond: Double
  /// Their share of what registers alone reach with this number format.
  package var shareOfPeak: Double
  /// Encoder and prompt.
  package var firstTokenSeconds: Double
  /// One sequence alone.
  package var decodeTokensPerSecond: Double
  /// Weights, keys and values read per second by one sequence.
  package var decodeBytesPerSecond: Double
  /// Its share of what reading in order reaches.
  package var shareOfReadBandwidth: Double
  /// All sequences of the batch; `nil` without one.
  package var batchTokensPerSecond: Double?
  /// Multiplications and additions per second in registers.
  package var peakOperationsPerSecond: Double
  /// Bytes per second when memory is read in order.
  package var readBytesPerSecond: Double
  /// Size of the weights.
  package var weightBytes: Int
  /// Most memory that the process held.
  package var peakMemoryBytes: Int
}
