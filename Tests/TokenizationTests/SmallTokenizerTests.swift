import Testing

import Tokenization

/// A vocabulary small enough to work every result out by hand.
let smallFile = #"""
  {
    "version": "1.0",
    "added_tokens": [
      {"id": 0, "content": "<pad>", "special": true, "normalized": false},
      {"id": 1, "content": "<unk>", "special": true, "normalized": false},
      {"id": 9, "content": "</td>", "special": false, "normalized": false},
      {"id": 10, "content": "</td><td>", "special": false, "normalized": false},
      {"id": 11, "content": "<loc0007>", "special": false, "normalized": true}
    ],
    "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    "pre_tokenizer": {
      "type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false
    },
    "post_processor": {"type": "Anything"},
    "decoder": {
      "type": "Sequence",
      "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"}
      ]
    },
    "model": {
      "type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": null,
      "end_of_word_suffix": null, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
      "vocab": {
        "<pad>": 0, "<unk>": 1, "<0xC3>": 2, "<0xA9>": 3, "a": 4, "b": 5, "▁": 6, "ab": 7,
        "\u2581ab": 8
      },
      "merges": ["a b", ["▁", "ab"]]
    }
  }
  """#

/// The tokenizer of ``smallFile`` after `edit` has changed it.
func smallTokenizer(_ edit: (String) -> String = { $0 }) throws -> Tokenizer {
  try Tokenizer(tokenizerJSON: Array(edit(smallFile).utf8), path: "small.json")
}

@Suite struct SmallTokenizerTests {
  @Test func `merges apply in the order of their ranks`() throws {
    let tokenizer = try smallTokenizer()
    #expect(tokenizer.encode("ab ab") == [7, 8])
    #expect(tokenizer.encode("aab") == [4, 7])
    #expect(tokenizer.encode("") == [])
  }

  @Test func `a character without a piece becomes bytes, or unknown where a byte is missing`()
    throws
  {
    let tokenizer = try smallTokenizer()
    #expect(tokenizer.encode("é") == [2, 3])
    #expect(tokenizer.encode("zz") == [1])
    #expect(tokenizer.decode([2, 3]) == "é")
  }

  @Test func `added tokens match leftmost and longest`() throws {
    let tokenizer = try smallTokenizer()
    #expect(tokenizer.encode("a</td></td><td><loc0007>") == [4, 9, 10, 11])
    #expect(tokenizer.decode([4, 9, 10, 11, 0]) == "a</td></td><td><loc0007>")
  }

  @Test func `every id says what it is and which bytes it adds`() throws {
    let tokenizer = try smallTokenizer()
    #expect(tokenizer.vocabularySize == 12)
    #expect(tokenizer.kind(of: 0) == .control && tokenizer.bytes(of: 0) == nil)
    #expect(tokenizer.kind(of: 2) == .byte && tokenizer.bytes(of: 2) == [0xC3])
    #expect(tokenizer.kind(of: 8) == .normal && tokenizer.bytes(of: 8) == Array(" ab".utf8))
    #expect(tokenizer.kind(of: 10) == .userDefined)
    #expect(tokenizer.bytes(of: 10) == Array("</td><td>".utf8))
    #expect(tokenizer.symbol(of: 11) == .location(7))
    #expect(tokenizer.symbol(of: 9) == nil)
    #expect(tokenizer.bytes(of: 12) == nil && tokenizer.bytes(of: -1) == nil)
    #expect(tokenizer.piece(8) == "▁ab" && tokenizer.id(of: "▁ab") == 8)
    #expect(tokenizer.id(of: "</td>") == 9 && tokenizer.id(of: "nothing") == nil)
  }

  @Test func `a stream holds bytes back until they are settled`() throws {
    var stream = try smallTokenizer().makeStream()
    #expect(stream.append(2) == "")
    #expect(stream.append(3) == "")
    #expect(stream.append(4) == "éa")
    #expect(stream.append(3) == "")
    #expect(stream.finish() == "\u{FFFD}")
    #expect(stream.finish() == "")
  }
}
