import Tensors

/// Chooses tokens until the text ends: greedy decoding, sampling and beam search over any
/// ``TokenPredictor``, with or without a mask.
package struct TokenDecoder: Sendable {
  /// How tokens are chosen.
  package let options: GenerationOptions
  /// Ids that end a text.
  package let endTokens: Set<Int>
  /// Ids that are never generated: their logits count as minus infinity everywhere.
  package let forbidden: TokenSet

  /// A decoder.
  ///
  /// - Parameters:
  ///   - options: Checked when decoding starts.
  ///   - endTokens: Ids that end a text; may be empty, then only the limit ends it.
  ///   - forbidden: Ids that are never generated.
  package init(options: GenerationOptions, endTokens: Set<Int>, forbidden: TokenSet) {
    self.options = options
    self.endTokens = endTokens
    self.forbidden = forbidden
  }

  /// Decodes one text.
  ///
  /// - Parameters:
  ///   - predictor: The model after its prompt.
  ///   - mask: Restricts the tokens, or `nil`.
  ///   - isCancelled: Asked before every step.
  ///   - onToken: Called with every token in order; `false` stops the decoding after that token with
  ///     ``FinishReason/stopString``. Beam search calls it at the end, for the best hypothesis.
  ///   - onReturn: Called with the tokens that are kept when the mask left no token and decoding goes
  ///     back to an earlier step; the tokens after them come again.
  /// - Returns: The tokens; of beam search those of the best hypothesis.
  /// - Throws: ``GenerationError``, or what the predictor throws.
  package func decode(
    _ predictor: some TokenPredictor,
    mask: (any TokenMasking)? = nil,
    isCancelled: () -> Bool = { Task.isCancelled },
    onToken: (GeneratedToken) -> Bool = { _ in true },
    onReturn: ([Int]) -> Void = { _ in }
  ) throws -> DecodedTokens {
    func decode(_ mask: some TokenMasking) throws -> DecodedTokens {
      try self.decode(
        predictor,
        masking: mask,
        isCancelled: isCancelled,
        onReturn: onReturn,
        onToken: onToken
      )
    }
    if let mask { return try decode(mask) }
    return try decode(Unmasked())
  }

  private func decode(
    _ predictor: some TokenPredictor,
    masking mask: some TokenMasking,
    isCancelled: () -> Bool,
    onReturn: ([Int]) -> Void,
    onToken: (GeneratedToken) -> Bool
  ) throws -> DecodedTokens {
    try options.validate()
    guard mask.minimumBudget <= options.maximumTokens else {
      throw GenerationError.budgetTooSmall(found: options.maximumTokens, needed: mask.minimumBudget)
    }
    switch options.strategy {
    case .greedy:
      return try decodeOne(
        predictor,
        mask: mask,
        sampler: nil,
        isCancelled: isCancelled,
        onReturn: onReturn,
        onToken: onToken
      )
    case .sample(let temperature, let topK, let topP, let seed):
      let sampler = TokenSampler(
        temperature: temperature,
        topK: topK,
        topP: topP,
        generator: SplitMix64(seed: seed)
      )
      return try decodeOne(
        predictor,
        mask: mask,
        sampler: sampler,
        isCancelled: isCancelled,
        onReturn: onReturn,
        onToken: onToken
      )
    case .beam(let width):
      var result = try searchBeams(
        predictor,
        mask: mask,
        width: width,
        isCancelled: isCancelled
      )
      for (step, id) in result.ids.enumerated() {
        let token = GeneratedToken(
          step: step,
          id: id,
          logProbability: result.logProbabilities[step]
        )
        if !onToken(token) {
          result.ids.removeSubrange((step + 1)...)
          result.logProbabilities.removeSubrange((step + 1)...)
          result.interventions.removeAll { $0.step > step }
          result.finishReason = .stopString
          break
        }
      }
      return result
    }
  }

  private func decodeOne<P: TokenPredictor, M: TokenMasking>(
    _ predictor: P,
    mask: M,
    sampler initialSampler: TokenSampler?,
    isCancelled: () -> Bool,
    onReturn: ([Int]) -> Void,
    onToken: (GeneratedToken) -> Bool
  ) throws -> DecodedTokens {
    var sampler = initialSampler
    var result = DecodedTokens(finishReason: .length)
    let logits = FloatMatrix(rows: 1, columns: predictor.vocabularySize)
    var state = mask.initial
    var trail = DecodingTrail<P.Sequence, M.State>()
    while result.ids.count < options.maximumTokens {
      guard !isCancelled() else {
        result.finishReason = .cancelled
        break
      }
      let step = result.ids.count
      let sequence: P.Sequence
      if let last = result.ids.last, let moment = trail.moments.last {
        let input = PredictorInput(sequence: moment.sequence, token: last)
        guard let next = try predictor.advance([input], logits: logits).first else { break }
        sequence = next
      } else {
        sequence = try predictor.start(logits: logits)
      }
      let row = try checkedRow(0, of: logits, step: step, predictor: predictor)
      let before = sampler
      let choice: TokenChoice
      do throws(GenerationError) {
        choice = try choose(
          row,
          step: step,
          state: state,
          mask: mask,
          banned: trail.banned[step] ?? [],
          sampler: &sampler
        )
      } catch {
        guard case .deadEnd = error,
          let target = trail.goBack(from: result.ids, atMost: options.maximumReturns)
        else { throw error }
        state = target.moment.state
        sampler = target.moment.sampler
        result.ids.removeSubrange(target.step...)
        result.logProbabilities.removeSubrange(target.step...)
        result.interventions.removeAll { $0.step >= target.step }
        onReturn(result.ids)
        continue
      }
      trail.append(
        DecodingTrail.Moment(
          sequence: sequence,
          state: state,
          sampler: before,
          margin: Logits.margin(row.logits, count: row.count),
          hadChoice: choice.intervention?.kind != .forced
        )
      )
      let logProbability = row.logProbability(of: choice.id)
      result.ids.append(choice.id)
      result.logProbabilities.append(logProbability)
      if let intervention = choice.intervention { result.interventions.append(intervention) }
      mask.advance(&state, by: choice.id)
      let proceed = onToken(
        GeneratedToken(step: step, id: choice.id, logProbability: logProbability)
      )
      if endTokens.contains(choice.id) {
        result.finishReason = .endToken
        break
      }
      if !proceed {
        result.finishReason = .stopString
        break
      }
    }
    return result
  }
}

/// No mask at all: every token is allowed.
private struct Unmasked: TokenMasking {
  struct State: Hashable, Sendable {}
  var initial: State { State() }
  func verdict(on id: Int, in state: State, budget: Int) -> TokenVerdict { .allowed }
  func mask(in state: State, budget: Int) -> TokenSet { TokenSet(limit: 0) }
  func advance(_ state: inout State, by id: Int) {}
  func mayEnd(_ state: State) -> Bool { true }
}
