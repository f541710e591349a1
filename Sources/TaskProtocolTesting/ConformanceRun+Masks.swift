import ConstrainedDecoding
import Generation
import OutputConstraints
import TaskProtocol

/// K5 to K7 and K10: what tokens and masks make of the constraint.
extension ConformanceRun {
  /// No token of an accepted text is refused, however the text is split.
  ///
  /// - Returns: Tokens that were refused.
  func checkCompleteness(_ tally: inout CheckTally) -> Int {
    let index = TextIndex(vocabulary)
    for text in fixtures.accept {
      for split in 0..<5 {
        let seed = options.seed &+ UInt64(split)
        var generator = SplitMix64(seed: seed)
        var state = mask.initial
        var offset = 0
        let bytes = Array(text.utf8)
        while offset < bytes.count {
          let choices = index.tokens(in: bytes, at: offset)
          let token: (id: Int, length: Int)? =
            switch split {
            case 0: choices.last  // the longest
            case 1: choices.first  // single bytes
            default: choices.randomElement(using: &generator)
            }
          guard let token else { break }
          let verdict = mask.verdict(on: token.id, in: state, budget: Self.amplestBudget)
          guard
            tally.expect(
              verdict == .allowed,
              "token \(printable(Array(bytes[offset..<offset + token.length]))) is \(verdict)",
              after: Array(bytes[..<offset]),
              seed: seed
            )
          else { break }
          mask.advance(&state, by: token.id)
          offset += token.length
        }
        guard offset == bytes.count else { continue }
        for end in vocabulary.endTokens {
          tally.expect(
            mask.allows(end, in: state, budget: 1),
            "the end token is refused",
            after: bytes,
            seed: seed
          )
        }
      }
    }
    return tally.failureCount
  }

  /// Masks hold exactly the tokens that are allowed one by one.
  func checkMasks(_ tally: inout CheckTally) {
    for visit in sampledVisits(60) {
      let bound = constraint.finishBound(visit.state)
      for budget in [Self.amplestBudget, bound + 2, max(1, bound / 2), 1] {
        // The second answer may come from the memo.
        for _ in 0..<2 {
          let found = mask.mask(in: visit.state, budget: budget)
          let wrong = (0..<vocabulary.count).first {
            found.contains($0) != mask.allows($0, in: visit.state, budget: budget)
          }
          tally.expect(
            wrong == nil,
            "the mask for \(budget) tokens is wrong about token \(wrong ?? 0) "
              + printable(wrong.flatMap { vocabulary.text(of: $0) } ?? []),
            after: visit.prefix,
            seed: visit.seed
          )
        }
      }
    }
  }

  /// Equal keys give equal masks, free text changes nothing, and copies are independent.
  func checkClaims(_ tally: inout CheckTally) throws(ConstrainedDecodingError) {
    let plain = try ConstraintMask(constraint, over: vocabulary, memoCapacity: 0)
    checkOccurrence(&tally)
    var keyed: [MaskKey: (visit: Visit, mask: TokenSet)] = [:]
    var generator = SplitMix64(seed: options.seed)
    for visit in sampledVisits(400) {
      let state = visit.state
      if let key = constraint.maskKey(state) {
        let found = plain.mask(in: state, budget: Self.amplestBudget)
        if let known = keyed[key] {
          tally.expect(
            known.mask == found,
            "equal keys, unequal masks; the other text is "
              + printable(known.visit.prefix),
            after: visit.prefix,
            seed: visit.seed
          )
          let id = found.ids.randomElement(using: &generator) ?? 0
          let rises = [known.visit.state, state].map { before in
            var after = before
            plain.advance(&after, by: id)
            return constraint.finishBound(after) - constraint.finishBound(before)
          }
          tally.expect(
            rises[0] == rises[1],
            "equal keys, but token \(id) changes the bound by "
              + "\(rises[1]) here and by \(rises[0]) after \(printable(known.visit.prefix))",
            after: visit.prefix,
            seed: visit.seed
          )
        } else {
          keyed[key] = (visit, found)
        }
      }
      if let text = constraint.freeText(state) {
        checkFreeText(text, at: visit, using: &generator, &tally)
      }
      let hint = constraint.firstBytes(state)
      let bytes = acceptedBytes(state)
      tally.expect(
        bytes.allSatisfy(hint.contains),
        "firstBytes leaves out a byte that is accepted",
        after: visit.prefix,
        seed: visit.seed
      )
      for byte in bytes.prefix(3) {
        var (first, second) = (state, state)
        _ = constraint.advance(&first, byte)
        _ = constraint.advance(&second, byte)
        tally.expect(
          first == second && state == visit.state,
          "advancing a copy is not repeatable",
          after: visit.prefix,
          seed: visit.seed
        )
      }
    }
  }

  /// What stands in a text may occur.
  private func checkOccurrence(_ tally: inout CheckTally) {
    func check(_ text: [UInt8], starts: some Sequence<Int>, seed: UInt64) {
      for start in starts {
        // What holds of a string holds of its beginnings.
        let part = Array(text[start...].prefix(24))
        tally.expect(
          part.withUnsafeBufferPointer(constraint.mayOccur),
          "mayOccur leaves out \(printable(part))",
          after: Array(text[..<start]),
          seed: seed
        )
      }
    }
    for text in fixtures.accept.map({ Array($0.utf8) }) {
      check(text, starts: text.indices, seed: options.seed)
    }
    for visit in sampledVisits(400) {
      guard let ending = ending(from: visit.state) else { continue }
      let text = visit.prefix + ending
      check(text, starts: max(0, visit.prefix.count - 24)..<text.count, seed: visit.seed)
    }
  }

  /// What a class of free text promises of one state.
  private func checkFreeText(
    _ text: FreeText,
    at visit: Visit,
    using generator: inout SplitMix64,
    _ tally: inout CheckTally
  ) {
    let exceptions = constraint.freeTextExceptions(visit.state)
    var members: [[UInt8]] = []
    for _ in 0..<8 where members.count < 2 {
      let inserted = randomText(of: text, using: &generator)
      let isMember =
        inserted.withUnsafeBufferPointer { constraint.belongs($0, to: text) }
        && !exceptions.contains { inserted.starts(with: $0) }
      if isMember, !inserted.isEmpty || !text.changesWhatFollows { members.append(inserted) }
    }
    var endings: Set<[UInt8]> = []
    for inserted in members {
      var next = visit.state
      let isAccepted = inserted.allSatisfy { constraint.advance(&next, $0) }
      let isKept =
        text.changesWhatFollows
        || constraint.finishBound(next) == constraint.finishBound(visit.state)
          && acceptedBytes(next) == acceptedBytes(visit.state)
      if text.changesWhatFollows, isAccepted { endings.insert(ending(from: next) ?? []) }
      tally.expect(
        isAccepted && isKept && endings.count < 2,
        "free text \(printable(inserted)) changes what may follow",
        after: visit.prefix,
        seed: visit.seed
      )
    }
  }

  /// A string of at most 40 bytes that belongs to a class.
  private func randomText(of text: FreeText, using generator: inout SplitMix64) -> [UInt8] {
    let ascii = (UInt8.min...0x7F).filter(text.bytes.contains)
    let wide = ["é", "ж", "中", "ก", "𝄞", "\u{A0}", "\u{2028}", "\u{10FFFD}", "\u{FFFD}"]
    var result: [UInt8] = []
    for _ in 0..<(generator.next() % 12) {
      if text.allowsUnicode, ascii.isEmpty || generator.next() % 2 == 0 {
        result += Array((wide.randomElement(using: &generator) ?? "").utf8)
      } else if let byte = ascii.randomElement(using: &generator) {
        result.append(byte)
      }
      if result.count > min(36, text.maximumByteCount - 4) { break }
    }
    return result
  }

  /// Every single-byte token says what the byte itself says; ids that are no text are refused.
  func checkBytes(_ tally: inout CheckTally) {
    var singles: [(id: Int, byte: UInt8)] = []
    var others: [Int] = [-1, vocabulary.count, Int.max, Int.min]
    for id in 0..<vocabulary.count {
      if let text = vocabulary.text(of: id) {
        if text.count == 1 { singles.append((id, text[0])) }
      } else if vocabulary.isNeverGenerated(id) {
        others.append(id)
      }
    }
    for visit in sampledVisits(100) {
      for (id, byte) in singles {
        var next = visit.state
        let isAccepted = constraint.advance(&next, byte)
        let verdict = mask.verdict(on: id, in: visit.state, budget: Self.amplestBudget)
        tally.expect(
          (verdict == .allowed) == isAccepted,
          "the token of byte \(byte) is \(verdict)",
          after: visit.prefix,
          seed: visit.seed
        )
      }
      for id in others {
        tally.expect(
          mask.verdict(on: id, in: visit.state, budget: Self.amplestBudget) == .refused,
          "id \(id), which is no text, is allowed",
          after: visit.prefix,
          seed: visit.seed
        )
      }
      for end in vocabulary.endTokens {
        tally.expect(
          mask.allows(end, in: visit.state, budget: 1) == constraint.canFinish(visit.state),
          "the end token is allowed where the text may not end, or the reverse",
          after: visit.prefix,
          seed: visit.seed
        )
      }
    }
  }
}

/// The tokens that stand at a place of a text.
private struct TextIndex {
  private var ids: [[UInt8]: Int] = [:]
  private var longest = 0

  init(_ vocabulary: TokenVocabulary) {
    for id in 0..<vocabulary.count {
      guard let text = vocabulary.text(of: id) else { continue }
      ids[text] = id
      longest = max(longest, text.count)
    }
  }

  /// Tokens whose text starts at `offset`, the shortest first.
  func tokens(in bytes: [UInt8], at offset: Int) -> [(id: Int, length: Int)] {
    (1...max(1, min(longest, bytes.count - offset))).compactMap { length in
      ids[Array(bytes[offset..<offset + length])].map { ($0, length) }
    }
  }
}
