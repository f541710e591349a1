import Generation
import Testing

@Suite struct StopStringFilterTests {
  /// Feeds a text cut into pieces at every possible place.
  private func everyCut(_ text: String, _ stops: [String], _ expected: String, stopped: Bool) {
    let characters = Array(text)
    for cuts in 0..<(1 << max(characters.count - 1, 0)) {
      var filter = StopStringFilter(stops)
      var shown = ""
      var piece = ""
      for (index, character) in characters.enumerated() {
        piece.append(character)
        if index == characters.count - 1 || cuts >> index & 1 == 1 {
          shown += filter.append(piece)
          piece = ""
          #expect(expected.hasPrefix(shown), "\(cuts)")
        }
      }
      shown += filter.finish()
      #expect(shown == expected, "\(cuts)")
      #expect(filter.isStopped == stopped)
    }
  }

  @Test func `cuts before the first stop string however the text arrives`() {
    everyCut("ab</t>cd", ["</t>"], "ab", stopped: true)
    everyCut("a<</t>", ["</t>", "x"], "a<", stopped: true)
    everyCut("aab", ["ab"], "a", stopped: true)
    everyCut("aéü!z", ["ü"], "aé", stopped: true)
  }

  @Test func `finds a stop string inside the unfinished beginning of another`() {
    everyCut("zab", ["abc", "b"], "za", stopped: true)
    everyCut("zabd", ["abc", "b"], "za", stopped: true)
  }

  @Test func `gives back what only looked like a stop string`() {
    everyCut("ab</", ["</t>"], "ab</", stopped: false)
    everyCut("aaaa", ["aab"], "aaaa", stopped: false)
    everyCut("abc", [], "abc", stopped: false)
  }
}
