import TaskProtocol

/// K13: metrics prefer what is right.
func metricCheck(
  _ plugin: some TaskPlugin,
  _ fixtures: ConformanceFixtures
) -> ConformanceCheck {
  var tally = CheckTally(
    "K13",
    "metrics: no text is nearer to a reference than the reference itself"
  )
  // Enough to meet every kind of text, few enough for metrics that take milliseconds.
  let texts = fixtures.accept.prefix(12)
  for metric in plugin.metrics {
    let metric = metric.adapted(to: fixtures.accept.map { [$0] })
    for reference in texts {
      func loss(_ prediction: String) -> Double? {
        metric.evidence(ScoredPair(prediction: prediction, references: [reference]))
          .map { metric.loss(of: metric.total($0)) }
      }
      // A metric that reads judgements says nothing here.
      guard let own = loss(reference) else { continue }
      let bytes = Array(reference.utf8)
      guard
        tally.expect(own.isFinite, "\(metric.name) has no value for an accepted text", after: bytes)
      else { continue }
      for other in texts {
        guard let loss = loss(other) else { continue }
        tally.expect(
          loss.isFinite && loss >= own - 1e-9,
          "\(metric.name) takes \"\(other.prefix(40))\" for nearer than the text itself",
          after: bytes
        )
      }
    }
  }
  return tally.result
}
