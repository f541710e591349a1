/// Encoding and decoding by the rules of `tokenizer.json`.
struct JSONTextModel: TextModel {
  let bytePair: BytePairModel
  let normalizer: TextNormalizer?
  let preTokenizer: PreTokenizer?
  let decoder: DecoderChain
  /// Tokens searched in the text as given, then those searched in normalised text.
  let rawTokens: AddedTokenMatcher
  let normalizedTokens: AddedTokenMatcher

  init(
    bytePair: BytePairModel,
    normalizer: TextNormalizer?,
    preTokenizer: PreTokenizer?,
    decoder: DecoderChain,
    added: [AddedToken]
  ) {
    self.bytePair = bytePair
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.decoder = decoder
    var raw = AddedTokenMatcher()
    var normalized = AddedTokenMatcher()
    for token in added {
      if token.isNormalized {
        normalized.add(token, key: token.spelling)
      } else {
        raw.add(token, key: token.content)
      }
    }
    rawTokens = raw
    normalizedTokens = normalized
  }

  var idBound: Int { bytePair.pieces.idBound }

  func encode(_ text: [UInt8], into ids: inout [Int]) {
    for stretch in rawTokens.split(text, 0..<text.count) {
      if let id = stretch.id {
        ids.append(id)
      } else {
        encodeGap(Array(text[stretch.range]), stretch.range.lowerBound == 0, into: &ids)
      }
    }
  }

  /// Encodes text between tokens that were searched before normalisation.
  private func encodeGap(_ text: [UInt8], _ isAtStart: Bool, into ids: inout [Int]) {
    let text = normalizer?.apply(text) ?? text
    let stretches =
      normalizedTokens.isEmpty
      ? [AddedTokenMatcher.Stretch(id: nil, range: 0..<text.count)]
      : normalizedTokens.split(text, 0..<text.count)
    for stretch in stretches {
      if let id = stretch.id {
        ids.append(id)
      } else if let preTokenizer {
        let word = PreTokenizer.Word(
          bytes: Array(text[stretch.range]),
          isAtStart: isAtStart && stretch.range.lowerBound == 0
        )
        for word in preTokenizer.apply([word]) {
          bytePair.encode(word.bytes, 0..<word.bytes.count, into: &ids)
        }
      } else {
        bytePair.encode(text, stretch.range, into: &ids)
      }
    }
  }

  func makeDecoder() -> any PieceDecoding { ChainDecoding(decoder) }

  func piece(_ id: Int) -> [UInt8]? { bytePair.pieces.bytes(of: id) }

  func id(of piece: [UInt8]) -> Int? { bytePair.pieces.id(of: piece) }

  func kind(_ id: Int, isAdded: Bool) -> TokenKind {
    if let byteIDs = bytePair.byteIDs, let piece = piece(id), let byte = bytePiece(piece),
      byteIDs[Int(byte)] == id
    {
      return .byte
    }
    if isAdded { return .userDefined }
    return bytePair.pieces.contains(id: id) && id != bytePair.unknownID ? .normal : .control
  }

  func bytes(of piece: [UInt8], id: Int) -> [UInt8] {
    switch decoder.token(piece, isFirst: false) {
    case .byte(let byte): return [byte]
    case .text(let text):
      return decoder.separator
        + decoder.onTokens.reduce(text) { $1.apply($0, isFirst: false) }
    }
  }
}
