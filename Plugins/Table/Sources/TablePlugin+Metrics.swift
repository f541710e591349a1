import Metrics
public import TaskProtocol

extension TablePlugin {
  /// TEDS in three variants, each named after the program that it agrees with, and GriTS.
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
      Self.grits(
        "grits-top",
        .topology,
        "Grid table similarity of which slots cells cover, 0 to 1."
      ),
      Self.grits("grits-con", .content, "Grid table similarity of the cells' texts, 0 to 1."),
      Self.grits(
        "grits-loc",
        .location,
        "Grid table similarity of the cells' boxes, 0 to 1; of pairs whose cells all have"
          + " title=\"bbox x0 y0 x1 y1\"."
      ),
    ]
  }

  private static func teds(_ name: String, _ metric: TEDS, _ summary: String) -> TaskMetric {
    TaskMetric(name: name, summary: summary) { prediction, reference in
      metric.score(prediction: html(prediction), reference: html(reference))
    }
  }

  private static func grits(_ name: String, _ feature: GriTS.Feature, _ summary: String)
    -> TaskMetric
  {
    let metric = GriTS(feature)
    return TaskMetric(
      name: name,
      summary: summary,
      pairScore: { pair in
        let found = html(pair.prediction)
        let scores = pair.references.map { metric.score(prediction: found, reference: html($0))?.f }
        // Without boxes it says nothing; a table too large for it has no value.
        return scores.compactMap { $0 }.max() ?? (feature == .location ? nil : .nan)
      }
    )
  }

  /// A table in OTSL as HTML, any other text as it is.
  private static func html(_ text: String) -> String {
    guard text.drop(while: \.isWhitespace).hasPrefix(OTSLToken.opening),
      let document = try? TablePlugin(language: .otsl).parse(text)
    else { return text }
    return document.htmlFragment
  }
}
