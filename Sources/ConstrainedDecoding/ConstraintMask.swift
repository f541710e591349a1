package import Generation
package import OutputConstraints

/// Holds decoding to the texts of a constraint, whatever the model says.
///
/// A token is allowed when its bytes are accepted and the text can then still end within the budget.
/// Endings are counted in bytes first, because a vocabulary with a token for every byte can write
/// any ending with at most one token per byte, and in tokens only where bytes are too many.
package struct ConstraintMask<Constraint: OutputConstraint>: TokenMasking {
  package typealias State = Constraint.State

  package let constraint: Constraint
  package let vocabulary: TokenVocabulary
  /// The tokens that may occur in the constraint's texts at all.
  let trie: TokenTrie
  private let classes: [Int: FreeTextClass]
  private let narrowedClasses: [Int: NarrowedTextClass]
  private let memo: MaskMemo?
  package let minimumBudget: Int

  /// A mask of a constraint over a vocabulary.
  ///
  /// - Parameters:
  ///   - constraint: The language of the output.
  ///   - vocabulary: The model's vocabulary; it must have an end token.
  ///   - memoCapacity: Masks remembered by ``OutputConstraint/maskKey(_:)``; 0 for none.
  /// - Throws: ``ConstrainedDecodingError`` when the vocabulary cannot write the constraint's
  ///   shortest known text.
  package init(
    _ constraint: Constraint,
    over vocabulary: TokenVocabulary,
    memoCapacity: Int = 64
  ) throws(ConstrainedDecodingError) {
    guard !vocabulary.endTokens.isEmpty else { throw .noEndToken }
    self.constraint = constraint
    self.vocabulary = vocabulary
    let trie = vocabulary.trie { constraint.mayOccur($0) }
    self.trie = trie
    memo = memoCapacity > 0 ? MaskMemo(capacity: memoCapacity) : nil
    var classes: [Int: FreeTextClass] = [:]
    var narrowedClasses: [Int: NarrowedTextClass] = [:]
    for text in constraint.freeTextClasses {
      if text.changesWhatFollows {
        guard narrowedClasses[text.identifier] == nil else { continue }
        narrowedClasses[text.identifier] = NarrowedTextClass(in: vocabulary, trie) {
          constraint.belongs($0, to: text)
        }
      } else if classes[text.identifier] == nil {
        classes[text.identifier] = FreeTextClass(text, in: vocabulary, trie)
      }
    }
    self.classes = classes
    self.narrowedClasses = narrowedClasses
    guard let least = try trie.closingCount(of: constraint, from: constraint.initial) else {
      throw .endlessClosing
    }
    minimumBudget = least + 1
  }

  package var initial: State { constraint.initial }

  package func mayEnd(_ state: State) -> Bool { constraint.canFinish(state) }

  package func advance(_ state: inout State, by id: Int) {
    guard id >= 0, id < vocabulary.count else { return }
    switch vocabulary.roles[id] {
    case .text: _ = vocabulary.withText(of: id) { constraint.advance(&state, bytes: $0) }
    case .symbol:
      if let symbol = symbol(id) { _ = constraint.advance(&state, symbol: symbol) }
    case .end, .never: break
    }
  }

  package func verdict(on id: Int, in state: State, budget: Int) -> TokenVerdict {
    guard id >= 0, id < vocabulary.count, budget > 0 else { return .refused }
    var next = state
    switch vocabulary.roles[id] {
    case .never: return .refused
    case .end: return constraint.canFinish(state) ? .allowed : .refused
    case .text:
      guard vocabulary.withText(of: id, { constraint.advance(&next, bytes: $0) }) else {
        return .refused
      }
    case .symbol:
      guard let symbol = symbol(id), constraint.advance(&next, symbol: symbol) else {
        return .refused
      }
    }
    return canEnd(next, within: budget - 2) ? .allowed : .overBudget
  }

  package func mask(in state: State, budget: Int) -> TokenSet {
    measuredMask(in: state, budget: budget).mask
  }

  /// The mask, and how many nodes of the trie were visited for it: 0 for a remembered one.
  package func measuredMask(
    in state: State,
    budget: Int
  ) -> (mask: TokenSet, visitedNodeCount: Int) {
    // Tokens that may come after this one, the end token aside.
    let rest = budget - 2
    let key = memo == nil ? nil : constraint.maskKey(state)
    let bound = constraint.finishBound(state)
    if let key, let entry = memo?.entry(for: key), vocabulary.producesEveryByte,
      entry.largestRise <= rest - bound
    {
      return (entry.mask, 0)
    }
    var visitedNodeCount = 0
    guard rest >= 0 else {
      var set = TokenSet(limit: vocabulary.count)
      if constraint.canFinish(state) { insertEnds(into: &set) }
      return (set, 0)
    }
    var set: TokenSet
    var largestBound = bound
    var nothingIsLate = true
    // A token's free text must fit whatever else it holds.
    let freeText = constraint.freeText(state)
    if let freeText, let known = classes[freeText.identifier],
      known.longest <= freeText.maximumByteCount, trie.depth <= freeText.maximumByteCount
    {
      // Free text changes nothing about the ending: it fits after all of the class or after none.
      set = canEnd(state, within: rest) ? known.tokens : TokenSet(limit: vocabulary.count)
      var groups = TokenSet(limit: known.groupCount)
      let walk = self.walk(known.endings, from: state, rest: rest, marking: &groups)
      known.insertTokens(ofGroups: groups, into: &set)
      visitedNodeCount = walk.visitedNodeCount
      largestBound = max(bound, walk.largestBound)
      nothingIsLate = !walk.hasLateTokens
    } else if let freeText, let known = narrowedClasses[freeText.identifier],
      known.longest <= freeText.maximumByteCount
    {
      let narrowed = narrowedMask(known, of: freeText, in: state, rest: rest, bound: bound)
      set = narrowed.set
      visitedNodeCount = narrowed.visitedNodeCount
      largestBound = narrowed.largestBound
      nothingIsLate = narrowed.nothingIsLate
    } else {
      set = TokenSet(limit: vocabulary.count)
      let walk = self.walk(trie, from: state, rest: rest, marking: &set)
      visitedNodeCount = walk.visitedNodeCount
      largestBound = max(bound, walk.largestBound)
      nothingIsLate = !walk.hasLateTokens
    }
    for (kept, other) in trie.duplicates {
      if set.contains(kept) { set.insert(other) } else { set.remove(other) }
    }
    if constraint.acceptsSymbols(state) {
      for (id, symbol) in vocabulary.symbols {
        var next = state
        guard constraint.advance(&next, symbol: symbol) else { continue }
        largestBound = max(largestBound, constraint.finishBound(next))
        if canEnd(next, within: rest) { set.insert(id) } else { nothingIsLate = false }
      }
    }
    if constraint.canFinish(state) { insertEnds(into: &set) }
    if let key, nothingIsLate {
      memo?.insert(MaskMemo.Entry(mask: set, largestRise: largestBound - bound), for: key)
    }
    return (set, visitedNodeCount)
  }

  private func insertEnds(into set: inout TokenSet) {
    for id in vocabulary.endTokens { set.insert(id) }
  }

  /// Walks a trie and marks what may come next.
  private func walk(
    _ trie: TokenTrie,
    from state: State,
    rest: Int,
    marking marks: inout TokenSet
  ) -> TokenWalk {
    trie.nodes.withUnsafeBufferPointer { walk($0, from: state, rest: rest, marking: &marks) }
  }

  /// Walks nodes of a trie, whole subtrees, and marks what may come next.
  func walk(
    _ nodes: UnsafeBufferPointer<TrieNode>,
    from state: State,
    rest: Int,
    marking marks: inout TokenSet
  ) -> TokenWalk {
    marks.withMutableWords { words in
      // A trie without any token has no node either, and nothing is marked.
      let limit = vocabulary.producesEveryByte ? rest : -1
      return trie.closing(atMost: rest) { closing in
        var walk = TokenWalk(
          nodes: nodes,
          allowed: words,
          depth: trie.depth,
          limit: limit,
          closing: closing
        )
        constraint.walk(&walk, from: state)
        return walk
      }
    }
  }

  /// Whether a text can end with at most `rest` tokens, the end token aside.
  func canEnd(_ state: State, within rest: Int) -> Bool {
    guard rest >= 0 else { return false }
    let bound = constraint.finishBound(state)
    if bound <= rest, vocabulary.producesEveryByte { return true }
    return (try? trie.closingCount(of: constraint, from: state, atMost: rest)) != nil
  }

  /// Fewest tokens known to end a text from a state, the end token included; `nil` for none.
  package func closingBudget(_ state: State) -> Int? {
    (try? trie.closingCount(of: constraint, from: state)).flatMap { $0 }.map { $0 + 1 }
  }

  private func symbol(_ id: Int) -> TokenSymbol? {
    var range = 0..<vocabulary.symbols.count
    while let first = range.first, let last = range.last {
      let middle = (first + last) / 2
      let found = vocabulary.symbols[middle]
      if found.id == id { return found.symbol }
      range = found.id < id ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}
