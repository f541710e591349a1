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
}
