/// What `tokenizer.json` does to pieces to make text of them.
///
/// The steps act on a list of tokens in three stages: on each piece; then runs of byte pieces
/// become characters; then on each of the tokens that result; and, after the tokens are joined, on
/// the two ends of the text.
struct DecoderChain: Sendable {
  /// A step on one token.
  enum Step: Sendable {
    case replace(pattern: [UInt8], content: [UInt8])
    case strip(Strip)
    /// Turns the replacement into a space, or into nothing in the first token.
    case metaspace(replacement: [UInt8], stripsFirst: Bool)

    func apply(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
      switch self {
      case .replace(let pattern, let content): replacing(token, pattern, with: content)
      case .strip(let strip): strip.apply(token)
      case .metaspace(let replacement, let stripsFirst):
        replacing(token, replacement, with: isFirst && stripsFirst ? [] : [0x20])
      }
    }
  }

  /// Takes up to so many copies of a character from either end.
  struct Strip: Sendable {
    let content: [UInt8]
    let start: Int
    let stop: Int

    /// Copies of the character at the start, at most `limit`.
    func leading(_ bytes: [UInt8], limit: Int) -> Int {
      var count = 0
      while count < limit, bytes[(count * content.count)...].starts(with: content) { count += 1 }
      return count
    }

    /// Copies of the character at the end, at most `limit`.
    func trailing(_ bytes: [UInt8], limit: Int) -> Int {
      var count = 0
      while count < limit,
        bytes.dropLast(count * content.count).suffix(content.count) == content[...]
      {
        count += 1
      }
      return count
    }

    func apply(_ bytes: [UInt8]) -> [UInt8] {
      let rest = Array(bytes.dropFirst(leading(bytes, limit: start) * content.count))
      return rest.dropLast(trailing(rest, limit: stop) * content.count)
    }
  }

  var onPieces: [Step] = []
  var joinsBytes = false
  var onTokens: [Step] = []
  var onText: [Strip] = []
  /// Put between tokens; only files without a decoder have one.
  var separator: [UInt8] = []

  /// A piece after the steps that act on pieces.
  enum Token: Equatable {
    case byte(UInt8)
    case text([UInt8])
  }

  /// Applies the steps that act on pieces; `isFirst` is true for the first piece of the output.
  func token(_ piece: [UInt8], isFirst: Bool) -> Token {
    let text = onPieces.reduce(piece) { $1.apply($0, isFirst: isFirst) }
    if joinsBytes, let byte = bytePiece(text) { return .byte(byte) }
    return .text(text)
  }

  /// Reads the `decoder` of a tokenizer file.
  init(_ node: JSONNode?) throws(TokenizerError) {
    guard let node else {
      separator = [0x20]
      return
    }
    var isJoined = false
    try add(node, &isJoined)
    let growth = (onPieces + onTokens).reduce(1.0) { product, step in
      guard case .replace(let pattern, let content) = step else { return product }
      return product * replacementGrowth(pattern, content)
    }
    guard growth <= largestGrowth else { throw growthFailure(node) }
  }

  private mutating func add(_ node: JSONNode, _ isJoined: inout Bool) throws(TokenizerError) {
    let type = try node.required("type")
    let name = try type.string()
    if isJoined, name != "Strip", name != "Fuse", name != "Sequence" {
      throw type.failure(expected: "only Strip after Fuse")
    }
    switch name {
    case "Sequence":
      for step in try node.required("decoders").elements() { try add(step, &isJoined) }
    case "Fuse": isJoined = true
    case "ByteFallback":
      guard !joinsBytes else { throw type.failure(expected: "one ByteFallback step") }
      joinsBytes = true
    case "Replace":
      add(
        .replace(
          pattern: try literalPattern(try node.required("pattern")),
          content: try node.required("content").text()
        )
      )
    case "Metaspace":
      let replacement = try node.required("replacement")
      guard try replacement.string().unicodeScalars.count == 1 else {
        throw replacement.failure(expected: "one character")
      }
      add(
        .metaspace(
          replacement: try replacement.text(),
          stripsFirst: try metaspacePrefix(node) != .never
        )
      )
    case "Strip":
      let content = try node.required("content")
      guard try content.string().unicodeScalars.count == 1 else {
        throw content.failure(expected: "one character")
      }
      let strip = Strip(
        content: try content.text(),
        start: try node.required("start").integer(in: 0...65535),
        stop: try node.required("stop").integer(in: 0...65535)
      )
      if isJoined { onText.append(strip) } else { add(.strip(strip)) }
    default:
      throw type.failure(
        expected: "Sequence, Replace, ByteFallback, Fuse, Strip or Metaspace"
      )
    }
  }

  private mutating func add(_ step: Step) {
    if joinsBytes { onTokens.append(step) } else { onPieces.append(step) }
  }
}

/// The byte that a piece such as `<0x0A>` stands for.
func bytePiece(_ piece: [UInt8]) -> UInt8? {
  guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == 0x3E else { return nil }
  return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
}
