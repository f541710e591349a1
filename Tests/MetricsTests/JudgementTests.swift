import Metrics
import TestSupport
import Testing

@Suite struct JudgementTests {
  struct Graph: Decodable {
    struct Entity: Decodable {
      let tokens: String
      let label: String
      let relations: [[String]]
    }
    let entities: [String: Entity]

    var annotation: [AnnotationOverlap.Entity] {
      entities.values.map { entity in
        AnnotationOverlap.Entity(
          tokens: entity.tokens,
          label: entity.label,
          relations: entity.relations.map { ($0[0], entities[$0[1]]?.tokens ?? "") }
        )
      }
    }
  }

  struct Values: Decodable {
    struct Pair: Decodable {
      let prediction: Graph
      let reference: Graph
      let rewards: [Double]
    }
    struct Corpus: Decodable {
      let rows: [[[Int]]]
      let values: [String: Double]

      init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        rows = try members.decode([[[Int]]].self, forKey: Key(stringValue: "rows"))
        values = Dictionary(
          uniqueKeysWithValues: try members.allKeys.filter { $0.stringValue != "rows" }.map {
            ($0.stringValue, try members.decode(Double.self, forKey: $0))
          }
        )
      }

      struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
    }
    let graphs: [Pair]
    let corpora: [Corpus]
  }

  @Test func `rewards of 320 recorded annotations are those of the radgraph package`() throws {
    let values: Values = try recorded("Judgements/judgements.json")
    #expect(values.graphs.count == 320)
    for pair in values.graphs {
      let scores = [AnnotationOverlap.Level.entities, .relationExists, .relations].map {
        AnnotationOverlap.score(pair.prediction.annotation, pair.reference.annotation, $0)
      }
      for (score, reward) in zip(scores, pair.rewards) { #expect(abs(score - reward) < 1e-6) }
    }
  }

  @Test func `label F1 of 360 recorded pairs is that of scikit-learn's report`() throws {
    let values: Values = try recorded("Judgements/judgements.json")
    #expect(values.corpora.count == 30)
    for corpus in values.corpora {
      for labels in [Array(0..<14), [1, 4, 5, 7, 9]] {
        var sums = [Double](repeating: 0, count: 3 * labels.count)
        for row in corpus.rows {
          let counts = LabelAgreement.counts(
            labels.map { row[0][$0] == 1 },
            labels.map { row[1][$0] == 1 }
          )
          for (place, count) in counts.enumerated() { sums[place] += count }
        }
        for (name, average) in [
          ("micro", LabelAgreement.Average.micro), ("macro", .macro), ("weighted", .weighted),
        ] {
          let expected = try #require(corpus.values["\(name)-\(labels.count)"])
          #expect(abs(LabelAgreement.score(sums, average) - expected) < 1e-6, "\(name)")
        }
      }
    }
  }
}
