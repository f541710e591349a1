import TestSupport
import Testing
import Tokenization

/// Files that lie: each gets an error that names the place, and none stops the process.
@Suite struct MalformedFileTests {
  /// The error that loading the small file gives after an edit.
  private func error(replacing old: String, with new: String) throws -> TokenizerError? {
    #expect(smallFile.contains(old), "the edit must change the file: \(old)")
    do {
      _ = try smallTokenizer { $0.replacing(old, with: new) }
      return nil
    } catch let error as TokenizerError {
      return error
    }
  }

  @Test(arguments: [
    (#""a": 4"#, #""a": -4"#, "integer of zero or more"),
    (#""a": 4"#, #""a": 4.0"#, "integer of zero or more"),
    (#""a": 4"#, #""a": 5"#, "each id once"),
    (#""a": 4"#, #""\n": 5"#, "each id once"),
    (#""a": 4"#, #""a": 99"#, "a piece for every id"),
    (#""a": 4"#, #""a": 99999999"#, "id below"),
    (#""a": 4"#, #""a": 99999999999999999999"#, "integer of zero or more"),
    (#""a": 4"#, #""b": 4"#, "each piece once"),
    (#""a": 4"#, #""": 4"#, "a piece of 1 to"),
    (#""a": 4"#, #""\ud800": 4"#, "escape of one character"),
    (#""a b","#, #""a c","#, "a right piece in model.vocab"),
    (#""a b","#, #""b a","#, "a merged piece in model.vocab"),
    (#""a b","#, #""ab","#, "two pieces with a space between"),
    (#"["▁", "ab"]"#, #"["▁", "ab", "a"]"#, "two pieces"),
    (#"["▁", "ab"]"#, #"7"#, "a string"),
    (#""type": "BPE""#, #""type": "WordPiece""#, "expected BPE"),
    (#""dropout": null"#, #""dropout": 0.5"#, "null or 0"),
    (#""unk_token": "<unk>""#, #""unk_token": "<none>""#, "a piece of model.vocab"),
    (
      #""type": "Replace", "pattern": {"String": " "}, "content": "▁""#, #""type": "Lowercase""#,
      "NFKC"
    ),
    (
      #""type": "Replace", "pattern": {"String": " "}, "content": "▁""#,
      #""type": "Sequence", "normalizers": ["# + doublings(7) + "]", "at most 64 times as long"
    ),
    (
      #""type": "Replace", "pattern": {"String": " "}, "content": "▁""#,
      #""type": "Prepend", "prepend": ""# + String(repeating: "a", count: 1001) + #"""#,
      "at most 1000 bytes"
    ),
    (
      #"{"type": "ByteFallback"}"#, doublings(7) + #", {"type": "ByteFallback"}"#,
      "at most 64 times as long"
    ),
    (#""type": "ByteFallback""#, #""type": "CTC""#, "ByteFallback"),
    (#""behavior": "MergedWithPrevious""#, #""behavior": "Sometimes""#, "split behaviour"),
    (#"{"id": 9, "content": "</td>""#, #"{"id": 4, "content": "</td>""#, "the piece of id 4"),
    (#"{"id": 9, "content": "</td>""#, #"{"id": 9, "content": "ab""#, "in model.vocab"),
    (#"{"id": 9, "content": "</td>""#, #"{"id": 10, "content": "</td>""#, "each id once"),
    (#"{"id": 9, "content": "</td>""#, #"{"content": "</td>""#, "a value"),
    (#""version": "1.0","#, #""version": "1.0", "version": 1,"#, "each key once"),
    (#""version": "1.0","#, #""version": "1.0""#, "',' or the end"),
    (#""version": "1.0","#, #""version": 01,"#, "expected a number"),
    (#""model": {"#, #""other": {"#, "an object"),
    (#""vocab": {"#, #""words": {"#, "a value"),
  ])
  func `a fault is named with its place and what was expected`(
    old: String,
    new: String,
    expected: String
  ) throws {
    let error = try #require(try error(replacing: old, with: new), "\(new) was accepted")
    #expect(error.description.contains(expected), "\(error)")
    #expect(error.path == "small.json")
    #expect(!error.description.contains("\n"))
  }

  @Test func `an error in the vocabulary names line, column and piece`() throws {
    let error = try #require(try error(replacing: #""b": 5"#, with: #""b": 4"#))
    #expect(error.position?.line == 26, "\(error)")
    #expect(error.field.contains("\"b\""), "\(error)")
  }

  @Test func `deep nesting is refused`() throws {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: TokenizerError.self) {
      try Tokenizer(tokenizerJSON: Array("{\"a\": \(text)".utf8), path: "deep")
    }
  }

  @Test func `a folder without a tokenizer and an absent file are named`() {
    #expect(throws: TokenizerError.self) { try Tokenizer(directory: Recorded.folder + "/none") }
    #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: "none.json") }
    #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: Recorded.folder) }
  }

  /// Loads a damaged file and, should that work, uses it.
  private func use(_ load: () throws -> Tokenizer) -> Bool {
    guard let tokenizer = try? load() else { return false }
    let ids = tokenizer.encode(" a</td><td>é ab  \n\u{1F469}\u{200D}<loc0007>")
    _ = tokenizer.decode(ids)
    for id in -1...tokenizer.vocabularySize {
      _ = (tokenizer.bytes(of: id), tokenizer.kind(of: id), tokenizer.symbol(of: id))
    }
    return true
  }

  private func damage(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...generator.below(3) {
      let place = generator.below(bytes.count)
      switch generator.below(5) {
      case 0: bytes[place] = UInt8(generator.below(256))
      case 1: bytes.removeSubrange(place..<min(place + generator.below(9), bytes.count))
      case 2:
        bytes.insert(
          contentsOf: Array("{}[],:\"0-9".utf8).shuffled(using: &generator)[..<2],
          at: place
        )
      case 3: bytes[place] ^= 1 << generator.below(8)
      default:
        let from = generator.below(bytes.count)
        bytes.insert(contentsOf: bytes[from..<min(from + 12, bytes.count)], at: place)
      }
      if bytes.isEmpty { return [0] }
    }
    return generator.below(8) == 0 ? Array(bytes.prefix(generator.below(bytes.count + 1))) : bytes
  }

  @Test func `no damage to a small tokenizer.json stops the process`() {
    var generator = SeededGenerator(seed: 11)
    let whole = Array(smallFile.utf8)
    var loaded = 0
    for _ in 0..<3000 {
      let bytes = damage(whole, &generator)
      if use({ try Tokenizer(tokenizerJSON: bytes, path: "damaged") }) { loaded += 1 }
    }
    #expect(loaded > 20 && loaded < 2900, "seed 11: \(loaded) of 3000 loaded")
  }

  @Test(arguments: ["bpe", "unigram", "classic"])
  func `no damage to a tokenizer.model stops the process`(name: String) throws {
    var generator = SeededGenerator(seed: 12)
    let whole = try Recorded.bytes("\(name).model")
    var loaded = 0
    for _ in 0..<60 {
      // The settings and the character map lie at the end, behind thousands of pieces.
      let start = generator.below(2) == 0 ? whole.count - min(600, whole.count) : 0
      let bytes = whole[..<start] + damage(Array(whole[start...]), &generator)
      if use({ try Tokenizer(sentencePiece: Array(bytes), path: "damaged") }) { loaded += 1 }
    }
    #expect(loaded < 60, "seed 12: \(loaded) of 60 loaded")
  }
}

/// Steps each of which makes a run of `a` twice as long.
private func doublings(_ count: Int) -> String {
  repeatElement(
    #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}"#,
    count: count
  ).joined(separator: ", ")
}
