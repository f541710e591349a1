import TestSupport
import Testing
import Tokenization

/// Speed at Gemma's size: 256,000 pieces, half a million merges, about 30 MB.
@Suite struct LargeVocabularyTests {
  /// A tokenizer.json whose pieces are joined from two shorter ones, 7 bytes long on average.
  static func file() -> [UInt8] {
    var generator = SeededGenerator(seed: 5)
    var pieces = (0..<256).map { byte in
      Array(("<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">").utf8)
    }
    var joined = "▁abcdefghijklmnopqrstuvwxyzабвгдежзиклмноп".map { Array(String($0).utf8) }
    pieces += joined
    var known = Set(pieces)
    var text = Array(#"{"added_tokens": [], "normalizer": {"type": "Replace", "#.utf8)
    text += #""pattern": {"String": " "}, "content": "▁"}, "decoder": null, "#.utf8
    text += "\"model\": {\"type\": \"BPE\", \"byte_fallback\": true, \"vocab\": {".utf8
    var merges: [UInt8] = []
    while pieces.count < 256_000 {
      let left = joined[generator.below(min(joined.count, 40_000))]
      let right = joined[generator.below(min(joined.count, 2000))]
      let whole = left + right
      guard whole.count <= 16, known.insert(whole).inserted else { continue }
      joined.append(whole)
      pieces.append(whole)
      // Every way to make the piece of two others is a merge, as in converted vocabularies.
      for middle in 1..<whole.count where whole[middle] & 0xC0 != 0x80 {
        let (left, right) = (Array(whole[..<middle]), Array(whole[middle...]))
        guard known.contains(left), known.contains(right) else { continue }
        merges += (merges.isEmpty ? "\n      [\n        \"" : ",\n      [\n        \"").utf8
        merges += left + "\",\n        \"".utf8 + right + "\"\n      ]".utf8
      }
    }
    for (id, piece) in pieces.enumerated() {
      text += (id == 0 ? "\n      \"" : ",\n      \"").utf8 + piece + "\": \(id)".utf8
    }
    return text + "\n    }, \"merges\": [".utf8 + merges + "\n]}}\n".utf8
  }

  /// On an idle machine loading takes 0.2 to 0.4 s and 100,000 characters encode in some
  /// 50 ms; the bounds are loose because tests share their machine.
  @Test func `a vocabulary of Gemma's size loads and encodes fast`() throws {
    let bytes = LargeVocabularyTests.file()
    let clock = ContinuousClock()
    var loaded: Tokenizer?
    let load = try clock.measure { loaded = try Tokenizer(tokenizerJSON: bytes, path: "large") }
    let tokenizer = try #require(loaded)
    var generator = SeededGenerator(seed: 6)
    var text = ""
    for _ in 0..<16_000 {
      let piece = tokenizer.piece(256 + generator.below(255_000)) ?? ""
      text += piece.replacing("▁", with: " ")
    }
    var ids: [Int] = []
    let encode = clock.measure { ids = tokenizer.encode(text) }
    print(
      "tokenizer.json of \(bytes.count) bytes, \(tokenizer.vocabularySize) pieces: loaded in \(load), "
        + "\(text.unicodeScalars.count) characters encoded in \(encode)"
    )
    #expect(tokenizer.vocabularySize == 256_000)
    #expect(ids.count > 1000 && ids.count < 50_000)
    #expect(load < .seconds(3))
    #expect(encode < .seconds(2))
    // Nothing is lost in a hundred thousand merges.
    let spelled = ids.compactMap { tokenizer.piece($0) }.joined()
    #expect(sameBytes(spelled, text.replacing(" ", with: "▁")))
  }
}

extension SeededGenerator {
  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int {
    Int(next() % UInt64(bound))
  }
}
