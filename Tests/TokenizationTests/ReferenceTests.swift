import Testing
import Tokenization

/// Agreement with the packages `tokenizers` 0.23.3 and `sentencepiece` 0.2.3.
@Suite struct ReferenceTests {
  struct TextRow: Decodable {
    let t: String
    let j: String
    let b: String?
    let u: String
    let c: String
    let dj: String?
    let db: String?
    let du: String?
    let dc: String?
  }

  struct IDRow: Decodable {
    let i: String
    let j: String
    let b: String
    let u: String
    let c: String
  }

  /// Compares both directions and the stream for one tokenizer over all recorded texts.
  private func compare(
    _ tokenizer: Tokenizer,
    ids: (TextRow) -> String,
    text: (TextRow) -> String?
  ) throws {
    let rows = try Recorded.lines("strings.jsonl", as: TextRow.self)
    #expect(rows.count >= 10_000)
    var encoded = Disagreements()
    var decoded = Disagreements()
    for row in rows {
      let expected = Recorded.ids(ids(row))
      let found = tokenizer.encode(row.t)
      if found != expected {
        encoded.note("\(row.t.unicodeScalars.map(\.value)): \(found), recorded \(expected)")
      }
      let back = tokenizer.decode(expected)
      if !sameBytes(back, text(row) ?? row.t) {
        decoded.note("\(expected): \(Array(back.utf8)), recorded \(text(row) ?? row.t)")
      }
    }
    #expect(encoded.count == 0, "of \(rows.count): \(encoded.shown)")
    #expect(decoded.count == 0, "of \(rows.count): \(decoded.shown)")
  }

  @Test func `tokenizer.json encodes and decodes 10,000 texts as the reference does`() throws {
    try compare(try Recorded.gemma(), ids: { $0.j }, text: { $0.dj })
  }

  @Test func `a BPE tokenizer.model encodes and decodes 10,000 texts as the reference does`() throws
  {
    try compare(try Recorded.sentencePiece("bpe"), ids: { $0.b ?? $0.j }, text: { $0.db })
  }

  @Test func `a unigram tokenizer.model encodes and decodes 10,000 texts as the reference does`()
    throws
  {
    try compare(try Recorded.sentencePiece("unigram"), ids: { $0.u }, text: { $0.du })
  }

  @Test func `a tokenizer.model with a character map and dummy prefix does as the reference`()
    throws
  {
    try compare(try Recorded.sentencePiece("classic"), ids: { $0.c }, text: { $0.dc })
  }

  @Test func `ids drawn at random, wrong bytes among them, decode as the reference decodes`() throws
  {
    let rows = try Recorded.lines("ids.jsonl", as: IDRow.self)
    #expect(rows.count >= 2000)
    let cases: [(Tokenizer, (IDRow) -> String)] = [
      (try Recorded.gemma(), { $0.j }), (try Recorded.sentencePiece("bpe"), { $0.b }),
      (try Recorded.sentencePiece("unigram"), { $0.u }),
      (try Recorded.sentencePiece("classic"), { $0.c }),
    ]
    for (tokenizer, expected) in cases {
      var wrong = Disagreements()
      for row in rows {
        let found = tokenizer.decode(Recorded.ids(row.i))
        if !sameBytes(found, expected(row)) {
          wrong.note("\(Recorded.ids(row.i)): \(found), recorded \(expected(row))")
        }
      }
      #expect(wrong.count == 0, "\(tokenizer.path), of \(rows.count): \(wrong.shown)")
    }
  }

  @Test func `streams give the same text for every beginning of the recorded ids`() throws {
    let rows = try Recorded.lines("ids.jsonl", as: IDRow.self)
    let tokenizers = try [
      Recorded.gemma(), Recorded.sentencePiece("bpe"), Recorded.sentencePiece("classic"),
    ]
    for tokenizer in tokenizers {
      var wrong = Disagreements()
      for row in rows {
        let ids = Recorded.ids(row.i)
        var stream = tokenizer.makeStream()
        var text = ""
        for count in 0...ids.count {
          var copy = stream
          let whole = text + copy.finish()
          if !sameBytes(whole, tokenizer.decode(Array(ids[..<count]))) {
            wrong.note("\(ids[..<count]): \(whole)")
          }
          if count < ids.count { text += stream.append(ids[count]) }
        }
      }
      #expect(wrong.count == 0, "\(tokenizer.path): \(wrong.shown)")
    }
  }

  /// The recorded variants with the vocabulary of gemma.json put in.
  struct VariantFile: Decodable {
    let name: String
    let file: String

    func tokenizer(_ gemma: String) throws -> Tokenizer {
      func part(_ from: String, _ to: String) throws -> String {
        let start = try #require(gemma.firstRange(of: from)).upperBound
        let end = try #require(gemma[start...].firstRange(of: to)).lowerBound
        return String(gemma[start..<end])
      }
      let merges = try part(#""merges":"#, "}}")
      let text =
        file.replacing(#""@vocab""#, with: try part(#""vocab":"#, #","merges":"#))
        .replacing(#""@merges""#, with: merges)
        .replacing(#""@legacy""#, with: VariantFile.legacy(merges))
        .replacing(#""@added""#, with: try part(#""added_tokens":"#, #","normalizer":"#))
      return try Tokenizer(tokenizerJSON: Array(text.utf8), path: name)
    }

    /// `[["a","b"],["c","d"]]` as `["a b","c d"]`.
    private static func legacy(_ merges: String) -> String {
      let pairs = merges.dropFirst(2).dropLast(2).split(separator: "],[")
      return "[" + pairs.map { $0.replacing(#"",""#, with: " ") }.joined(separator: ",") + "]"
    }
  }

  @Test func `every other normalizer, pre-tokenizer, decoder and token flag does as the reference`()
    throws
  {
    let gemma = String(decoding: try Recorded.bytes("gemma.json"), as: UTF8.self)
    let variants = try Recorded.lines("variant-files.jsonl", as: VariantFile.self)
    #expect(variants.count == 11)
    for variant in variants {
      let tokenizer = try variant.tokenizer(gemma)
      var wrong = Disagreements()
      let rows = try Recorded.lines("variants.jsonl", as: [String: VariantCell].self)
      for row in rows {
        guard case .text(let text) = row["t"],
          case .result(let packed, let decoded) = row[variant.name]
        else {
          wrong.note("no record")
          continue
        }
        let ids = Recorded.ids(packed)
        let found = tokenizer.encode(text)
        if found != ids { wrong.note("\(text.debugDescription): \(found), recorded \(ids)") }
        let back = tokenizer.decode(ids)
        if !sameBytes(back, decoded) {
          wrong.note("\(ids): \(back.debugDescription), recorded \(decoded.debugDescription)")
        }
      }
      #expect(
        rows.count >= 300 && wrong.count == 0,
        "\(variant.name): \(wrong.count) \(wrong.shown)"
      )
    }
  }

  enum VariantCell: Decodable {
    case text(String)
    case result(ids: String, decoded: String)

    init(from decoder: any Decoder) throws {
      if let pair = try? [String](from: decoder) {
        self = .result(ids: pair[0], decoded: pair[1])
      } else {
        self = .text(try String(from: decoder))
      }
    }
  }
}
