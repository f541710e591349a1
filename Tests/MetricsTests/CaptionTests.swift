import Metrics
import TestSupport
import Testing

@Suite struct CaptionTests {
  struct Corpus: Decodable {
    struct Pair: Decodable {
      let prediction: String
      let references: [String]
      let tokens: String
      let referenceTokens: [String]
      let ciderD: Double
      let rougeCOCO: Double
      let rougeGoogle: Double
      let rougeGoogleStemmed: Double

      enum CodingKeys: String, CodingKey {
        case prediction, references, tokens
        case referenceTokens = "reference_tokens"
        case ciderD = "cider-d"
        case rougeCOCO = "rouge-l-coco"
        case rougeGoogle = "rouge-l-google"
        case rougeGoogleStemmed = "rouge-l-google-stemmed"
      }
    }
    let bleu: [Double]
    let pairs: [Pair]
  }

  private let corpora: [Corpus]

  init() throws { corpora = try recorded("CaptionScores/captions.json") }

  @Test func `words are those of the Penn Treebank tokenizer on recorded reports and captions`() {
    #expect(corpora.reduce(0) { $0 + $1.pairs.count } >= 400)
    for pair in corpora.flatMap(\.pairs) {
      for (text, tokens) in zip(
        [pair.prediction] + pair.references,
        [pair.tokens] + pair.referenceTokens
      ) {
        #expect(CaptionTokens.words(text).joined(separator: " ") == tokens, "\(text)")
      }
    }
  }

  @Test func `BLEU of a corpus is that of pycocoevalcap`() {
    for corpus in corpora {
      var sums = [Double](repeating: 0, count: 10)
      for pair in corpus.pairs {
        let counts = BLEU.counts(
          CaptionTokens.words(pair.prediction),
          pair.references.map(CaptionTokens.words)
        )
        for (place, count) in counts.enumerated() { sums[place] += count }
      }
      for (length, expected) in corpus.bleu.enumerated() {
        #expect(abs(BLEU.score(sums, length: length + 1) - expected) < 1e-6)
      }
    }
  }

  @Test func `CIDEr-D of each pair is that of pycocoevalcap`() {
    for corpus in corpora {
      let metric = CIDErD(corpus.pairs.map { $0.references.map(CaptionTokens.words) })
      for pair in corpus.pairs {
        let score = metric.score(
          CaptionTokens.words(pair.prediction),
          pair.references.map(CaptionTokens.words)
        )
        #expect(abs(score - pair.ciderD) < 1e-6, "\(pair.prediction)")
      }
    }
  }

  @Test func `ROUGE-L of each pair is that of pycocoevalcap and of rouge_score`() {
    for pair in corpora.flatMap(\.pairs) {
      let coco = ROUGEL.coco(
        CaptionTokens.words(pair.prediction),
        pair.references.map(CaptionTokens.words)
      )
      #expect(abs(coco - pair.rougeCOCO) < 1e-6, "\(pair.prediction)")
      let google = ROUGEL.google(pair.prediction, pair.references, stems: false)
      #expect(abs(google - pair.rougeGoogle) < 1e-6, "\(pair.prediction)")
      let stemmed = ROUGEL.google(pair.prediction, pair.references, stems: true)
      #expect(abs(stemmed - pair.rougeGoogleStemmed) < 1e-6, "\(pair.prediction)")
    }
  }
}
