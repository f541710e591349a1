import Generation
import Testing

@Suite struct TokenSetTests {
  @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 200])
  func `behaves as a set of integers below its limit`(limit: Int) {
    var generator = SplitMix64(seed: UInt64(limit))
    var set = TokenSet(limit: limit)
    var expected: Set<Int> = []
    for _ in 0..<300 {
      let id = Int(generator.next() % UInt64(limit + 10)) - 5
      if generator.next() & 1 == 0 {
        set.insert(id)
        if id >= 0, id < limit { expected.insert(id) }
      } else {
        set.remove(id)
        expected.remove(id)
      }
      #expect(set.contains(id) == expected.contains(id))
    }
    #expect(set.ids == expected.sorted())
    #expect(set.count == expected.count)
    #expect(set.isEmpty == expected.isEmpty)
    #expect(TokenSet(limit: limit, expected) == set)
  }

  @Test(arguments: [1, 64, 100])
  func `holds no bit past its limit`(limit: Int) {
    var all = TokenSet.all(below: limit)
    #expect(all.count == limit)
    all.formUnion(.all(below: 1000))
    #expect(all.count == limit)
    all.withMutableWords { words in
      for index in words.indices { words[index] = .max }
    }
    #expect(all.count == limit)
  }

  @Test func `union, intersection and difference follow set algebra`() {
    let left = TokenSet(limit: 150, stride(from: 0, to: 150, by: 2))
    let right = TokenSet(limit: 150, stride(from: 0, to: 150, by: 3))
    var union = left
    union.formUnion(right)
    var both = left
    both.formIntersection(right)
    var rest = left
    rest.subtract(right)
    #expect(union.ids == (0..<150).filter { $0 % 2 == 0 || $0 % 3 == 0 })
    #expect(both.ids == (0..<150).filter { $0 % 6 == 0 })
    #expect(rest.ids == (0..<150).filter { $0 % 2 == 0 && $0 % 3 != 0 })
  }
}
