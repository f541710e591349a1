import FileAccess

/// Text to ids and back, as the file of a checkpoint defines it.
///
/// Two files are read. `tokenizer.json` gives what the Python package `tokenizers` gives,
/// `tokenizer.model` what `sentencepiece` gives; a folder with both uses the former, as the
/// reference implementation does. No beginning-of-text token is added: a post-processor in the file
/// is not applied, and the prompt layout of the model is the caller's.
package final class Tokenizer: Sendable {
  /// The file that was read.
  package let path: String
  /// Largest id + 1, added tokens included; every smaller id has a piece.
  package let vocabularySize: Int
  private let model: any TextModel
  /// Tokens that the model itself does not have, or that override its kind.
  private let added: [Int: AddedToken]
  private let addedIDs: [[UInt8]: Int]

  /// Reads `tokenizer.json`, or else `tokenizer.model`, of a checkpoint folder.
  package convenience init(directory: String) throws(TokenizerError) {
    let json = directory + "/tokenizer.json"
    if fileExists(json) {
      try self.init(tokenizerJSON: json)
      return
    }
    let model = directory + "/tokenizer.model"
    if fileExists(model) {
      try self.init(sentencePiece: model)
      return
    }
    throw TokenizerError(
      path: directory,
      field: "folder",
      expected: "tokenizer.json or tokenizer.model",
      found: "neither"
    )
  }

  /// Reads a `tokenizer.json` of the package `tokenizers` with a byte-pair model.
  package convenience init(tokenizerJSON path: String) throws(TokenizerError) {
    let bytes = try readFile(path, limit: TokenizerJSON.sizeLimit)
    try self.init(tokenizerJSON: bytes, path: path)
  }

  /// Reads the bytes of a `tokenizer.json`.
  package convenience init(tokenizerJSON bytes: [UInt8], path: String) throws(TokenizerError) {
    let file = try TokenizerJSON(bytes, path: path)
    try self.init(path: path, model: file.model(), added: file.addedTokens)
  }

  /// Reads a `tokenizer.model` of the package `sentencepiece`, BPE or unigram.
  ///
  /// Tokens that `added_tokens.json` in the same folder lists are searched in the text first.
  package convenience init(sentencePiece path: String) throws(TokenizerError) {
    let bytes = try readFile(path, limit: SentencePieceFile.sizeLimit)
    try self.init(
      sentencePiece: bytes,
      path: path,
      added: try AddedTokensFile.tokens(besideModel: path)
    )
  }

  /// Reads the bytes of a `tokenizer.model`.
  package convenience init(sentencePiece bytes: [UInt8], path: String) throws(TokenizerError) {
    try self.init(sentencePiece: bytes, path: path, added: [])
  }

  private convenience init(
    sentencePiece bytes: [UInt8],
    path: String,
    added: [AddedToken]
  ) throws(TokenizerError) {
    let file = try SentencePieceFile(bytes, path: path)
    let model = try SentencePieceModel(file, added: added, path: path)
    for token in added {
      let known = model.piece(token.id)
      guard known == nil ? model.id(of: token.content) == nil : known == token.content else {
        throw TokenizerError(
          path: path,
          field: "added_tokens.json",
          expected: "ids that tokenizer.model leaves free",
          found: "\(quote(token.content)) as \(token.id)"
        )
      }
    }
    try self.init(path: path, model: model, added: added)
  }

  /// Checks that ids have no gap and no two tokens share one.
  init(path: String, model: any TextModel, added tokens: [AddedToken]) throws(TokenizerError) {
    var added: [Int: AddedToken] = [:]
    var addedIDs: [[UInt8]: Int] = [:]
    var bound = model.idBound
    for token in tokens {
      added[token.id] = token
      addedIDs[token.content] = token.id
      bound = max(bound, token.id + 1)
    }
    for id in 0..<bound where added[id] == nil && model.piece(id) == nil {
      throw TokenizerError(
        path: path,
        field: "id \(id)",
        expected: "a piece for every id below \(bound)",
        found: "none"
      )
    }
    self.path = path
    self.model = model
    self.added = added
    self.addedIDs = addedIDs
    vocabularySize = bound
  }

  // MARK: Text

  /// The ids of a text; tokens written out in it (`<loc0000>`, `</td>`) are recognised.
  package func encode(_ text: String) -> [Int] {
    var ids: [Int] = []
    model.encode(Array(text.utf8), into: &ids)
    return ids
  }

  /// The text of ids; control tokens and ids without a piece are left out.
  package func decode(_ ids: [Int]) -> String {
    var decoder = model.makeDecoder()
    var bytes: [UInt8] = []
    for id in ids {
      if let piece = pieceBytes(id) {
        bytes += decoder.append(piece, kind: kind(of: id))
      }
    }
    bytes += decoder.finish()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A decoder that is fed id by id.
  package func makeStream() -> DecodingStream {
    DecodingStream(self, makePieceDecoder())
  }

  func makePieceDecoder() -> any PieceDecoding {
    model.makeDecoder()
  }

  // MARK: Vocabulary

  /// The spelling of an id in the vocabulary, nil when there is no such id.
  package func piece(_ id: Int) -> String? {
    pieceBytes(id).map { String(decoding: $0, as: UTF8.self) }
  }

  func pieceBytes(_ id: Int) -> [UInt8]? {
    added[id]?.spelling ?? model.piece(id)
  }

  /// The id of a spelling.
  package func id(of piece: String) -> Int? {
    let bytes = Array(piece.utf8)
    return addedIDs[bytes] ?? model.id(of: bytes)
  }

  /// What an id is; ids that do not exist count as control.
  package func kind(of id: Int) -> TokenKind {
    if let token = added[id] {
      return token.isSpecial ? .control : model.kind(id, isAdded: true)
    }
    return model.kind(id, isAdded: false)
  }

  /// The number that a location or segmentation token stands for.
  package func symbol(of id: Int) -> TokenSymbol? {
    pieceBytes(id).flatMap { TokenSymbol($0) }
  }

  /// The bytes an id adds in the middle of an output, nil for control tokens.
  ///
  /// A space for "▁", one byte for a byte piece, the text itself for tags and locations. Bytes of
  /// consecutive ids concatenate to the UTF-8 of ``decode(_:)`` where that text is well formed and
  /// the rules of the file do not strip its ends.
  package func bytes(of id: Int) -> [UInt8]? {
    guard kind(of: id) != .control, let piece = pieceBytes(id) else { return nil }
    return model.bytes(of: piece, id: id)
  }
}

/// What the two file formats have in common.
protocol TextModel: Sendable {
  /// Largest id + 1.
  var idBound: Int { get }
  func encode(_ text: [UInt8], into ids: inout [Int])
  func makeDecoder() -> any PieceDecoding
  func piece(_ id: Int) -> [UInt8]?
  func id(of piece: [UInt8]) -> Int?
  /// What an id is; `isAdded` says that the file lists it among its added tokens.
  func kind(_ id: Int, isAdded: Bool) -> TokenKind
  func bytes(of piece: [UInt8], id: Int) -> [UInt8]
}
