import JSONText

/// The parts of a `tokenizer.json` that encoding and decoding need.
///
/// The vocabulary and the merges, nearly all of the file, go straight from its bytes into tables.
/// A file of 256,000 pieces and 500,000 merges (30 MB) takes less than half a second.
struct TokenizerJSON {
  private(set) var addedTokens: [AddedToken] = []
  private let path: String
  private var normalizer: TextNormalizer?
  private var preTokenizer: PreTokenizer?
  private var decoder: DecoderChain
  private let bytePair: BytePairModel

  /// Largest accepted file in bytes.
  static let sizeLimit = 1 << 29
  /// Most merges.
  static let mergeLimit = 1 << 24

  /// Reads a file that is already in memory.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    let parts: Parts
    do {
      parts = try Parts(bytes)
    } catch {
      throw TokenizerError(path: path, error)
    }
    guard let model = parts.model else {
      throw TokenizerError(path: path, field: "model", expected: "an object", found: "none")
    }
    bytePair = try model.makeModel(path)
    func node(_ name: String) -> JSONNode? {
      guard let value = parts.small[name], value != .null else { return nil }
      return JSONNode(value: value, field: name, path: path)
    }
    if let node = node("normalizer") { normalizer = try TextNormalizer(checking: node) }
    if let node = node("pre_tokenizer") { preTokenizer = try PreTokenizer(node) }
    decoder = try DecoderChain(node("decoder"))
    if let node = node("added_tokens") { try readAddedTokens(node) }
  }

  /// The members of the file that are needed, found in one walk.
  private struct Parts {
    var small: [String: JSONTree] = [:]
    var model: BytePairFile?

    init(_ bytes: [UInt8]) throws(JSONFailure) {
      var reader = try JSONReader(bytes)
      var seen: Set<[UInt8]> = []
      var file = try reader.openObject("")
      while let name = try reader.nextName(&file, &seen) {
        switch name {
        case "added_tokens", "normalizer", "pre_tokenizer", "decoder":
          small[name] = try JSONTree(&reader, field: name)
        case "model": model = try BytePairFile(&reader)
        default: try reader.skipValue(name)
        }
      }
      try reader.finish()
    }
  }

  /// Encoding and decoding by this file.
  func model() -> JSONTextModel {
    JSONTextModel(
      bytePair: bytePair,
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      decoder: decoder,
      added: addedTokens
    )
  }

  private mutating func readAddedTokens(_ node: JSONNode) throws(TokenizerError) {
    var contents: [Int: [UInt8]] = [:]
    for element in try node.elements() {
      let idNode = try element.required("id")
      let id = try idNode.integer(in: 0...PieceTable.idLimit - 1)
      let content = try element.required("content")
      var token = AddedToken(
        id: id,
        content: try content.text(),
        isSpecial: try element.flag("special", default: false)
      )
      token.isSingleWord = try element.flag("single_word", default: false)
      token.stripsLeft = try element.flag("lstrip", default: false)
      token.stripsRight = try element.flag("rstrip", default: false)
      token.isNormalized = try element.flag("normalized", default: true)
      if token.isNormalized, let normalizer { token.spelling = normalizer.apply(token.content) }
      guard !token.content.isEmpty else {
        throw content.failure(expected: "a text that is not empty")
      }
      if let known = contents[id] {
        throw idNode.failure(
          expected: "each id once",
          found: "\(id) again, of \(quote(known))"
        )
      }
      if let known = bytePair.pieces.id(of: token.content), known != id {
        throw idNode.failure(
          expected: "\(known), the id of \(quote(token.content)) in model.vocab",
          found: "\(id)"
        )
      }
      if let known = bytePair.pieces.bytes(of: id), known != token.content {
        throw content.failure(
          expected: "\(quote(known)), the piece of id \(id) in model.vocab",
          found: quote(token.content)
        )
      }
      contents[id] = token.content
      addedTokens.append(token)
    }
    try checkRepeats(node)
  }

  private func checkRepeats(_ node: JSONNode) throws(TokenizerError) {
    var ids: [[UInt8]: Int] = [:]
    for token in addedTokens {
      if let other = ids.updateValue(token.id, forKey: token.content) {
        throw node.failure(
          expected: "each text once",
          found: "\(quote(token.content)) as \(other) and \(token.id)"
        )
      }
    }
  }
}

/// A piece as it appears in an error.
func quote(_ piece: [UInt8]) -> String {
  "\"" + String(decoding: piece.prefix(60), as: UTF8.self) + "\""
}
