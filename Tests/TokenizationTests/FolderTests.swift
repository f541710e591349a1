import Foundation
import Testing
import Tokenization

/// Which files of a checkpoint folder are read.
@Suite struct FolderTests {
  /// Runs `body` in a folder that holds copies of recorded files and some texts.
  private func withFolder(
    copies: [String: String],
    texts: [String: String],
    _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, source) in copies {
      try Data(Recorded.bytes(source)).write(to: folder.appendingPathComponent(name))
    }
    for (name, text) in texts {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try body(folder.path)
  }

  @Test func `tokenizer.json is preferred to tokenizer.model`() throws {
    let copies = ["tokenizer.json": "gemma.json", "tokenizer.model": "unigram.model"]
    try withFolder(copies: copies, texts: [:]) { folder in
      let tokenizer = try Tokenizer(directory: folder)
      #expect(tokenizer.path.hasSuffix("tokenizer.json"))
      let image = try #require(tokenizer.id(of: "<image>"))
      #expect(tokenizer.kind(of: image) == .control)
      #expect(tokenizer.encode("<image>a") == [image] + tokenizer.encode("a"))
    }
  }

  @Test func `tokens beside a tokenizer.model come from added_tokens.json`() throws {
    let bare = try Recorded.sentencePiece("bpe")
    let size = bare.vocabularySize
    let added = #"{"<image>": \#(size), "<loc0005>": \#(size + 1), "<turn>": \#(size + 2)}"#
    let special = #"{"extra": ["<turn>"], "eos_token": {"content": "<eos>"}}"#
    let texts = ["added_tokens.json": added, "special_tokens_map.json": special]
    try withFolder(copies: ["tokenizer.model": "bpe.model"], texts: texts) { folder in
      let tokenizer = try Tokenizer(directory: folder)
      #expect(tokenizer.vocabularySize == size + 3)
      #expect(
        tokenizer.encode("a<image><loc0005> b")
          == bare.encode("a") + [size, size + 1] + bare.encode(" b")
      )
      #expect(tokenizer.kind(of: size) == .control && tokenizer.bytes(of: size) == nil)
      #expect(tokenizer.kind(of: size + 1) == .userDefined)
      #expect(tokenizer.symbol(of: size + 1) == .location(5))
      #expect(tokenizer.bytes(of: size + 1) == Array("<loc0005>".utf8))
      #expect(tokenizer.kind(of: size + 2) == .control)
      #expect(tokenizer.decode([size, size + 1]) == "<loc0005>")
    }
  }

  @Test func `an added token that takes a piece's id is an error`() throws {
    let texts = ["added_tokens.json": #"{"<image>": 7}"#]
    try withFolder(copies: ["tokenizer.model": "bpe.model"], texts: texts) { folder in
      #expect(throws: TokenizerError.self) { try Tokenizer(directory: folder) }
    }
  }

  @Test(arguments: ["gemma", "bpe", "unigram"])
  func `the bytes of ids join to the decoded text`(name: String) throws {
    let tokenizer =
      try name == "gemma" ? Recorded.gemma() : Recorded.sentencePiece(name)
    for text in ["x a  b\n\n<td>é漢字</td>\t\t👩‍👩‍👧", "The <b>second</b> word, 12.5 %"] {
      let ids = tokenizer.encode(text)
      #expect(ids.flatMap { tokenizer.bytes(of: $0) ?? [] } == Array(text.utf8))
      #expect(sameBytes(tokenizer.decode(ids), text))
    }
  }
}
