/// The parts of a `tokenizer.model` (`sentencepiece_model.proto`) that encoding and decoding need.
struct SentencePieceFile {
  /// One piece of the vocabulary; its id is its place in the file.
  struct Piece {
    var text: [UInt8] = []
    /// Higher is preferred: the log-probability, or minus the rank of a merge.
    var score: Float = 0
    var type = PieceType.normal
  }

  /// `SentencePiece.Type`.
  enum PieceType: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// `TrainerSpec.ModelType`, as far as it is read.
  enum Algorithm: Int {
    case unigram = 1
    case bytePair
  }

  private(set) var pieces: [Piece] = []
  private(set) var algorithm = Algorithm.unigram
  private(set) var fallsBackToBytes = false
  private(set) var treatsSpaceAsSuffix = false
  /// What an unknown id looks like in decoded text.
  private(set) var unknownSurface = Array(" \u{2047} ".utf8)
  private(set) var addsDummyPrefix = true
  private(set) var removesExtraSpaces = true
  private(set) var escapesSpaces = true
  private(set) var characterMap: CharacterMap?
  private let path: String

  /// Largest accepted file in bytes.
  static let sizeLimit = 1 << 25

  /// Reads a file that is already in memory.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    self.path = path
    var reader = WireReader(bytes: bytes, path: path)
    while let (number, value) = try reader.next("file") {
      guard case .bytes(let range) = value else { continue }
      switch number {
      case 1:
        guard pieces.count < PieceTable.idLimit else {
          throw reader.failure(
            "pieces",
            expected: "at most \(PieceTable.idLimit) pieces",
            found: "more"
          )
        }
        pieces.append(try readPiece(reader.message(range)))
      case 2: try readTrainer(reader.message(range))
      case 3: try readNormalizer(reader.message(range))
      case 5: try checkDenormalizer(reader.message(range))
      default: continue
      }
    }
    guard !pieces.isEmpty else {
      throw TokenizerError(path: path, field: "pieces", expected: "pieces", found: "none")
    }
  }

  private func readPiece(_ message: WireReader) throws(TokenizerError) -> Piece {
    var reader = message
    let field = "pieces[\(pieces.count)]"
    var piece = Piece()
    while let (number, value) = try reader.next(field) {
      switch (number, value) {
      case (1, .bytes(let range)): piece.text = Array(reader.bytes[range])
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .varint(let type)):
        guard type <= 6, let known = PieceType(rawValue: Int(type)) else {
          throw reader.failure("\(field).type", expected: "1 to 6", found: "\(type)")
        }
        piece.type = known
      case (1, _), (2, _), (3, _):
        throw reader.failure(
          field,
          expected: "the wire type of field \(number)",
          found: "another one"
        )
      default: continue
      }
    }
    guard !piece.text.isEmpty, piece.text.count <= PieceTable.lengthLimit else {
      throw reader.failure(
        field,
        expected: "a piece of 1 to \(PieceTable.lengthLimit) bytes",
        found: "\(piece.text.count) bytes"
      )
    }
    guard UTF8Scan.firstInvalid(piece.text) == nil else {
      throw reader.failure(field, expected: "UTF-8", found: "other bytes")
    }
    guard piece.score.isFinite else {
      throw reader.failure("\(field).score", expected: "a finite number", found: "\(piece.score)")
    }
    return piece
  }

  private mutating func readTrainer(_ message: WireReader) throws(TokenizerError) {
    var reader = message
    while let (number, value) = try reader.next("trainer_spec") {
      switch (number, value) {
      case (3, .varint(let type)):
        guard type <= 2, let known = Algorithm(rawValue: Int(type)) else {
          throw reader.failure(
            "trainer_spec.model_type",
            expected: "1 (unigram) or 2 (BPE)",
            found: "\(type)"
          )
        }
        algorithm = known
      case (24, .varint(let flag)): treatsSpaceAsSuffix = flag != 0
      case (35, .varint(let flag)): fallsBackToBytes = flag != 0
      case (44, .bytes(let range)): unknownSurface = Array(reader.bytes[range])
      case (3, _), (24, _), (35, _), (44, _):
        throw reader.failure(
          "trainer_spec",
          expected: "the wire type of field \(number)",
          found: "another one"
        )
      default: continue
      }
    }
  }

  private mutating func readNormalizer(_ message: WireReader) throws(TokenizerError) {
    var reader = message
    while let (number, value) = try reader.next("normalizer_spec") {
      switch (number, value) {
      case (2, .bytes(let range)):
        if !range.isEmpty {
          characterMap = try CharacterMap(Array(reader.bytes[range]), path: path)
        }
      case (3, .varint(let flag)): addsDummyPrefix = flag != 0
      case (4, .varint(let flag)): removesExtraSpaces = flag != 0
      case (5, .varint(let flag)): escapesSpaces = flag != 0
      case (2, _), (3, _), (4, _), (5, _):
        throw reader.failure(
          "normalizer_spec",
          expected: "the wire type of field \(number)",
          found: "another one"
        )
      default: continue
      }
    }
  }

  private func checkDenormalizer(_ message: WireReader) throws(TokenizerError) {
    var reader = message
    while let (number, value) = try reader.next("denormalizer_spec") {
      if number == 2, case .bytes(let range) = value, !range.isEmpty {
        throw reader.failure(
          "denormalizer_spec.precompiled_charsmap",
          expected: "none",
          found: "\(range.count) bytes"
        )
      }
    }
  }
}
