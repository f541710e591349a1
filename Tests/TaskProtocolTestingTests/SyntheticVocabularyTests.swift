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

  @Test func `token lengths are distributed as in a published vocabulary`() {
    let vocabulary = SyntheticVocabulary().vocabulary
    var counts = [Double](repeating: 0, count: SyntheticVocabulary.publishedLengths.count)
    var total = 0.0
    var markup = 0.0
    for id in 0..<vocabulary.count {
      guard let text = vocabulary.text(of: id) else { continue }
      counts[min(text.count, counts.count) - 1] += 1
      total += 1
      if text.contains(where: { "<>&".utf8.contains($0) }) { markup += 1 }
    }
    let shares = counts.map { $0 / total }
    let sum = Double(SyntheticVocabulary.publishedLengths.reduce(0, +))
    let published = SyntheticVocabulary.publishedLengths.map { Double($0) / sum }
    let distance = zip(shares, published).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    // Half the sum of differences: the share of tokens that would need another length.
    #expect(distance < 0.03, "\(distance): \(shares.map { ($0 * 1000).rounded() })")
    // More markup than published vocabularies have makes the masks of markup no easier.
    #expect(markup / total > 0.0034, "\(markup / total)")
  }
}
