import Metrics
import TestSupport
import Testing

@Suite struct AnswerTests {
  struct Values: Decodable {
    struct Answer: Decodable {
      let answer: String
      let references: [String]
      let accuracy: Double
    }
    struct Text: Decodable {
      struct Pair: Decodable {
        let found: String
        let wanted: String
        let wer: Double
        let cer: Double
      }
      let pairs: [Pair]
      let wer: Double
      let cer: Double
    }
    struct Curve: Decodable {
      let scores: [Double]
      let positive: [Int]
      let area: Double
    }
    let answers: [Answer]
    let texts: [Text]
    let curves: [Curve]
  }

  private let values: Values

  init() throws { values = try recorded("Answers/answers.json") }

  @Test func `VQA accuracy of 400 recorded answers is that of vqaEval.py`() {
    #expect(values.answers.count == 400)
    for one in values.answers {
      let score = VQAAccuracy.score(one.answer, one.references)
      #expect(abs(score - one.accuracy) < 1e-6, "\(one.answer) against \(one.references): \(score)")
    }
  }

  @Test func `word and character error rates are those of jiwer, of pairs and of corpora`() {
    #expect(values.texts.reduce(0) { $0 + $1.pairs.count } == 360)
    let pieces: [(Values.Text) -> (Double, [Double], (String) -> [Substring])] = [
      { ($0.wer, $0.pairs.map(\.wer), ErrorRate.words) },
      { ($0.cer, $0.pairs.map(\.cer), ErrorRate.characters) },
    ]
    for text in values.texts {
      for piece in pieces {
        let (whole, single, split) = piece(text)
        var sums = [0.0, 0.0]
        for (pair, expected) in zip(text.pairs, single) {
          let counts = ErrorRate.counts(split(pair.found), split(pair.wanted))
          sums = [sums[0] + counts[0], sums[1] + counts[1]]
          #expect(abs(ErrorRate.rate(counts) - expected) < 1e-6, "\(pair.found) for \(pair.wanted)")
        }
        #expect(abs(ErrorRate.rate(sums) - whole) < 1e-6)
      }
    }
  }

  @Test func `nothing instead of nothing is no error, anything instead of nothing a whole one`() {
    #expect(ErrorRate.rate(ErrorRate.counts([], [])) == 0)
    #expect(ErrorRate.rate(ErrorRate.counts(["a", "b"], [])) == 1)
  }

  @Test func `the area under 300 recorded rank curves is that of scikit-learn`() throws {
    #expect(values.curves.count == 300)
    for curve in values.curves {
      let area = try #require(
        Calibration.rankArea(curve.scores, isPositive: curve.positive.map { $0 == 1 })
      )
      #expect(abs(area - curve.area) < 1e-6)
    }
    #expect(Calibration.rankArea([0.1, 0.2], isPositive: [true, true]) == nil)
  }
}
