package import OutputConstraints

/// The texts of a vocabulary as a trie, laid out depth first so that one pass visits it all.
package struct TokenTrie: Sendable {
  /// Depth first, siblings by ascending byte.
  package let nodes: [TrieNode]
  /// Length of the longest text, in bytes.
  package let depth: Int
  /// Tokens whose text an earlier token in the trie has too: (the one in the trie, the other).
  package let duplicates: [(kept: Int, other: Int)]
  /// First node for each first byte, -1 where there is none.
  let roots: [Int32]

  /// A trie over texts that come in ascending byte order.
  ///
  /// - Parameters:
  ///   - ids: Tokens by ascending text.
  ///   - text: The text of a token: at least 1 byte, at most ``TrieNode/limits``.
  init(
    sortedIDs ids: some Sequence<UInt32>,
    text: (UInt32) -> UnsafeBufferPointer<UInt8>
  ) {
    var nodes: [TrieNode] = []
    var duplicates: [(kept: Int, other: Int)] = []
    var path: [Int] = []  // nodes from the root to the last token
    var previous = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var previousID = 0
    var depth = 0
    for id in ids {
      let bytes = text(id)
      var common = 0
      while common < min(bytes.count, previous.count), bytes[common] == previous[common] {
        common += 1
      }
      if common == bytes.count, common == previous.count {
        duplicates.append((kept: previousID, other: Int(id)))
        continue
      }
      while path.count > common {
        let closed = path.removeLast()
        nodes[closed].subtree = nodes.count - closed
      }
      for index in common..<bytes.count {
        path.append(nodes.count)
        nodes.append(TrieNode(byte: bytes[index], depth: index + 1))
      }
      nodes[nodes.count - 1].token = Int(id)
      depth = max(depth, bytes.count)
      previous = bytes
      previousID = Int(id)
    }
    for closed in path { nodes[closed].subtree = nodes.count - closed }
    self.init(nodes: nodes, depth: depth, duplicates: duplicates)
  }

  private init(nodes: [TrieNode], depth: Int, duplicates: [(kept: Int, other: Int)]) {
    self.nodes = nodes
    self.depth = depth
    self.duplicates = duplicates
    var roots = [Int32](repeating: -1, count: 256)
    var index = 0
    while index < nodes.count {
      roots[Int(nodes[index].byte)] = Int32(index)
      index += nodes[index].subtree
    }
    self.roots = roots
  }

  /// The trie of some of the tokens.
  ///
  /// - Parameters:
  ///   - isKept: Asked for each token; equal texts must get equal answers.
  ///   - text: The text of a token, as before.
  /// - Returns: A trie of those.
  func keeping(
    _ isKept: (Int) -> Bool,
    text: (UInt32) -> UnsafeBufferPointer<UInt8>
  ) -> TokenTrie {
    let kept = sortedIDs.filter { isKept(Int($0)) }
    let some = TokenTrie(sortedIDs: kept, text: text)
    return TokenTrie(
      nodes: some.nodes,
      depth: some.depth,
      duplicates: duplicates.filter { isKept($0.kept) }
    )
  }

  /// Tokens in the trie by ascending text, the other halves of duplicates left out.
  var sortedIDs: some Sequence<UInt32> {
    nodes.lazy.compactMap { $0.token.map { UInt32($0) } }
  }

  /// Memory held, in bytes.
  var byteCount: Int {
    nodes.count * MemoryLayout<TrieNode>.stride + roots.count * 4 + duplicates.count * 16
  }

  /// The nodes under the node that some bytes lead to, itself first; `nil` when no token
  /// begins with them.
  func subtree(of prefix: [UInt8]) -> Range<Int>? {
    guard let first = prefix.first, roots[Int(first)] >= 0 else { return nil }
    let nodes = nodes
    var index = Int(roots[Int(first)])
    for byte in prefix.dropFirst() {
      let end = index + nodes[index].subtree
      index += 1
      while index < end, nodes[index].byte < byte { index += nodes[index].subtree }
      guard index < end, nodes[index].byte == byte else { return nil }
    }
    return index..<index + nodes[index].subtree
  }

  /// The token with the longest text that starts `bytes`, and its length; `nil` when there is none.
  package func longestToken(
    startingWith bytes: some Collection<UInt8>
  ) -> (id: Int, length: Int)? {
    guard let first = bytes.first, roots[Int(first)] >= 0 else { return nil }
    let nodes = nodes
    var index = Int(roots[Int(first)])
    var best: (id: Int, length: Int)?
    var position = bytes.startIndex
    var length = 1
    while true {
      if let token = nodes[index].token { best = (token, length) }
      position = bytes.index(after: position)
      guard position != bytes.endIndex else { return best }
      let end = index + nodes[index].subtree
      index += 1
      while index < end, nodes[index].byte < bytes[position] { index += nodes[index].subtree }
      guard index < end, nodes[index].byte == bytes[position] else { return best }
      length += 1
    }
  }
}
