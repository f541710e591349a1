import Tensors

/// One row of logits that was found to be sound, with its normaliser.
struct CheckedRow {
  let logits: UnsafeMutablePointer<Float>
  let count: Int
  /// `log(sum(exp(logits)))` over the ids that may be generated.
  let logSumExp: Float

  func logProbability(of id: Int) -> Float { logits[id] - logSumExp }
}

/// A token and, when a mask overruled the model, the record of it.
struct TokenChoice {
  let id: Int
  let intervention: Intervention?
}

extension TokenDecoder {
  /// Takes the forbidden ids out of a row and checks the rest.
  ///
  /// - Throws: ``GenerationError/notANumber(step:)``.
  func checkedRow(
    _ index: Int,
    of logits: FloatMatrix,
    step: Int,
    predictor: some TokenPredictor
  ) throws(GenerationError) -> CheckedRow {
    let row = logits.row(index)
    let count = logits.columns
    forbidden.forEach { if $0 < count { row[$0] = -.infinity } }
    let normaliser = predictor.logSumExp(row, count: count)
    guard normaliser.isFinite else { throw .notANumber(step: step) }
    return CheckedRow(logits: row, count: count, logSumExp: normaliser)
  }

  /// The next token of a single hypothesis.
  ///
  /// The favourite, the most probable token or the one drawn, is asked about first; only when it is
  /// refused is the mask made and the choice repeated among the tokens of the mask. For greedy
  /// decoding that is the most probable allowed token, and for sampling without truncation a draw
  /// from the distribution renormalised over the allowed tokens. With top-k or top-p, truncation
  /// happens among all tokens first and, after a refusal, among the allowed ones.
  ///
  /// - Parameters:
  ///   - row: The logits of the step.
  ///   - step: Index of the token, counted from 0.
  ///   - state: The mask's state before it.
  ///   - mask: Restricts the tokens.
  ///   - banned: Tokens that were chosen here before and led nowhere.
  ///   - sampler: Draws, or `nil` for the most probable token.
  /// - Returns: The token, and the record when the favourite was not taken.
  /// - Throws: ``GenerationError/deadEnd(step:)`` when no token is left.
  func choose<M: TokenMasking>(
    _ row: CheckedRow,
    step: Int,
    state: M.State,
    mask: M,
    banned: Set<Int> = [],
    sampler: inout TokenSampler?
  ) throws(GenerationError) -> TokenChoice {
    let budget = options.maximumTokens - step
    guard let favourite = pick(row, in: nil, sampler: &sampler) else {
      throw .notANumber(step: step)
    }
    let verdict = mask.verdict(on: favourite, in: state, budget: budget)
    let isBanned = banned.contains(favourite)
    guard verdict != .allowed || isBanned else {
      return TokenChoice(id: favourite, intervention: nil)
    }
    var allowed = try allowedTokens(mask, state: state, budget: budget, step: step)
    for id in banned { allowed.remove(id) }
    guard let chosen = pick(row, in: allowed, sampler: &sampler) else { throw .deadEnd(step: step) }
    var record = intervention(
      row,
      step: step,
      verdict: verdict,
      favourite: favourite,
      chosen: chosen,
      allowed: allowed
    )
    if !banned.isEmpty { record.kind = .returned }
    return TokenChoice(id: chosen, intervention: record)
  }

  /// The mask without the forbidden ids.
  func allowedTokens<M: TokenMasking>(
    _ mask: M,
    state: M.State,
    budget: Int,
    step: Int
  ) throws(GenerationError) -> TokenSet {
    var allowed = mask.mask(in: state, budget: budget)
    allowed.subtract(forbidden)
    guard !allowed.isEmpty else { throw .deadEnd(step: step) }
    return allowed
  }

  /// The record of a refusal.
  func intervention(
    _ row: CheckedRow,
    step: Int,
    verdict: TokenVerdict,
    favourite: Int,
    chosen: Int,
    allowed: TokenSet
  ) -> Intervention {
    let kind: Intervention.Kind =
      if verdict == .overBudget { .budget } else { allowed.count == 1 ? .forced : .redirected }
    let kept = Logits.mass(
      of: allowed,
      in: row.logits,
      count: row.count,
      logSumExp: row.logSumExp
    )
    return Intervention(
      step: step,
      kind: kind,
      favourite: favourite,
      chosen: chosen,
      favouriteLogProbability: row.logProbability(of: favourite),
      chosenLogProbability: row.logProbability(of: chosen),
      maskedMass: 1 - kept
    )
  }

  private func pick(_ row: CheckedRow, in set: TokenSet?, sampler: inout TokenSampler?) -> Int? {
    if sampler != nil { return sampler?.draw(row.logits, count: row.count, in: set) }
    if let set { return Logits.argmax(row.logits, count: row.count, in: set) }
    return Logits.argmax(row.logits, count: row.count)
  }
}
