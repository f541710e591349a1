import Generation

/// A class of free text that changes what follows, or leaves words out, over a vocabulary: which
/// tokens lie in it by the constraint's word, and a trie of the others.
struct NarrowedTextClass: Sendable {
  /// Tokens whose whole text belongs to the class.
  let tokens: TokenSet
  /// Length of the longest of them, in bytes.
  let longest: Int
  /// The text of one of them, empty when there is none; after any other the known ending is the same.
  let sample: [UInt8]
  /// The text tokens that do not belong to it.
  let residual: TokenTrie

  /// The tokens whose text belongs to the class, by the word of the constraint.
  ///
  /// - Parameters:
  ///   - vocabulary: All tokens.
  ///   - trie: Those that may occur at all; the others are in neither part.
  ///   - belongs: The constraint's word on a text.
  init(
    in vocabulary: TokenVocabulary,
    _ trie: TokenTrie,
    belongs: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    var tokens = TokenSet(limit: vocabulary.count)
    var longest = 0
    var sample: [UInt8] = []
    for id in 0..<vocabulary.count where vocabulary.roles[id] == .text {
      vocabulary.withText(of: id) { text in
        guard belongs(text) else { return }
        tokens.insert(id)
        longest = max(longest, text.count)
        if sample.isEmpty { sample = Array(text) }
      }
    }
    self.tokens = tokens
    self.longest = longest
    self.sample = sample
    residual = vocabulary.texts.withUnsafeBufferPointer { texts in
      trie.keeping { id in
        !tokens.contains(id)
      } text: { id in
        UnsafeBufferPointer(
          rebasing: texts[Int(vocabulary.offsets[Int(id)])..<Int(vocabulary.offsets[Int(id) + 1])]
        )
      }
    }
  }
}
