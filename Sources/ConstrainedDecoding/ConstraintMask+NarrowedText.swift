import Generation
import OutputConstraints

/// Masks where free text changes what follows or leaves words out.
extension ConstraintMask {
  /// A mask under way.
  struct NarrowedMask {
    var set: TokenSet
    var visitedNodeCount = 0
    var largestBound: Int
    var nothingIsLate = true
  }

  /// The class as a whole, then one by one the tokens outside it and those that begin with an
  /// exception.
  ///
  /// - Parameters:
  ///   - known: The class over the vocabulary.
  ///   - freeText: What the state says of it.
  ///   - state: The state.
  ///   - rest: Tokens that may come after the next one, the end token aside.
  ///   - bound: The state's finish bound.
  /// - Returns: The mask without duplicates, symbols and ends.
  func narrowedMask(
    _ known: NarrowedTextClass,
    of freeText: FreeText,
    in state: State,
    rest: Int,
    bound: Int
  ) -> NarrowedMask {
    // The ending is the same after all of the class: it fits after all of it or after none.
    var after = state
    if !known.sample.allSatisfy({ constraint.advance(&after, $0) }) { after = state }
    var mask = NarrowedMask(
      set: canEnd(after, within: rest) ? known.tokens : TokenSet(limit: vocabulary.count),
      largestBound: max(bound, constraint.finishBound(after))
    )
    func walk(_ nodes: UnsafeBufferPointer<TrieNode>, from state: State) {
      let walk = self.walk(nodes, from: state, rest: rest, marking: &mask.set)
      mask.visitedNodeCount += walk.visitedNodeCount
      mask.largestBound = max(mask.largestBound, walk.largestBound)
      if walk.hasLateTokens { mask.nothingIsLate = false }
    }
    known.residual.nodes.withUnsafeBufferPointer { walk($0, from: state) }
    let exceptions = constraint.freeTextExceptions(state)
    if !exceptions.isEmpty {
      trie.nodes.withUnsafeBufferPointer { nodes in
        for prefix in exceptions {
          guard let range = trie.subtree(of: prefix) else { continue }
          for index in range {
            if let token = nodes[index].token { mask.set.remove(token) }
          }
          var before = state
          guard prefix.dropLast().allSatisfy({ constraint.advance(&before, $0) }) else { continue }
          walk(UnsafeBufferPointer(rebasing: nodes[range]), from: before)
        }
      }
    }
    return mask
  }
}
