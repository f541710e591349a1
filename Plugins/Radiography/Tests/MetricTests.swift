import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct MetricTests {
  private func score(_ name: String, _ prediction: String, _ reference: String) throws -> Double {
    let metric = try #require(RadiographyPlugin().metrics.first { $0.name == name })
    return metric.score(prediction, reference)
  }

  private func report(_ findings: String) -> String {
    "FINDINGS: \(findings)\nIMPRESSION: See above."
  }

  @Test func `a report agrees with itself`() throws {
    let text = report("Left effusion. No pneumothorax.")
    let entity: JSONValue = .object([
      "tokens": .string("effusion"), "label": .string("Observation::definitely present"),
      "relations": .array([]),
    ])
    let annotation: JSONValue = .object(["entities": .object(["1": entity])])
    let labels: JSONValue = .array((0..<14).map { _ in .integer(1) })
    let pair = ScoredPair(
      prediction: text,
      references: [text],
      judgements: [
        "radgraph": .object(["prediction": annotation, "reference": annotation]),
        "chexbert": .object(["prediction": labels, "reference": labels]),
      ]
    )
    for metric in RadiographyPlugin().metrics {
      let adapted = metric.adapted(to: [[text], ["Something else is here."]])
      let score = try #require(adapted.evidence(pair).map(adapted.total), "\(metric.name)")
      #expect(metric.loss(of: score) < 1e-6, "\(metric.name): \(score)")
    }
  }

  @Test func `judgements that are missing or of another form leave a pair out`() {
    let forms: [JSONValue] = [
      .null, .object([:]), .object(["prediction": .object(["entities": .object(["1": .null])])]),
      .object(["prediction": .array([.integer(1)]), "reference": .array([])]),
    ]
    for form in forms {
      let pair = ScoredPair(
        prediction: "a",
        references: ["a"],
        judgements: ["radgraph": form, "chexbert": form]
      )
      let judged = RadiographyPlugin().metrics.filter {
        $0.name.hasPrefix("radgraph") || $0.name.hasPrefix("chexbert")
      }
      #expect(judged.count == 9)
      for metric in judged { #expect(metric.evidence(pair) == nil, "\(metric.name)") }
    }
  }

  @Test func `a flipped denial costs what it should`() throws {
    let reference = report("No effusion. No pneumothorax. Cardiomegaly.")
    let flipped = report("Left effusion. No pneumothorax. Cardiomegaly.")
    // Two of three labels on each side agree.
    #expect(try score("rule-label-f1-polarity", flipped, reference) == 2.0 * 2 / 6)
    // Cardiomegaly agrees, the effusion is one too many.
    #expect(try score("rule-label-f1-positive", flipped, reference) == 2.0 * 1 / 3)
    // Two sentences of the findings and the impression of four each.
    #expect(try score("sentence-overlap-f1", flipped, reference) == 2.0 * 3 / 8)
  }

  @Test func `nothing abnormal is a label of its own`() throws {
    let normal = report("The lungs are clear.")
    let device = report("Lungs are clear. Left PICC in place.")
    #expect(try score("rule-label-f1-positive", normal, normal) == 1)
    // No Finding agrees; the device is one too many.
    #expect(try score("rule-label-f1-positive", device, normal) == 2.0 / 3)
    #expect(try score("rule-label-f1-positive", report("Edema."), normal) == 0)
  }

  @Test func `a doubt counts as an assertion`() throws {
    let doubt = report("Possible pneumonia.")
    #expect(try score("rule-label-f1-polarity", doubt, report("Pneumonia.")) == 1)
    #expect(try score("rule-label-f1-polarity", doubt, report("No pneumonia.")) == 0)
  }
}
