import ConstrainedDecoding
import Generation
import OutputConstraints
import Testing

@Suite struct TokenVocabularyTests {
  @Test func `every text is found in the trie at the place its bytes lead to`() {
    let vocabulary = smallVocabulary()
    var found: [Int: [UInt8]] = [:]
    var path: [UInt8] = []
    for node in vocabulary.trie.nodes {
      path.removeSubrange((node.depth - 1)...)
      path.append(node.byte)
      if let token = node.token { found[token] = path }
    }
    for (kept, other) in vocabulary.trie.duplicates { found[other] = found[kept] }
    for id in 0..<vocabulary.count {
      #expect(found[id] == vocabulary.text(of: id), "token \(id)")
    }
    #expect(vocabulary.trie.depth == 6)
    #expect(vocabulary.producesEveryByte)
    #expect(vocabulary.endTokens == [1, vocabulary.count - 1])
  }

  @Test func `leaving out a subtree arrives at the next sibling or an ancestor's`() {
    let nodes = smallVocabulary().trie.nodes
    for (index, node) in nodes.enumerated() {
      let next = index + node.subtree
      #expect(next <= nodes.count)
      for inner in nodes[(index + 1)..<next] { #expect(inner.depth > node.depth) }
      if next < nodes.count { #expect(nodes[next].depth <= node.depth) }
    }
  }

  @Test func `the longest token that starts a text is found, or none`() {
    let vocabulary = smallVocabulary(bytes: [])
    func longest(_ text: String) -> String? {
      vocabulary.longestToken(startingWith: Array(text.utf8)).map { token in
        String(decoding: vocabulary.text(of: token.id) ?? [], as: UTF8.self)
      }
    }
    #expect(longest("))))") == ")))")
    #expect(longest("abcd") == "abc")
    #expect(longest("(a(b(d") == "(")
    #expect(longest("(é)(") == "(é)")
    #expect(longest("zebra") == nil)
    #expect(longest("") == nil)
  }

  @Test func `texts that are empty or longer than 255 bytes are left out`() {
    let vocabulary = TokenVocabulary(count: 3) { id in
      .text([UInt8](repeating: 65, count: [0, 255, 256][id]))
    }
    #expect(vocabulary.text(of: 0) == nil)
    #expect(vocabulary.text(of: 1)?.count == 255)
    #expect(vocabulary.text(of: 2) == nil)
    #expect(vocabulary.text(of: 3) == nil)
    #expect(vocabulary.text(of: -1) == nil)
  }
}
