import Checkpoints
package import Generation
package import LanguageModel
package import Tensors
import Tokenization

extension PaliGemmaModel {
  /// Generates a text about a picture.
  ///
  /// - Parameters:
  ///   - features: Of ``features(of:)``.
  ///   - prompt: Without the image, the beginning-of-sequence token and the final newline.
  ///   - options: Length, strategy, stop strings.
  ///   - mask: Restricts the tokens, or `nil`.
  ///   - windowPolicy: Whether the checkpoint's sliding window is applied.
  ///   - stepper: Runs the steps together with those of other requests on other threads.
  ///   - isCancelled: Asked before every step; the output so far is returned when it says so.
  ///   - onToken: Called with every token, with the text that it completes: whole characters only.
  ///     A step comes again when a mask left no token after it.
  ///     Beam search calls it at the end, for the best hypothesis.
  /// - Returns: Tokens, text, log-probabilities and timing.
  /// - Throws: ``GenerationError``, ``PaliGemmaError`` or ``LanguageModelError``.
  package func generate(
    _ features: ImageFeatures,
    prompt: String,
    options: GenerationOptions = GenerationOptions(),
    mask: (any TokenMasking)? = nil,
    windowPolicy: WindowPolicy = .reference,
    stepper: JointStepper? = nil,
    isCancelled: () -> Bool = { Task.isCancelled },
    onToken: ((GeneratedToken) -> Void)? = nil
  ) throws -> GenerationOutput {
    try options.validate()
    let embeddings = try promptEmbeddings(features, tokens: try promptTokens(prompt))
    let session = try DecodingSession(
      decoder: decoder,
      prefixLength: embeddings.rows,
      suffixCapacity: options.maximumTokens,
      width: options.width,
      windowPolicy: windowPolicy,
      isStepwise: true
    )
    let predictor = SessionPredictor(
      session: session,
      prompt: embeddings,
      decoder: decoder,
      stepper: stepper
    )
    defer { predictor.finish() }
    let endTokens = Set(checkpoint.configuration.endTokens)
    let tokenDecoder = TokenDecoder(options: options, endTokens: endTokens, forbidden: forbidden)
    var stream = tokenizer.makeStream()
    var filter = StopStringFilter(options.stopStrings)
    var text = ""
    func append(_ id: Int) -> String {
      let isEnd = endTokens.contains(id)
      var shown = filter.append(isEnd ? stream.finish() : stream.append(id))
      if isEnd { shown += filter.finish() }
      text += shown
      return shown
    }
    let start = ContinuousClock.now
    let decoded = try tokenDecoder.decode(
      predictor,
      mask: mask,
      isCancelled: isCancelled,
      onToken: { token in
        var shown = token
        shown.text = append(token.id)
        onToken?(shown)
        return !filter.isStopped
      },
      onReturn: { kept in
        stream = tokenizer.makeStream()
        filter = StopStringFilter(options.stopStrings)
        text = ""
        for id in kept { _ = append(id) }
      }
    )
    text += filter.append(stream.finish()) + filter.finish()
    let total = start.secondsSince
    return GenerationOutput(
      tokenIDs: decoded.ids,
      text: text,
      logProbabilities: decoded.logProbabilities,
      finishReason: decoded.finishReason,
      interventions: decoded.interventions,
      score: decoded.score,
      timing: GenerationTiming(
        visionSeconds: features.seconds,
        prefillSeconds: predictor.prefillSeconds,
        decodeSeconds: max(total - predictor.prefillSeconds, 0),
        promptTokens: embeddings.rows,
        generatedTokens: decoded.ids.count
      )
    )
  }

  /// What the decoder reads of a prompt: image features, then scaled text embeddings.
  ///
  /// - Parameters:
  ///   - features: Of ``features(of:)``.
  ///   - tokens: Of ``promptTokens(_:)``.
  /// - Returns: `[image tokens + tokens.count, decoder width]`.
  /// - Throws: ``PaliGemmaError`` or ``LanguageModelError``.
  package func promptEmbeddings(_ features: ImageFeatures, tokens: [Int]) throws -> FloatMatrix {
    let configuration = checkpoint.configuration
    let image = features.matrix
    let width = configuration.text.hiddenSize
    guard image.rows == configuration.vision.tokenCount, image.columns == width else {
      throw PaliGemmaError.features(
        found: "[\(image.rows), \(image.columns)]",
        expected: "[\(configuration.vision.tokenCount), \(width)]"
      )
    }
    let positions = image.rows + tokens.count
    guard positions <= configuration.text.maximumPositions else {
      throw PaliGemmaError.promptTooLong(
        found: positions,
        limit: configuration.text.maximumPositions
      )
    }
    let result = FloatMatrix(rows: positions, columns: width)
    result.pointer.update(from: image.pointer, count: image.rows * width)
    try decoder.embed(tokens, into: result.row(image.rows))
    return result
  }
}
