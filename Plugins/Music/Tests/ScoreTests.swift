import MusicDomain
import TaskProtocol
import Testing

@Suite struct ScoreTests {
  @Test func `every written duration comes back from its length`() {
    for value in NoteValue.allCases where value.halvings <= 7 {
      for dots in 0...2 {
        for (actual, normal) in [(1, 1), (3, 2), (5, 4), (7, 4), (9, 8), (11, 8)] {
          let tuplet = actual == 1 ? nil : TupletRatio(actual: actual, normal: normal)
          let written = WrittenDuration(value, dots: dots, tuplet: tuplet)
          guard let length = written.length else {
            Issue.record("\(written) has no length")
            continue
          }
          let again = WrittenDuration(length: length)
          #expect(again?.length == length, "\(written)")
          // 6. and 4 sound alike, and 4 is plainer.
          if actual == 1 || dots == 0 { #expect(again == written) }
        }
      }
    }
  }

  @Test func `lengths that no value can write are refused or exact`() {
    for denominator in 1...200 {
      for numerator in 1...40 {
        guard let length = Fraction(exactly: numerator, over: denominator) else { continue }
        guard let written = WrittenDuration(length: length) else { continue }
        #expect(written.length == length)
      }
    }
  }
}
