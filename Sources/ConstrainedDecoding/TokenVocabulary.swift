package import OutputConstraints

/// A vocabulary as constrained decoding sees it: the bytes of every token, and the trie over them.
///
/// Built once per tokenizer and shared by every constraint. Texts longer than 255 bytes are never
/// allowed; no published vocabulary has one.
package final class TokenVocabulary: Sendable {
  /// How a token is treated.
  enum Role: UInt8, Sendable {
    case text
    case symbol
    case end
    case never
  }

  /// Ids are `0..<count`.
  package let count: Int
  let roles: [Role]
  /// The texts, one after the other.
  let texts: [UInt8]
  /// Text `id` is `offsets[id]..<offsets[id + 1]` of ``texts``.
  let offsets: [UInt32]
  package let trie: TokenTrie
  /// Tokens that stand for symbols, ascending.
  let symbols: [(id: Int, symbol: TokenSymbol)]
  /// Tokens that end an output, ascending.
  package let endTokens: [Int]
  /// Bytes for which the vocabulary has a token of exactly that byte.
  package let singleBytes: ByteSet
  /// Whether ``singleBytes`` holds all 256.
  package let producesEveryByte: Bool

  /// The vocabulary whose token `id` is `piece(id)`, for ids in `0..<count`.
  package init(count: Int, piece: (Int) -> TokenPiece) {
    precondition(count <= TrieNode.limits.token, "a vocabulary of \(count) tokens")
    var roles = [Role](repeating: .never, count: count)
    var texts: [UInt8] = []
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(count + 1)
    var symbols: [(id: Int, symbol: TokenSymbol)] = []
    var endTokens: [Int] = []
    for id in 0..<count {
      switch piece(id) {
      case .text(let bytes):
        if !bytes.isEmpty, bytes.count <= TrieNode.limits.depth {
          roles[id] = .text
          texts += bytes
        }
      case .symbol(let symbol):
        roles[id] = .symbol
        symbols.append((id, symbol))
      case .end:
        roles[id] = .end
        endTokens.append(id)
      case .never: break
      }
      offsets.append(UInt32(texts.count))
    }
    self.count = count
    self.roles = roles
    self.texts = texts
    self.offsets = offsets
    self.symbols = symbols
    self.endTokens = endTokens
    let trie = texts.withUnsafeBufferPointer { texts in
      func text(_ id: UInt32) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: texts[Int(offsets[Int(id)])..<Int(offsets[Int(id) + 1])])
      }
      return TokenTrie(sortedIDs: sortedByText(roles: roles, text: text), text: text)
    }
    self.trie = trie
    singleBytes = ByteSet(
      (UInt8.min...UInt8.max).filter { byte in
        let root = Int(trie.roots[Int(byte)])
        return root >= 0 && trie.nodes[root].token != nil
      }
    )
    producesEveryByte = singleBytes == .all
  }

  /// Calls `body` with the bytes of a token of role ``Role/text``.
  func withText<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    texts.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(offsets[id])..<Int(offsets[id + 1])]))
    }
  }

  /// The bytes of a text token; `nil` for other tokens and outside `0..<count`.
  package func text(of id: Int) -> [UInt8]? {
    guard id >= 0, id < count, roles[id] == .text else { return nil }
    return withText(of: id) { Array($0) }
  }

  /// Whether a token is neither text nor a symbol nor an end; `true` outside `0..<count`.
  package func isNeverGenerated(_ id: Int) -> Bool {
    id < 0 || id >= count || roles[id] == .never
  }

  /// Memory held, in bytes.
  package var byteCount: Int {
    trie.byteCount + texts.count + offsets.count * 4 + roles.count
  }

  /// The trie of those tokens whose text passes a test.
  func trie(keeping isKept: (UnsafeBufferPointer<UInt8>) -> Bool) -> TokenTrie {
    texts.withUnsafeBufferPointer { texts in
      trie.keeping { id in
        isKept(UnsafeBufferPointer(rebasing: texts[Int(offsets[id])..<Int(offsets[id + 1])]))
      } text: { id in
        UnsafeBufferPointer(rebasing: texts[Int(offsets[Int(id)])..<Int(offsets[Int(id) + 1])])
      }
    }
  }

  /// The token with the longest text that starts `bytes`, and its length; `nil` when there is none.
  package func longestToken(
    startingWith bytes: some Collection<UInt8>
  ) -> (id: Int, length: Int)? {
    trie.longestToken(startingWith: bytes)
  }
}

/// Text tokens by ascending text, equal texts by ascending id.
private func sortedByText(
  roles: [TokenVocabulary.Role],
  text: (UInt32) -> UnsafeBufferPointer<UInt8>
) -> [UInt32] {
  // The first eight bytes as a number decide almost every comparison without touching the text.
  struct Key {
    var head: UInt64
    var id: UInt32
  }
  var keys: [Key] = []
  keys.reserveCapacity(roles.count)
  for id in roles.indices where roles[id] == .text {
    let bytes = text(UInt32(id))
    var head: UInt64 = 0
    for index in 0..<min(8, bytes.count) { head |= UInt64(bytes[index]) << UInt64(56 - 8 * index) }
    keys.append(Key(head: head, id: UInt32(id)))
  }
  // By one byte after the other, the last one first; equal bytes keep their order.
  var sorted = keys
  for shift in stride(from: UInt64(0), to: 64, by: 8) {
    var starts = [Int](repeating: 0, count: 257)
    for key in keys { starts[Int(key.head >> shift & 0xFF) + 1] += 1 }
    guard !starts.contains(keys.count) else { continue }
    for index in 1...256 { starts[index] += starts[index - 1] }
    for key in keys {
      let bucket = Int(key.head >> shift & 0xFF)
      sorted[starts[bucket]] = key
      starts[bucket] += 1
    }
    swap(&keys, &sorted)
  }
  // Texts that begin alike.
  var start = 0
  while start < keys.count {
    var end = start + 1
    while end < keys.count, keys[end].head == keys[start].head { end += 1 }
    if end - start > 1 {
      keys[start..<end].sort { left, right in
        let (a, b) = (text(left.id), text(right.id))
        for index in 0..<min(a.count, b.count) where a[index] != b[index] {
          return a[index] < b[index]
        }
        return a.count == b.count ? left.id < right.id : a.count < b.count
      }
    }
    start = end
  }
  return keys.map(\.id)
}
