import Generation
import OutputConstraints
import TaskProtocol

/// K2 to K4: fixtures, liveness, soundness.
extension ConformanceRun {
  func checkFixtures(_ tally: inout CheckTally) {
    for text in fixtures.accept {
      let bytes = Array(text.utf8)
      var state = constraint.initial
      for (index, byte) in bytes.enumerated() {
        let before = state
        guard
          tally.expect(
            constraint.advance(&state, byte),
            "an accepted text is refused: \(constraint.explain(before, byte))",
            after: Array(bytes[..<index])
          )
        else { break }
        if index == bytes.count - 1 {
          tally.expect(
            constraint.canFinish(state),
            "an accepted text may not end",
            after: bytes
          )
        }
      }
      let errors = errors(in: bytes)
      tally.expect(
        errors.isEmpty,
        "an accepted text is not valid: \(errors.first?.message ?? "")",
        after: bytes
      )
    }
    for text in fixtures.reject {
      let bytes = Array(text.utf8)
      tally.expect(
        state(after: bytes).map(constraint.canFinish) != true,
        "a rejected text is accepted by the constraint",
        after: bytes
      )
      tally.expect(
        !errors(in: bytes).isEmpty,
        "a rejected text is valid for the validator",
        after: bytes
      )
      var state = constraint.initial
      for byte in bytes {
        let before = state
        guard constraint.advance(&state, byte) else {
          tally.expect(
            !constraint.explain(before, byte).isEmpty,
            "a refusal is not explained",
            after: bytes
          )
          break
        }
      }
    }
  }

  /// What is wrong with a state's promises, `nil` for nothing.
  func brokenPromise(_ state: State) -> String? {
    let canFinish = constraint.canFinish(state)
    let bound = constraint.finishBound(state)
    if canFinish != (bound == 0) { return "canFinish is \(canFinish) but the bound is \(bound)" }
    guard let byte = constraint.closer(state) else {
      return canFinish ? nil : "there is no closer although the text may not end"
    }
    if canFinish { return "there is a closer although the text may end" }
    var next = state
    guard constraint.advance(&next, byte) else { return "the closer's byte \(byte) is refused" }
    let after = constraint.finishBound(next)
    return after < bound ? nil : "the closer leads from a bound of \(bound) to \(after)"
  }

  /// Walks; every state keeps its promises, and every closed walk is valid.
  ///
  /// - Parameters:
  ///   - range: Which of the run's walks, as offsets to its seed.
  ///   - liveness: Takes in what was found of promises.
  ///   - soundness: Takes in what was found of whole texts.
  /// - Returns: Walks whose text the validator refused.
  func checkWalks(
    _ range: Range<Int>,
    liveness: inout CheckTally,
    soundness: inout CheckTally
  ) -> Int {
    var invalid = 0
    for index in range {
      let seed = options.seed &+ UInt64(index)
      var generator = SplitMix64(seed: ~seed)
      var last: Visit?
      walk(seed: seed) { visit in
        last = visit
        let problem = brokenPromise(visit.state)
        guard
          liveness.expect(
            problem == nil,
            problem ?? "",
            after: shrunk(visit.prefix) { brokenPromise($0) != nil },
            seed: seed
          )
        else { return false }
        if generator.next() % 32 == 0 {
          liveness.expect(
            ending(from: visit.state) != nil,
            "the closer does not reach an end",
            after: shrunk(visit.prefix) { ending(from: $0) == nil },
            seed: seed
          )
        }
        return true
      }
      guard let last, let ending = ending(from: last.state) else { continue }
      let found = errors(in: last.prefix + ending)
      if !found.isEmpty { invalid += 1 }
      soundness.expect(
        found.isEmpty,
        "a finished text is not valid: \(found.first?.message ?? "")",
        after: shrunkText(last.prefix + ending),
        seed: seed
      )
    }
    return invalid
  }

  /// The shortest text found whose state fails.
  private func shrunk(_ bytes: [UInt8], fails: (State) -> Bool) -> [UInt8] {
    shrink(bytes) { candidate in state(after: candidate).map(fails) ?? false }
  }

  /// The shortest complete text found that the validator refuses.
  private func shrunkText(_ bytes: [UInt8]) -> [UInt8] {
    shrink(bytes, tries: 500) { candidate in
      state(after: candidate).map(constraint.canFinish) == true && !errors(in: candidate).isEmpty
    }
  }
}
