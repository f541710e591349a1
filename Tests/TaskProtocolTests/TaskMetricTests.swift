import TaskProtocol
import Testing

@Suite struct TaskMetricTests {
  @Test func `a loss is the distance from the best score, in either direction`() {
    let share = TaskMetric(name: "share", summary: "A share.") { _, _ in 0.25 }
    #expect(share.best == 1)
    #expect(share.loss(of: share.score("", "")) == 0.75)
    #expect(share.loss(of: 1) == 0)
    let rate = TaskMetric(name: "rate", summary: "An error rate.", best: 0) { _, _ in 120 }
    #expect(rate.loss(of: rate.score("", "")) == 120)
    #expect(rate.loss(of: 0) == 0)
  }

  private func pair(_ prediction: String, _ references: [String]) -> ScoredPair {
    ScoredPair(prediction: prediction, references: references)
  }

  @Test func `of several references the nearest counts, whichever way the metric goes`() {
    let length = TaskMetric(name: "length", summary: "A length.", best: 0) {
      Double(abs($0.count - $1.count))
    }
    #expect(length.evidence(pair("abc", ["a", "abcd", "abcdefg"])) == [1, 1])
    let equal = TaskMetric(name: "equal", summary: "Equality.") { $0 == $1 ? 1 : 0 }
    #expect(equal.evidence(pair("a", ["b", "a"])) == [1, 1])
  }

  @Test func `a metric of all pairs is a function of their sums`() {
    let rate = TaskMetric(
      name: "rate",
      summary: "Errors per letter.",
      best: 0,
      evidence: { pair in pair.prediction == "?" ? nil : [1, Double(pair.references[0].count)] },
      total: { $0[0] / $0[1] }
    )
    #expect(rate.score("a", "abcd") == 0.25)
    #expect(rate.score("?", "abcd").isNaN)
  }

  @Test func `of several references the one of the best ratio counts, and unreadable ones do not`()
  {
    let rate = TaskMetric(
      name: "rate",
      summary: "Letters too many or too few, per letter.",
      best: 0,
      counts: { found, wanted in
        wanted == "?" ? nil : [Double(abs(found.count - wanted.count)), Double(wanted.count)]
      },
      total: { 100 * $0[0] / $0[1] }
    )
    // As many edits for either, but per more letters.
    #expect(rate.evidence(pair("abc", ["ab", "abcd", "?"])) == [1, 4])
    #expect(rate.evidence(pair("abc", ["?"])) == nil)
    #expect(rate.score("abc", "abcd") == 25)
  }

  @Test func `a metric that depends on all references is adapted to them`() {
    let rarity = TaskMetric(
      name: "rarity",
      summary: "Rarity.",
      scoreAmong: { references in
        { pair in 1 / Double(references.count { $0 == pair.references }) }
      }
    )
    let adapted = rarity.adapted(to: [["a"], ["a"], ["b"]])
    #expect(adapted.evidence(pair("", ["a"])) == [0.5, 1])
    #expect(adapted.evidence(pair("", ["b"])) == [1, 1])
    #expect(rarity.evidence(pair("", ["a"])) == [1, 1])
  }
}
