import Metrics
public import TaskProtocol

extension TablePlugin {
  /// TEDS in three variants, each named after the program that it agrees with.
  public var metrics: [TaskMetric] {
    [
      Self.teds(
        "teds-pubtabnet",
        TEDS(.pubTabNet),
        "Tree-edit-distance similarity as in PubTabNet's metric.py, at most 1."
      ),
      Self.teds(
        "teds-struct-pubtabnet",
        TEDS(.pubTabNet, structureOnly: true),
        "teds-pubtabnet without the text of the cells, at most 1."
      ),
      Self.teds(
        "teds-trm",
        TEDS(.tableRecognitionMetric),
        "Tree-edit-distance similarity as in table_recognition_metric 0.0.6, at most 1."
      ),
    ]
  }

  private static func teds(_ name: String, _ metric: TEDS, _ summary: String) -> TaskMetric {
    TaskMetric(name: name, summary: summary) { prediction, reference in
      metric.score(prediction: html(prediction), reference: html(reference))
    }
  }

  /// A table in OTSL as HTML, any other text as it is.
  private static func html(_ text: String) -> String {
    guard text.drop(while: \.isWhitespace).hasPrefix(OTSLToken.opening),
      let document = try? TablePlugin(language: .otsl).parse(text)
    else { return text }
    return document.htmlFragment
  }
}
