import ConstrainedDecoding
import Generation
import OutputConstraints
import Testing
import Tokenization

@Suite struct TokenizerVocabularyTests {
  private func vocabulary() throws -> TokenVocabulary {
    let bytes = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "\"<0x\(byte < 16 ? "0" : "")\(digits)>\": \(4 + byte)"
    }
    let pieces = ["▁", "(", ")", "a", "▁a"].enumerated().map { "\"\($1)\": \(260 + $0)" }
    let special = ["<pad>", "<eos>", "<bos>", "<unk>"].enumerated().map { "\"\($1)\": \($0)" }
    func added(_ id: Int, _ content: String, special: Bool) -> String {
      """
      {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": \(special)}
      """
    }
    let tokens =
      (0..<4).map { added($0, ["<pad>", "<eos>", "<bos>", "<unk>"][$0], special: true) }
      + [
        added(265, "<loc0001>", special: false), added(266, "</td>", special: false),
        added(267, "<unused7>", special: false), added(268, "<image>", special: true),
      ]
    let json = """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [\(tokens.joined(separator: ","))],
       "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
       "pre_tokenizer": null, "post_processor": null,
       "decoder": {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
         {"type": "ByteFallback"}, {"type": "Fuse"}]},
       "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
         "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
         "byte_fallback": true,
         "vocab": {\((special + bytes + pieces).joined(separator: ","))},
         "merges": ["▁ a"]}}
      """
    let tokenizer = try Tokenizer(tokenizerJSON: Array(json.utf8), path: "test")
    return TokenVocabulary(tokenizer, endTokens: [1])
  }

  @Test func `pieces become text as it stands in an output`() throws {
    let vocabulary = try vocabulary()
    #expect(vocabulary.count == 269)
    #expect(vocabulary.producesEveryByte)
    #expect(vocabulary.text(of: 4 + 0x0A) == [0x0A])
    #expect(vocabulary.text(of: 264) == Array(" a".utf8))
    #expect(vocabulary.text(of: 266) == Array("</td>".utf8))
    #expect(vocabulary.endTokens == [1])
  }

  @Test func `symbols, control and unused tokens are not text`() throws {
    let vocabulary = try vocabulary()
    for id in [0, 1, 2, 3, 265, 267, 268] { #expect(vocabulary.text(of: id) == nil, "\(id)") }
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    var state = mask.initial
    mask.advance(&state, by: 261)
    let allowed = mask.mask(in: state, budget: 10)
    #expect(allowed.contains(265))
    #expect(!allowed.contains(2))
    // "(", ")" and "a" as pieces and as bytes, the other letters as bytes, leads, the location.
    #expect(allowed.contains(263) && allowed.contains(4 + 0x61) && allowed.contains(4 + 0xC3))
    #expect(!allowed.contains(264))
  }
}
