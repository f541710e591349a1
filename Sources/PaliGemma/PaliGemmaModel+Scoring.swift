import Checkpoints
import Generation
package import LanguageModel
import Tensors
import Tokenization

/// The log-probabilities of a given text.
package struct ScoreOutput: Sendable, Equatable {
  /// Ids of the text, then the end token when it was asked for.
  package var tokenIDs: [Int]
  /// Per id, the natural logarithm of its probability given everything before it, among the ids that
  /// may be generated.
  package var logProbabilities: [Float]
  /// Sum of the log-probabilities, added in float64.
  package var sum: Double

  package init(tokenIDs: [Int], logProbabilities: [Float]) {
    self.tokenIDs = tokenIDs
    self.logProbabilities = logProbabilities
    self.sum = logProbabilities.reduce(0) { $0 + Double($1) }
  }
}

extension PaliGemmaModel {
  /// How probable a text is as the answer to a prompt.
  ///
  /// The text is tokenised on its own, as the reference processor does with a suffix.
  ///
  /// - Parameters:
  ///   - features: Of ``features(of:)``.
  ///   - prompt: As for generation.
  ///   - text: The answer; may be empty.
  ///   - includingEnd: Whether the end token is scored after the text.
  ///   - windowPolicy: Whether the checkpoint's sliding window is applied.
  /// - Returns: One log-probability per token.
  /// - Throws: ``PaliGemmaError``, ``GenerationError`` or ``LanguageModelError``.
  package func score(
    _ features: ImageFeatures,
    prompt: String,
    text: String,
    includingEnd: Bool = false,
    windowPolicy: WindowPolicy = .reference
  ) throws -> ScoreOutput {
    var ids = tokenizer.encode(text)
    if includingEnd, let end = checkpoint.configuration.endTokens.first { ids.append(end) }
    for (index, id) in ids.enumerated()
    where forbidden.contains(id) || id < 0 || id >= forbidden.limit {
      throw PaliGemmaError.unreachableToken(id: id, index: index)
    }
    guard !ids.isEmpty else { return ScoreOutput(tokenIDs: [], logProbabilities: []) }
    let embeddings = try promptEmbeddings(features, tokens: try promptTokens(prompt))
    let session = try DecodingSession(
      decoder: decoder,
      prefixLength: embeddings.rows,
      suffixCapacity: ids.count,
      windowPolicy: windowPolicy
    )
    var logProbabilities: [Float] = []
    // The last token is not fed: nothing after it is asked for.
    try session.run(prompt: embeddings, suffix: ids.dropLast()) { position, row in
      let index = position - embeddings.rows + 1
      forbidden.forEach { row[$0] = -.infinity }
      let normaliser = decoder.logSumExp(row, count: forbidden.limit)
      guard normaliser.isFinite else { throw GenerationError.notANumber(step: index) }
      logProbabilities.append(row[ids[index]] - normaliser)
    }
    return ScoreOutput(tokenIDs: ids, logProbabilities: logProbabilities)
  }
}
