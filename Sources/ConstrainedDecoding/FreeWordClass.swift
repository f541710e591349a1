import Generation

/// A class of free text that changes what follows, over a vocabulary: which tokens lie in it, and a
/// trie of the others.
///
/// Unlike in ``FreeTextClass`` nothing can be said of a token that only begins with such text.
struct FreeWordClass: Sendable {
  /// Tokens whose whole text belongs to the class.
  let tokens: TokenSet
  /// The text of one of them, empty when there is none.
  let sample: [UInt8]
  /// The text tokens that do not belong to it.
  let others: TokenTrie

  /// The tokens whose text belongs to the class, by the word of the constraint.
  init(in vocabulary: TokenVocabulary, belongs: (UnsafeBufferPointer<UInt8>) -> Bool) {
    var tokens = TokenSet(limit: vocabulary.count)
    var sample: [UInt8] = []
    var rest: [UInt32] = []
    for id in vocabulary.trie.sortedIDs {
      vocabulary.withText(of: Int(id)) { text in
        guard belongs(text) else { return rest.append(id) }
        tokens.insert(Int(id))
        if sample.isEmpty { sample = Array(text) }
      }
    }
    for (kept, other) in vocabulary.trie.duplicates where tokens.contains(kept) {
      tokens.insert(other)
    }
    self.tokens = tokens
    self.sample = sample
    others = vocabulary.texts.withUnsafeBufferPointer { texts in
      TokenTrie(sortedIDs: rest) { id in
        let range = vocabulary.offsets[Int(id)]..<vocabulary.offsets[Int(id) + 1]
        return UnsafeBufferPointer(rebasing: texts[Int(range.lowerBound)..<Int(range.upperBound)])
      }
    }
  }
}
