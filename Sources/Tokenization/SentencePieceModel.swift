/// Encoding and decoding by the rules of `tokenizer.model`.
struct SentencePieceModel: TextModel {
  private let pieces: PieceTable
  private let types: [SentencePieceFile.PieceType]
  private let algorithm: any PieceSegmenter
  private let normalizer: SentencePieceNormalizer
  private let unknownID: Int
  /// Ids of the 256 byte pieces, nil without byte fallback.
  private let byteIDs: [Int]?
  private let unknownSurface: [UInt8]
  /// Tokens from beside the file, searched in the text as given.
  private let added: AddedTokenMatcher

  /// Builds the tables after checking what the reference library checks.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - added: Tokens the file does not hold.
  ///   - path: Named in errors.
  /// - Throws: ``TokenizerError`` for repeated pieces, no or several unknown pieces, byte fallback
  ///   without its 256 pieces.
  init(_ file: SentencePieceFile, added: [AddedToken], path: String) throws(TokenizerError) {
    var pieces = PieceTable(expectedCount: file.pieces.count)
    var userDefined = ByteTrie()
    var unknownID: Int?
    for (id, piece) in file.pieces.enumerated() {
      if let refusal = pieces.insert(id: id, piece.text, 0..<piece.text.count) {
        throw TokenizerError(
          path: path,
          field: "pieces[\(id)]",
          expected: "each piece once",
          found: "\(quote(piece.text)): \(refusal)"
        )
      }
      switch piece.type {
      case .userDefined: userDefined.insert(piece.text, value: id)
      case .unknown where unknownID == nil: unknownID = id
      case .unknown:
        throw TokenizerError(
          path: path,
          field: "pieces[\(id)]",
          expected: "one unknown piece",
          found: "another"
        )
      case .byte where bytePiece(piece.text) == nil:
        throw TokenizerError(
          path: path,
          field: "pieces[\(id)]",
          expected: "a byte such as <0x0A>",
          found: quote(piece.text)
        )
      default: continue
      }
    }
    guard let unknownID else {
      throw TokenizerError(path: path, field: "pieces", expected: "an unknown piece", found: "none")
    }
    self.unknownID = unknownID
    if file.fallsBackToBytes {
      var byteIDs = [Int](repeating: -1, count: 256)
      for (id, piece) in file.pieces.enumerated() where piece.type == .byte {
        if let byte = bytePiece(piece.text) { byteIDs[Int(byte)] = id }
      }
      guard !byteIDs.contains(-1) else {
        throw TokenizerError(
          path: path,
          field: "pieces",
          expected: "256 byte pieces",
          found: "\(byteIDs.filter { $0 >= 0 }.count)"
        )
      }
      self.byteIDs = byteIDs
    } else {
      byteIDs = nil
    }
    normalizer = SentencePieceNormalizer(
      characterMap: file.characterMap,
      userDefined: userDefined,
      addsDummyPrefix: file.addsDummyPrefix,
      removesExtraSpaces: file.removesExtraSpaces,
      escapesSpaces: file.escapesSpaces,
      treatsSpaceAsSuffix: file.treatsSpaceAsSuffix
    )
    switch file.algorithm {
    case .bytePair:
      algorithm = ScoredPairSegmenter(
        pieces,
        file.pieces,
        userDefined: userDefined,
        unknownID: unknownID
      )
    case .unigram: algorithm = UnigramSegmenter(file.pieces, unknownID: unknownID)
    }
    types = file.pieces.map(\.type)
    unknownSurface = file.unknownSurface
    self.pieces = pieces
    var matcher = AddedTokenMatcher()
    for token in added { matcher.add(token, key: token.content) }
    self.added = matcher
  }

  var idBound: Int { pieces.idBound }

  func encode(_ text: [UInt8], into ids: inout [Int]) {
    guard !added.isEmpty else { return encodeGap(text, into: &ids) }
    for stretch in added.split(text, 0..<text.count) {
      if let id = stretch.id {
        ids.append(id)
      } else {
        encodeGap(Array(text[stretch.range]), into: &ids)
      }
    }
  }

  /// Encodes text between added tokens; a run of unknown pieces is one id.
  private func encodeGap(_ text: [UInt8], into ids: inout [Int]) {
    let text = normalizer.apply(text)
    guard !text.isEmpty else { return }
    var wasUnknown = false
    for segment in algorithm.segments(text) {
      let isUnknown = segment.id == unknownID
      if isUnknown, let byteIDs {
        for byte in text[segment.range] { ids.append(byteIDs[Int(byte)]) }
      } else if !(isUnknown && wasUnknown) {
        ids.append(segment.id)
      }
      wasUnknown = isUnknown
    }
  }

  func makeDecoder() -> any PieceDecoding {
    SentencePieceDecoding(
      stripsFirstSpace: normalizer.addsDummyPrefix || normalizer.removesExtraSpaces,
      stripsAllLeadingSpaces: normalizer.removesExtraSpaces,
      unknownSurface: unknownSurface,
      unknownPiece: pieces.bytes(of: unknownID) ?? []
    )
  }

  func piece(_ id: Int) -> [UInt8]? { pieces.bytes(of: id) }

  func id(of piece: [UInt8]) -> Int? { pieces.id(of: piece) }

  func kind(_ id: Int, isAdded: Bool) -> TokenKind {
    guard types.indices.contains(id) else { return isAdded ? .userDefined : .control }
    switch types[id] {
    case .normal, .unused: return .normal
    case .byte: return .byte
    case .userDefined: return .userDefined
    case .control, .unknown: return .control
    }
  }

  func bytes(of piece: [UInt8], id: Int) -> [UInt8] {
    if types.indices.contains(id), types[id] == .byte, let byte = bytePiece(piece) {
      return [byte]
    }
    return replacing(piece, SentencePieceNormalizer.spaceSymbol, with: [0x20])
  }
}

/// Divides normalised text into pieces.
protocol PieceSegmenter: Sendable {
  /// The pieces of a text that is not empty, in order; text without a piece has the unknown id.
  func segments(_ text: [UInt8]) -> [PieceSegment]
}

/// A piece in a text.
struct PieceSegment {
  let range: Range<Int>
  let id: Int
}

/// Decoding as the library `sentencepiece` does it.
struct SentencePieceDecoding: PieceDecoding {
  /// Whether a "▁" that starts the output goes.
  let stripsFirstSpace: Bool
  /// Whether every further leading one goes too.
  let stripsAllLeadingSpaces: Bool
  let unknownSurface: [UInt8]
  let unknownPiece: [UInt8]
  /// The bytes of a character that is not complete.
  private var run: [UInt8] = []
  private var isEmpty = true
  private var hasSeenSpace = false
  private var isAtStart = true

  init(
    stripsFirstSpace: Bool,
    stripsAllLeadingSpaces: Bool,
    unknownSurface: [UInt8],
    unknownPiece: [UInt8]
  ) {
    self.stripsFirstSpace = stripsFirstSpace
    self.stripsAllLeadingSpaces = stripsAllLeadingSpaces
    self.unknownSurface = unknownSurface
    self.unknownPiece = unknownPiece
  }

  mutating func append(_ piece: [UInt8], kind: TokenKind) -> [UInt8] {
    if kind == .byte, let byte = bytePiece(piece) {
      run.append(byte)
      return settled(isFinal: false)
    }
    var out = settled(isFinal: true)
    if hasSeenSpace || !isEmpty { isAtStart = false }
    hasSeenSpace = false
    if kind == .control {
      if piece == unknownPiece { out += unknownSurface }
    } else {
      var rest = piece[...]
      if isAtStart, stripsFirstSpace, piece.starts(with: SentencePieceNormalizer.spaceSymbol) {
        rest = piece.dropFirst(SentencePieceNormalizer.spaceSymbol.count)
        hasSeenSpace = !stripsAllLeadingSpaces
      }
      out += replacing(Array(rest), SentencePieceNormalizer.spaceSymbol, with: [0x20])
    }
    if !out.isEmpty { isEmpty = false }
    return out
  }

  mutating func finish() -> [UInt8] {
    settled(isFinal: true)
  }

  /// Takes the characters that are certain from the open run; each wrong byte is one U+FFFD.
  private mutating func settled(isFinal: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    while index < run.count {
      if let length = UTF8Scan.validLength(run, at: index, end: run.count) {
        out += run[index..<index + length]
        index += length
      } else if isFinal || index + UTF8Scan.length(lead: run[index]) <= run.count {
        out += UTF8Scan.replacement
        index += 1
      } else {
        break
      }
    }
    run.removeFirst(index)
    if !out.isEmpty { isEmpty = false }
    return out
  }
}
