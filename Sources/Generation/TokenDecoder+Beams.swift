import Tensors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A text under way, with all that a fork of it needs.
private struct Hypothesis<S: Sendable, State: Sendable> {
  var sequence: S
  var state: State
  var ids: [Int] = []
  var logProbabilities: [Float] = []
  var interventions: [Intervention] = []
  /// Sum of the log-probabilities, accumulated in float32 as in the reference.
  var sum: Float = 0
}

/// A hypothesis and one token after it.
private struct Extension {
  let parent: Int
  let id: Int
  let logProbability: Float
  let sum: Float
  let intervention: Intervention?
}

private struct Finished {
  let tokens: DecodedTokens
  let score: Float
}

extension TokenDecoder {
  /// Beam search as the reference implementation does it.
  ///
  /// Every step takes the best `(1 + max(1, end tokens)) * width` extensions of all hypotheses; those
  /// among the first `width` that end are finished and compete by `sum / n^lengthPenalty`, the best
  /// `width` that do not end live on.
  func searchBeams<P: TokenPredictor, M: TokenMasking>(
    _ predictor: P,
    mask: M,
    width: Int,
    isCancelled: () -> Bool
  ) throws -> DecodedTokens {
    let logits = FloatMatrix(rows: width, columns: predictor.vocabularySize)
    let candidateCount = max(2, 1 + endTokens.count) * width
    guard !isCancelled() else { return DecodedTokens(finishReason: .cancelled) }
    var live = [
      Hypothesis<P.Sequence, M.State>(
        sequence: try predictor.start(logits: logits),
        state: mask.initial
      )
    ]
    var finished: [Finished] = []
    for step in 0..<options.maximumTokens {
      let length = step + 1
      var extensions: [Extension] = []
      for parent in live.indices {
        do {
          extensions += try extend(
            live[parent],
            parent,
            logits,
            step: step,
            count: candidateCount,
            mask: mask,
            predictor: predictor
          )
        } catch GenerationError.deadEnd where options.maximumReturns > 0 {
          // The others go on; when there is none, it is an error below.
          continue
        }
      }
      guard !extensions.isEmpty else {
        if finished.isEmpty { throw GenerationError.deadEnd(step: step) }
        break
      }
      // Stable: equal sums keep the order of hypotheses and ids.
      let ranked = extensions.enumerated().sorted {
        $0.element.sum > $1.element.sum
          || ($0.element.sum == $1.element.sum && $0.offset < $1.offset)
      }
      let best = ranked.prefix(candidateCount).map(\.element)
      var next: [Hypothesis<P.Sequence, M.State>] = []
      for (rank, candidate) in best.enumerated() {
        let ends = endTokens.contains(candidate.id)
        if ends || length == options.maximumTokens {
          guard rank < width else { continue }
          let text = appended(candidate, to: live[candidate.parent], mask: mask)
          finished.append(finish(text, reason: ends ? .endToken : .length))
        } else if next.count < width {
          next.append(appended(candidate, to: live[candidate.parent], mask: mask))
        }
      }
      finished = Array(
        finished.enumerated()
          .sorted {
            $0.element.score > $1.element.score
              || ($0.element.score == $1.element.score && $0.offset < $1.offset)
          }
          .prefix(width).map(\.element)
      )
      guard let leader = next.first, !isSettled(finished, leader.sum, length: length, width: width)
      else { break }
      guard !isCancelled() else {
        return finish(leader, reason: .cancelled).tokens
      }
      let inputs = next.map {
        PredictorInput(sequence: $0.sequence, token: $0.ids[$0.ids.count - 1])
      }
      let sequences = try predictor.advance(inputs, logits: logits)
      for index in next.indices { next[index].sequence = sequences[index] }
      live = next
    }
    guard let winner = finished.first else { throw GenerationError.deadEnd(step: 0) }
    return winner.tokens
  }

  /// The best extensions of one hypothesis, best first.
  private func extend<S: Sendable, M: TokenMasking>(
    _ hypothesis: Hypothesis<S, M.State>,
    _ parent: Int,
    _ logits: FloatMatrix,
    step: Int,
    count: Int,
    mask: M,
    predictor: some TokenPredictor
  ) throws -> [Extension] {
    let row = try checkedRow(parent, of: logits, step: step, predictor: predictor)
    let budget = options.maximumTokens - step
    var ids = Logits.top(count, of: row.logits, count: row.count, in: nil)
    let verdicts = ids.map { mask.verdict(on: $0, in: hypothesis.state, budget: budget) }
    var refusal: (verdict: TokenVerdict, favourite: Int, allowed: TokenSet)?
    if verdicts.contains(where: { $0 != .allowed }) {
      let favourite = ids[0]
      let allowed = try allowedTokens(
        mask,
        state: hypothesis.state,
        budget: budget,
        step: step
      )
      ids = Logits.top(count, of: row.logits, count: row.count, in: allowed)
      guard !ids.isEmpty else { throw GenerationError.deadEnd(step: step) }
      if verdicts[0] != .allowed { refusal = (verdicts[0], favourite, allowed) }
    }
    return ids.map { id in
      let logProbability = row.logProbability(of: id)
      return Extension(
        parent: parent,
        id: id,
        logProbability: logProbability,
        sum: hypothesis.sum + logProbability,
        intervention: refusal.map {
          intervention(
            row,
            step: step,
            verdict: $0.verdict,
            favourite: $0.favourite,
            chosen: id,
            allowed: $0.allowed
          )
        }
      )
    }
  }

  private func appended<S: Sendable, M: TokenMasking>(
    _ candidate: Extension,
    to parent: Hypothesis<S, M.State>,
    mask: M
  ) -> Hypothesis<S, M.State> {
    var child = parent
    child.ids.append(candidate.id)
    child.logProbabilities.append(candidate.logProbability)
    if let record = candidate.intervention { child.interventions.append(record) }
    child.sum = candidate.sum
    mask.advance(&child.state, by: candidate.id)
    return child
  }

  private func finish<S: Sendable, State: Sendable>(
    _ hypothesis: Hypothesis<S, State>,
    reason: FinishReason
  ) -> Finished {
    let score = hypothesis.sum / powf(Float(hypothesis.ids.count), options.lengthPenalty)
    return Finished(
      tokens: DecodedTokens(
        ids: hypothesis.ids,
        logProbabilities: hypothesis.logProbabilities,
        finishReason: reason,
        interventions: hypothesis.interventions,
        score: score
      ),
      score: score
    )
  }

  /// Whether the live hypotheses can no longer change the outcome, by the chosen rule.
  private func isSettled(_ finished: [Finished], _ bestSum: Float, length: Int, width: Int) -> Bool
  {
    guard finished.count == width, let worst = finished.last else { return false }
    let reach =
      options.beamStopping == .exhaustive && options.lengthPenalty > 0
      ? options.maximumTokens : length
    switch options.beamStopping {
    case .whenFull: return true
    case .heuristic, .exhaustive:
      return bestSum / powf(Float(reach), options.lengthPenalty) <= worst.score
    }
  }
}
