import Metrics
import TaskProtocol

/// The measures of report generation that are not this plugin's own.
enum ReportScores {
  static var all: [TaskMetric] { overlap + judged }

  /// Words in common.
  private static var overlap: [TaskMetric] {
    (1...4).map { length in
      TaskMetric(
        name: "bleu-\(length)-coco",
        summary: "BLEU-\(length) of all reports together, 0 to 1, as pycocoevalcap 1.2.",
        evidence: { pair in
          BLEU.counts(
            CaptionTokens.words(pair.prediction),
            pair.references.map(CaptionTokens.words)
          )
        },
        total: { BLEU.score($0, length: length) }
      )
    } + [
      TaskMetric(
        name: "rouge-l-coco",
        summary: "ROUGE-L, 0 to 1, as pycocoevalcap 1.2: recall weighs 1.2 times precision.",
        pairScore: { pair in
          ROUGEL.coco(
            CaptionTokens.words(pair.prediction),
            pair.references.map(CaptionTokens.words)
          )
        }
      ),
      google("rouge-l-google", "without stems", stems: false),
      google("rouge-l-google-stemmed", "with stems, as RadEval", stems: true),
      TaskMetric(
        name: "cider-d-coco",
        summary:
          "CIDEr-D, 0 to 10, as pycocoevalcap 1.2 under the name CIDEr; rare words are those that"
          + " few references of this file have.",
        best: 10,
        scoreAmong: { corpus in
          let metric = CIDErD(corpus.map { $0.map(CaptionTokens.words) })
          return { pair in
            metric.score(
              CaptionTokens.words(pair.prediction),
              pair.references.map(CaptionTokens.words)
            )
          }
        }
      ),
    ]
  }

  private static func google(_ name: String, _ how: String, stems: Bool) -> TaskMetric {
    TaskMetric(
      name: name,
      summary: "ROUGE-L, 0 to 1, as google's rouge_score 0.1.2 \(how).",
      pairScore: { ROUGEL.google($0.prediction, $0.references, stems: stems) }
    )
  }

  /// From what models elsewhere said.
  private static var judged: [TaskMetric] {
    [
      radgraph("radgraph-f1-simple", .entities, "entities (RG_E)"),
      radgraph("radgraph-f1-partial", .relationExists, "entities and whether they relate (RG_ER)"),
      radgraph("radgraph-f1-complete", .relations, "entities and all their relations"),
    ]
      + [("micro", LabelAgreement.Average.micro), ("macro", .macro), ("weighted", .weighted)]
      .flatMap {
        name,
        average in
        [
          chexbert("chexbert-f1-14-\(name)", Array(0..<labelCount), average, "14 labels, \(name)"),
          chexbert("chexbert-f1-5-\(name)", five, average, "5 labels, \(name)"),
        ]
      }
  }

  /// CheXbert's labels, in its order.
  private static let labelCount = 14
  /// Cardiomegaly, edema, consolidation, atelectasis, pleural effusion.
  private static let five = [1, 4, 5, 7, 9]

  private static func radgraph(
    _ name: String,
    _ level: AnnotationOverlap.Level,
    _ what: String
  ) -> TaskMetric {
    TaskMetric(
      name: name,
      summary: "F1, 0 to 1, of \(what) in RadGraph's annotations, which --judgements brings; as the"
        + " package radgraph 0.1.18.",
      pairScore: { pair in
        guard case .object(let sides)? = pair.judgements["radgraph"],
          let found = sides["prediction"].flatMap(entities),
          let wanted = sides["reference"].flatMap(entities)
        else { return nil }
        return AnnotationOverlap.score(found, wanted, level)
      }
    )
  }

  /// The entities of an annotation as RadGraph writes it; `nil` for anything else.
  private static func entities(_ value: JSONValue) -> [AnnotationOverlap.Entity]? {
    guard case .object(let annotation) = value, case .object(let members)? = annotation["entities"]
    else {
      return nil
    }
    func text(_ value: JSONValue?, _ name: String) -> String? {
      guard case .object(let entity)? = value, case .string(let text)? = entity[name] else {
        return nil
      }
      return text
    }
    var entities: [AnnotationOverlap.Entity] = []
    for member in members.values {
      guard case .object(let entity) = member, let tokens = text(member, "tokens"),
        let label = text(member, "label"), case .array(let list)? = entity["relations"]
      else { return nil }
      var relations: [(kind: String, tokens: String)] = []
      for relation in list {
        guard case .array(let parts) = relation, parts.count == 2,
          case .string(let kind) = parts[0],
          case .string(let other) = parts[1], let words = text(members[other], "tokens")
        else { return nil }
        relations.append((kind, words))
      }
      entities.append(AnnotationOverlap.Entity(tokens: tokens, label: label, relations: relations))
    }
    return entities
  }

  private static func chexbert(
    _ name: String,
    _ labels: [Int],
    _ average: LabelAgreement.Average,
    _ what: String
  ) -> TaskMetric {
    TaskMetric(
      name: name,
      summary: "F1, 0 to 1, of CheXbert's \(what), of all reports together; the labels come with"
        + " --judgements, uncertain counts as positive.",
      evidence: { pair in
        guard case .object(let sides)? = pair.judgements["chexbert"],
          let found = sides["prediction"].flatMap(flags),
          let wanted = sides["reference"].flatMap(flags)
        else { return nil }
        return LabelAgreement.counts(labels.map { found[$0] }, labels.map { wanted[$0] })
      },
      total: { LabelAgreement.score($0, average) }
    )
  }

  /// 14 numbers as CheXbert gives them: 1 positive, 0 negative, -1 uncertain, null or "" not mentioned.
  private static func flags(_ value: JSONValue) -> [Bool]? {
    guard case .array(let list) = value, list.count == labelCount else { return nil }
    return list.map { value in
      switch value {
      case .integer(let number): number != 0
      case .number(let number): number != 0
      case .bool(let flag): flag
      default: false
      }
    }
  }
}
