import ConstrainedDecoding
import TaskProtocolTesting
import Testing

@Suite struct SyntheticVocabularyTests {
  @Test func `the large vocabulary has a published one's size, lengths and memory`() {
    let clock = ContinuousClock()
    let pieces = SyntheticVocabulary().pieces
    var vocabulary = SyntheticVocabulary(count: 2048).vocabulary
    let elapsed = clock.measure {
      vocabulary = .init(count: pieces.count) { pieces[$0] }
    }
    #expect(vocabulary.count == 257_152)
    #expect(vocabulary.producesEveryByte)
    let texts = (0..<vocabulary.count).compactMap { vocabulary.text(of: $0) }
    let mean = Double(texts.reduce(0) { $0 + $1.count }) / Double(texts.count)
    #expect((6...7.5).contains(mean), "mean \(mean)")
    let foreign = Double(texts.count { $0.contains { $0 >= 0x80 } }) / Double(texts.count)
    #expect((0.2...0.45).contains(foreign), "past ASCII \(foreign)")
    #expect(vocabulary.byteCount < 8_000_000, "\(vocabulary.byteCount) bytes")
    let nodes = vocabulary.trie.nodes.count
    #expect((400_000...650_000).contains(nodes), "\(nodes) nodes")
    // A quarter of a second on an idle core; eight times that allows for a busy one.
    #expect(elapsed < .seconds(2), "\(elapsed)")
  }
}
