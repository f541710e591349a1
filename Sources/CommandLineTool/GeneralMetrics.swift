import Metrics
import TaskProtocol

/// Measures of text, of text regions on a page and of answers, which belong to no task.
enum GeneralMetrics {
  static let all: [TaskMetric] = texts + answers + regions

  private static let texts: [TaskMetric] = [
    TaskMetric(
      name: "exact-match",
      summary: "1 where prediction and reference are the same but for white space at their ends.",
      score: { ErrorRate.characters($0) == ErrorRate.characters($1) ? 1 : 0 }
    ),
    rate(
      "cer-jiwer",
      "Character error rate, 0 is best: edits per character, as jiwer 4.0.",
      ErrorRate.characters
    ),
    rate("wer-jiwer", "Word error rate, 0 is best: edits per word, as jiwer 4.0.", ErrorRate.words),
  ]

  private static func rate(
    _ name: String,
    _ summary: String,
    _ pieces: @escaping @Sendable (String) -> [Substring]
  ) -> TaskMetric {
    TaskMetric(
      name: name,
      summary: summary,
      best: 0,
      counts: { ErrorRate.counts(pieces($0), pieces($1)) },
      total: ErrorRate.rate
    )
  }

  private static let answers: [TaskMetric] = [
    TaskMetric(
      name: "vqa-accuracy",
      summary:
        "Accuracy, 0 to 1, against the answers of several people, as vqaEval.py: three who agree"
        + " make an answer right.",
      pairScore: { VQAAccuracy.score($0.prediction, $0.references) }
    ),
    TaskMetric(
      name: "non-entailment",
      summary:
        "Share of sentences that a judge elsewhere found not entailed, 0 is best; --judgements"
        + " brings \"entailed\": [true, false, ...] for the sentences of each prediction.",
      best: 0,
      evidence: { pair in
        guard case .array(let list)? = pair.judgements["entailed"] else { return nil }
        let flags = list.compactMap { if case .bool(let flag) = $0 { flag } else { nil } }
        return flags.count == list.count ? [Double(flags.count { !$0 }), Double(flags.count)] : nil
      },
      total: { $0[1] > 0 ? $0[0] / $0[1] : 0 }
    ),
  ]

  private static let regions: [TaskMetric] =
    detection("icdar15", "ICDAR 2015", empty: 0, TextDetection.icdar2015)
    + detection("hiertext", "HierText, over polygons", empty: 1, TextDetection.hierText)

  private static func detection(
    _ name: String,
    _ source: String,
    empty: Double,
    _ counts: @escaping @Sendable (TextRegions, TextRegions) -> [Double]
  ) -> [TaskMetric] {
    [(false, "detection", "found"), (true, "end-to-end", "found and read")].flatMap {
      reads,
      kind,
      done in
      TextDetection.Rate.allCases.map { rate in
        TaskMetric(
          name: "\(name)-\(kind)-\(rate.rawValue)",
          summary:
            "\(rate.rawValue) of text regions \(done), 0 to 1, over all images, as \(source);"
            + " lines x1,y1,x2,y2,...,text or <loc> tokens.",
          evidence: { pair in
            // A prediction that lists no regions has found none; a reference must be readable.
            let found = TextRegions(pair.prediction) ?? TextRegions("")
            guard let found, let wanted = pair.references.first.flatMap({ TextRegions($0) }) else {
              return [.nan]
            }
            return counts(found, wanted)
          },
          total: { TextDetection.score($0, rate, reads: reads, empty: empty) }
        )
      }
    }
  }
}
