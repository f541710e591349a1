/// A set of token ids below a fixed limit, one bit per id.
///
/// Masks are this type and never arrays of floats: for 257 152 ids it takes 32 KiB, and a decoder
/// visits 64 ids per word. Copies share their storage until one of them changes.
package struct TokenSet: Sendable, Hashable {
  /// Ids are `0..<limit`.
  package let limit: Int
  /// Bit `id & 63` of word `id >> 6`; bits at and past ``limit`` are zero.
  package private(set) var words: [UInt64]

  /// The empty set of ids below `limit`.
  package init(limit: Int) {
    precondition(limit >= 0, "a token set below \(limit)")
    self.limit = limit
    self.words = [UInt64](repeating: 0, count: (limit + 63) / 64)
  }

  /// The set of the given ids; those outside `0..<limit` are left out.
  package init(limit: Int, _ ids: some Sequence<Int>) {
    self.init(limit: limit)
    for id in ids { insert(id) }
  }

  /// Every id below `limit`.
  package static func all(below limit: Int) -> TokenSet {
    var set = TokenSet(limit: limit)
    for index in set.words.indices { set.words[index] = .max }
    set.clearTail()
    return set
  }

  /// Adds an id; one outside `0..<limit` changes nothing.
  package mutating func insert(_ id: Int) {
    guard id >= 0, id < limit else { return }
    words[id >> 6] |= 1 << UInt64(id & 63)
  }

  /// Removes an id; one outside `0..<limit` changes nothing.
  package mutating func remove(_ id: Int) {
    guard id >= 0, id < limit else { return }
    words[id >> 6] &= ~(1 << UInt64(id & 63))
  }

  /// Whether an id is in the set; `false` outside `0..<limit`.
  package func contains(_ id: Int) -> Bool {
    guard id >= 0, id < limit else { return false }
    return words[id >> 6] >> UInt64(id & 63) & 1 == 1
  }

  /// Adds the ids of another set; those past this set's ``limit`` are left out.
  package mutating func formUnion(_ other: TokenSet) {
    for index in 0..<min(words.count, other.words.count) { words[index] |= other.words[index] }
    clearTail()
  }

  /// Keeps only ids that are in another set too.
  package mutating func formIntersection(_ other: TokenSet) {
    for index in words.indices {
      words[index] &= index < other.words.count ? other.words[index] : 0
    }
  }

  /// Removes the ids of another set.
  package mutating func subtract(_ other: TokenSet) {
    for index in 0..<min(words.count, other.words.count) { words[index] &= ~other.words[index] }
  }

  /// Writes whole words at once, for producers that build a mask in parallel to ``words``.
  ///
  /// Bits past ``limit`` are cleared afterwards.
  package mutating func withMutableWords<R>(
    _ body: (UnsafeMutableBufferPointer<UInt64>) throws -> R
  ) rethrows -> R {
    defer { clearTail() }
    return try words.withUnsafeMutableBufferPointer { try body($0) }
  }

  /// Whether the set holds no id.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Number of ids in the set.
  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Calls `body` with every id, ascending.
  package func forEach(_ body: (Int) throws -> Void) rethrows {
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        try body(index << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  /// Every id, ascending.
  package var ids: [Int] {
    var result: [Int] = []
    forEach { result.append($0) }
    return result
  }

  private mutating func clearTail() {
    guard limit & 63 != 0, let last = words.indices.last else { return }
    words[last] &= (1 << UInt64(limit & 63)) - 1
  }
}
