import JSONText

/// The `model` of a `tokenizer.json`, read once from start to end.
struct BytePairFile {
  private var pieces: PieceTable?
  private var merges: PairTable?
  /// Merges that came before the vocabulary they name.
  private var waiting: JSONReader?
  private var settings: [String: JSONTree] = [:]

  /// Reads the object that is next.
  init(_ reader: inout JSONReader) throws(JSONFailure) {
    var seen: Set<[UInt8]> = []
    var model = try reader.openObject("model")
    while let name = try reader.nextName(&model, &seen) {
      switch name {
      case "vocab": pieces = try BytePairFile.readPieces(&reader)
      case "merges":
        if let pieces {
          merges = try BytePairFile.readMerges(&reader, pieces)
        } else {
          waiting = reader
          try reader.skipValue("model.merges")
        }
      default: settings[name] = try JSONTree(&reader, field: "model.\(name)")
      }
    }
    if var waiting, let pieces { merges = try BytePairFile.readMerges(&waiting, pieces) }
  }

  private static func readPieces(_ reader: inout JSONReader) throws(JSONFailure) -> PieceTable {
    // A guess from the file's size: an entry with its merges takes some 100 bytes.
    var pieces = PieceTable(expectedCount: reader.bytes.count / 128)
    var vocabulary = try reader.openObject("model.vocab")
    while let text = try reader.nextKey(&vocabulary) {
      func field(_ reader: JSONReader) -> String {
        "model.vocab[\"" + String(decoding: reader.bytes[text.range].prefix(60), as: UTF8.self)
          + "\"]"
      }
      let start = text.range.lowerBound
      guard !text.range.isEmpty, text.range.count <= PieceTable.lengthLimit else {
        throw reader.failure(
          at: start,
          field(reader),
          expected: "a piece of 1 to \(PieceTable.lengthLimit) bytes",
          found: "\(text.range.count) bytes"
        )
      }
      let id = try reader.readIndex("the id of a piece")
      let refusal: PieceTable.Refusal?
      if text.isEscaped {
        let piece = try reader.unescape(text, field(reader))
        refusal = pieces.insert(id: id, piece, 0..<piece.count)
      } else {
        refusal = pieces.insert(id: id, reader.bytes, text.range)
      }
      switch refusal {
      case nil: break
      case .idTaken:
        let other = quote(pieces.bytes(of: id) ?? [])
        throw reader.failure(
          at: start,
          field(reader),
          expected: "each id once",
          found: "\(id) again, of \(other)"
        )
      case .pieceTaken(let other):
        throw reader.failure(
          at: start,
          field(reader),
          expected: "each piece once",
          found: "it again, as \(other)"
        )
      case .full:
        throw reader.failure(
          at: start,
          field(reader),
          expected: "an id below \(PieceTable.idLimit)",
          found: "\(id)"
        )
      }
    }
    return pieces
  }

  private static func readMerges(
    _ reader: inout JSONReader,
    _ pieces: PieceTable
  ) throws(JSONFailure) -> PairTable {
    var merges = PairTable(expectedCount: reader.bytes.count / 64)
    var rank = 0
    var scratch: [UInt8] = []
    var array = try reader.openArray("model.merges")
    while try reader.nextElement(&array) {
      let place = reader.offset
      guard rank < TokenizerJSON.mergeLimit else {
        throw reader.failure(
          "model.merges",
          expected: "at most \(TokenizerJSON.mergeLimit) merges",
          found: "more"
        )
      }
      scratch.removeAll(keepingCapacity: true)
      let middle: Int
      if reader.peek() == 0x5B {
        middle = try readPair(&reader, rank, &scratch)
      } else {
        let text = try reader.readText("model.merges[\(rank)]")
        if text.isEscaped {
          scratch += try reader.unescape(text, "model.merges[\(rank)]")
        } else {
          scratch += reader.bytes[text.range]
        }
        if scratch.starts(with: "#version".utf8) { continue }
        guard let space = scratch.firstIndex(of: 0x20),
          !scratch[(space + 1)...].contains(0x20)
        else {
          throw reader.failure(
            at: place,
            "model.merges[\(rank)]",
            expected: "two pieces with a space between",
            found: quote(scratch)
          )
        }
        scratch.remove(at: space)
        middle = space
      }
      func id(_ range: Range<Int>, _ role: String) throws(JSONFailure) -> Int32 {
        guard let id = pieces.id(of: scratch, range) else {
          throw reader.failure(
            at: place,
            "model.merges[\(rank)]",
            expected: "\(role) in model.vocab",
            found: "\(quote(Array(scratch[range]))), which is not there"
          )
        }
        return Int32(id)
      }
      let left = try id(0..<middle, "a left piece")
      let right = try id(middle..<scratch.count, "a right piece")
      let result = try id(0..<scratch.count, "a merged piece")
      merges.set(left, right, UInt64(rank) << 32 | UInt64(result))
      rank += 1
    }
    return merges
  }

  /// Reads `["a", "b"]` into `scratch` and returns the length of the first.
  private static func readPair(
    _ reader: inout JSONReader,
    _ rank: Int,
    _ scratch: inout [UInt8]
  ) throws(JSONFailure) -> Int {
    let start = reader.offset
    var ends: [Int] = []
    var pair = try reader.openArray("model.merges")
    while try reader.nextElement(&pair) {
      let text = try reader.readText("model.merges[\(rank)]")
      if text.isEscaped {
        scratch += try reader.unescape(text, "model.merges[\(rank)]")
      } else {
        scratch += reader.bytes[text.range]
      }
      ends.append(scratch.count)
    }
    guard ends.count == 2 else {
      throw reader.failure(
        at: start,
        "model.merges[\(rank)]",
        expected: "two pieces",
        found: "\(ends.count)"
      )
    }
    return ends[0]
  }

  /// The model, after its settings are checked.
  func makeModel(_ path: String) throws(TokenizerError) -> BytePairModel {
    func setting(_ name: String) -> JSONNode? {
      settings[name].map { JSONNode(value: $0, field: "model.\(name)", path: path) }
    }
    if let type = setting("type"), try type.string() != "BPE" {
      throw type.failure(
        expected: "BPE",
        advice: "use the folder's tokenizer.model for other kinds"
      )
    }
    guard let pieces, let merges else {
      throw TokenizerError(
        path: path,
        field: pieces == nil ? "model.vocab" : "model.merges",
        expected: "a value",
        found: "none"
      )
    }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let node = setting(name), !node.isNull, try !node.text().isEmpty {
        throw node.failure(expected: "null")
      }
    }
    if let dropout = setting("dropout"), !dropout.isNull {
      guard dropout.value.double == 0 else { throw dropout.failure(expected: "null or 0") }
    }
    var unknownID: Int?
    if let unknown = setting("unk_token"), !unknown.isNull {
      unknownID = pieces.id(of: try unknown.text())
      guard unknownID != nil else {
        throw unknown.failure(expected: "a piece of model.vocab")
      }
    }
    func flag(_ name: String) throws(TokenizerError) -> Bool {
      guard let node = setting(name), !node.isNull else { return false }
      return try node.flag()
    }
    var byteIDs: [Int]?
    if try flag("byte_fallback") {
      byteIDs = (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        let piece = "<0x" + (byte < 16 ? "0" : "") + digits + ">"
        return pieces.id(of: Array(piece.utf8)) ?? -1
      }
    }
    return BytePairModel(
      pieces: pieces,
      merges: merges,
      unknownID: unknownID,
      fusesUnknown: try flag("fuse_unk"),
      byteIDs: byteIDs,
      ignoresMerges: try flag("ignore_merges")
    )
  }
}
