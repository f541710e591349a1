import Generation
import OutputConstraints

/// A class of free text over a vocabulary: which tokens lie in it, and what the others end in.
///
/// A token that begins with free text and goes on with something else can come next exactly when
/// that something can, because the free text changes nothing. So the other tokens are grouped by what
/// follows their free text, and only the distinct endings are walked.
struct FreeTextClass: Sendable {
  /// Tokens whose whole text belongs to the class.
  let tokens: TokenSet
  /// Length of the longest of them, in bytes.
  let longest: Int
  /// The endings of the other tokens; what its nodes call a token is the number of a group.
  let endings: TokenTrie
  /// Number of groups.
  var groupCount: Int { starts.count - 1 }
  /// Tokens by group.
  private let members: [UInt32]
  /// Group `g` is `starts[g]..<starts[g + 1]` of ``members``.
  private let starts: [UInt32]

  /// - Parameters:
  ///   - freeText: The class.
  ///   - vocabulary: All tokens.
  ///   - trie: Those that may occur at all; the class holds no other.
  init(_ freeText: FreeText, in vocabulary: TokenVocabulary, _ trie: TokenTrie) {
    var tokens = TokenSet(limit: vocabulary.count)
    var longest = 0
    var plain: [Ending] = []  // nothing free at the start, in the order of the trie
    var stripped: [Ending] = []
    for id in trie.sortedIDs {
      vocabulary.withText(of: Int(id)) { text in
        let free = freeText.prefixLength(of: text)
        if free == text.count {
          tokens.insert(Int(id))
          longest = max(longest, text.count)
        } else {
          let ending = Ending(id: id, free: free, text: text[free...])
          if free == 0 { plain.append(ending) } else { stripped.append(ending) }
        }
      }
    }
    // Equal texts are in the trie once; the class holds every one of them.
    for (kept, other) in trie.duplicates where tokens.contains(kept) {
      tokens.insert(other)
    }
    self.tokens = tokens
    self.longest = longest
    (endings, members, starts) = vocabulary.texts.withUnsafeBufferPointer { texts in
      func text(_ ending: Ending) -> UnsafeBufferPointer<UInt8> {
        let start = Int(vocabulary.offsets[Int(ending.id)]) + ending.free
        return UnsafeBufferPointer(
          rebasing: texts[start..<Int(vocabulary.offsets[Int(ending.id) + 1])]
        )
      }
      stripped.sort { Ending.precedes(($0, text($0)), ($1, text($1))) }
      var sorted: [Ending] = []
      sorted.reserveCapacity(plain.count + stripped.count)
      var next = stripped.startIndex
      for ending in plain {
        while next < stripped.endIndex,
          Ending.precedes((stripped[next], text(stripped[next])), (ending, text(ending)))
        {
          sorted.append(stripped[next])
          next += 1
        }
        sorted.append(ending)
      }
      sorted += stripped[next...]
      var groups: [Ending] = []
      var members: [UInt32] = []
      var starts: [UInt32] = []
      members.reserveCapacity(sorted.count)
      for ending in sorted {
        if groups.last.map({ !text($0).elementsEqual(text(ending)) }) ?? true {
          groups.append(ending)
          starts.append(UInt32(members.count))
        }
        members.append(ending.id)
      }
      starts.append(UInt32(members.count))
      let endings = TokenTrie(sortedIDs: groups.indices.lazy.map { UInt32($0) }) {
        text(groups[Int($0)])
      }
      return (endings, members, starts)
    }
  }

  /// The tokens of a group, at least one.
  func tokens(ofGroup group: Int) -> ArraySlice<UInt32> {
    members[Int(starts[group])..<Int(starts[group + 1])]
  }

  /// Adds the tokens of the groups in a set of bits.
  func insertTokens(ofGroups groups: TokenSet, into set: inout TokenSet) {
    set.withMutableWords { words in
      for (index, bits) in groups.words.enumerated() where bits != 0 {
        var bits = bits
        while bits != 0 {
          let group = index << 6 + bits.trailingZeroBitCount
          bits &= bits - 1
          for token in tokens(ofGroup: group) {
            words[Int(token >> 6)] |= 1 << UInt64(token & 63)
          }
        }
      }
    }
  }
}

/// A token and how many bytes of free text it starts with.
private struct Ending {
  var id: UInt32
  var free: Int
  /// The first eight bytes after them as a number, which decides almost every comparison.
  var head: UInt64

  init(id: UInt32, free: Int, text: Slice<UnsafeBufferPointer<UInt8>>) {
    self.id = id
    self.free = free
    head = 0
    for (index, byte) in text.prefix(8).enumerated() {
      head |= UInt64(byte) << UInt64(56 - 8 * index)
    }
  }

  /// Whether the first ending comes before the second: by their bytes, then by token.
  static func precedes(
    _ left: (Ending, UnsafeBufferPointer<UInt8>),
    _ right: (Ending, UnsafeBufferPointer<UInt8>)
  ) -> Bool {
    if left.0.head != right.0.head { return left.0.head < right.0.head }
    if left.1.elementsEqual(right.1) { return left.0.id < right.0.id }
    return left.1.lexicographicallyPrecedes(right.1)
  }
}
