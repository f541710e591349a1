public import TaskProtocol

extension RadiographyPlugin {
  /// F1 of the labels that our rules read off, with and without denials, of whole sentences, and what the
  /// field publishes; see `docs/Evaluation.md`.
  public var metrics: [TaskMetric] {
    [
      TaskMetric(
        name: "rule-label-f1-polarity",
        summary: """
          F1, 0 to 1, of (CheXpert category, asserted or denied) as this plugin's rules read them; \
          doubts count as assertions. Not CheXpert's or CheXbert's F1.
          """
      ) { Self.labelScore($0, $1, onlyPositive: false) },
      TaskMetric(
        name: "rule-label-f1-positive",
        summary: """
          F1, 0 to 1, of the CheXpert categories that this plugin's rules read as asserted or \
          possible. Not CheXpert's or CheXbert's F1.
          """
      ) { Self.labelScore($0, $1, onlyPositive: true) },
      TaskMetric(
        name: "sentence-overlap-f1",
        summary: "F1, 0 to 1, of sentences that stand word for word in both, case and marks aside."
      ) { prediction, reference in
        Self.score(Self.sentences(prediction), Self.sentences(reference))
      },
    ] + ReportScores.all
  }

  private static func reading(_ text: String) -> ReportReading {
    ReportReading(FileReportParser(parsing: Array(text.utf8.prefix(fileLimit))).report)
  }

  private static func labelScore(
    _ prediction: String,
    _ reference: String,
    onlyPositive: Bool
  ) -> Double {
    let labels = [prediction, reference].map { text in
      let statements = reading(text).sentences.flatMap { $0.found.map(\.statement) }
      return LabelSummary(statements).labels(onlyPositive: onlyPositive)
    }
    return score(labels[0], labels[1])
  }

  private static func sentences(_ text: String) -> Set<String> {
    let sentences = reading(text).sentences.filter {
      $0.section == .findings || $0.section == .impression
    }
    return Set(
      sentences.map { $0.words.filter { $0.kind != .mark }.map(\.text).joined(separator: " ") }
    )
  }

  /// Twice the common part over the sum of the sizes; 1 for two empty sets.
  private static func score<Element>(_ first: Set<Element>, _ second: Set<Element>) -> Double {
    let sum = first.count + second.count
    return sum == 0 ? 1 : 2 * Double(first.intersection(second).count) / Double(sum)
  }
}
