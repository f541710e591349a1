package import OutputConstraints

/// The texts of a vocabulary as a trie, laid out depth first so that one pass visits it all.
package struct TokenTrie: Sendable {
  /// Depth first, siblings by ascending byte.
  package let nodes: [TrieNode]
  /// Length of the longest text, in bytes.
  package let depth: Int
  /// Tokens whose text an earlier token in the trie has too: (the one in the trie, the other).
  package let duplicates: [(kept: Int, other: Int)]

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
    self.nodes = nodes
    self.depth = depth
    self.duplicates = duplicates
  }

  /// Tokens in the trie by ascending text, the other halves of duplicates left out.
  var sortedIDs: some Sequence<UInt32> {
    nodes.lazy.compactMap { $0.token.map { UInt32($0) } }
  }

  /// Memory of the nodes, in bytes.
  var byteCount: Int { nodes.count * MemoryLayout<TrieNode>.stride }
}
