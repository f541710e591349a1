import TaskEngine
import TaskProtocol
import Testing

@Suite struct ScoreSummaryTests {
  private let rate = TaskMetric(
    name: "rate",
    summary: "Errors per letter.",
    best: 0,
    evidence: { _ in nil },
    total: { $0[0] / $0[1] }
  )

  @Test func `the score is that of all pairs together, not the mean of theirs`() throws {
    let summary = try #require(ScoreSummary(of: rate, [[1, 1], [0, 9]]))
    #expect(summary.value == 0.1 && summary.count == 2)
    #expect(summary.low == 0 && summary.high == 1)
  }

  @Test func `equal pairs have an interval without width, and no pairs no summary`() throws {
    let summary = try #require(ScoreSummary(of: rate, Array(repeating: [1, 4], count: 30)))
    #expect(summary.low == 0.25 && summary.value == 0.25 && summary.high == 0.25)
    #expect(ScoreSummary(of: rate, []) == nil)
  }

  @Test func `the interval narrows as pairs are added and holds the score`() throws {
    func width(_ count: Int) throws -> Double {
      let evidence = (0..<count).map { [Double($0 % 2), 1] }
      let summary = try #require(ScoreSummary(of: rate, evidence))
      #expect(summary.low <= 0.5 && 0.5 <= summary.high)
      return summary.high - summary.low
    }
    // The standard error of a share of one half is 0.5 / sqrt(n).
    #expect(try abs(width(100) - 2 * 1.96 * 0.05) < 0.03)
    #expect(try abs(width(1600) - 2 * 1.96 * 0.0125) < 0.01)
  }
}
