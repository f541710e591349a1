/// Turns ids into text as they come.
///
/// What it has returned never ends inside a character, and all of it together equals
/// ``Tokenizer/decode(_:)`` of the same ids. Byte pieces are held back until what they spell is
/// settled: with `tokenizer.json` until the next piece that is not a byte, because there one wrong
/// byte turns its whole run into U+FFFD; with `tokenizer.model` only until the character is complete.
package struct DecodingStream: Sendable {
  private let tokenizer: Tokenizer
  private var state: any PieceDecoding

  init(_ tokenizer: Tokenizer, _ state: any PieceDecoding) {
    self.tokenizer = tokenizer
    self.state = state
  }

  /// Takes one id and returns the text that is now certain; ids without a piece are passed over.
  package mutating func append(_ id: Int) -> String {
    guard let piece = tokenizer.pieceBytes(id) else { return "" }
    return String(decoding: state.append(piece, kind: tokenizer.kind(of: id)), as: UTF8.self)
  }

  /// Returns what was held back and starts anew.
  package mutating func finish() -> String {
    defer { state = tokenizer.makePieceDecoder() }
    return String(decoding: state.finish(), as: UTF8.self)
  }
}

/// The decoding rules of one file format, fed piece by piece.
protocol PieceDecoding: Sendable {
  /// Returns the text that is settled once `piece` is known.
  mutating func append(_ piece: [UInt8], kind: TokenKind) -> [UInt8]
  /// Returns what was held back.
  mutating func finish() -> [UInt8]
}

/// Decoding by the steps of `tokenizer.json`; control tokens are left out.
struct ChainDecoding: PieceDecoding {
  private let chain: DecoderChain
  /// Pieces seen, which tells the first from the others.
  private var pieceCount = 0
  /// Tokens made of them, for the steps after byte pieces are joined.
  private var tokenCount = 0
  /// The run of byte pieces that is still open.
  private var run: [UInt8] = []
  private var ends: [EndStrip]

  /// One strip at the ends of the whole text.
  private struct EndStrip: Sendable {
    let strip: DecoderChain.Strip
    /// Copies that may still be taken from the start.
    var startLeft: Int
    /// Trailing copies that go if nothing follows them.
    var held: [UInt8] = []

    mutating func append(_ text: [UInt8]) -> [UInt8] {
      var text = text
      if startLeft > 0, !text.isEmpty {
        let count = strip.leading(text, limit: startLeft)
        text.removeFirst(count * strip.content.count)
        startLeft = text.isEmpty ? startLeft - count : 0
      }
      text = held + text
      let keep = text.count - strip.trailing(text, limit: strip.stop) * strip.content.count
      held = Array(text[keep...])
      return Array(text[..<keep])
    }
  }

  init(_ chain: DecoderChain) {
    self.chain = chain
    ends = chain.onText.map { EndStrip(strip: $0, startLeft: $0.start) }
  }

  mutating func append(_ piece: [UInt8], kind: TokenKind) -> [UInt8] {
    guard kind != .control else { return [] }
    defer { pieceCount += 1 }
    switch chain.token(piece, isFirst: pieceCount == 0) {
    case .byte(let byte):
      run.append(byte)
      return []
    case .text(let text):
      let bytes = closeRun()
      return throughEnds(bytes + onToken(text))
    }
  }

  mutating func finish() -> [UInt8] {
    throughEnds(closeRun())
  }

  /// The open run as text: itself when it is UTF-8, else one U+FFFD per byte.
  private mutating func closeRun() -> [UInt8] {
    guard !run.isEmpty else { return [] }
    defer { run = [] }
    if UTF8Scan.firstInvalid(run) == nil { return onToken(run) }
    var out: [UInt8] = []
    for _ in run { out += onToken(UTF8Scan.replacement) }
    return out
  }

  private mutating func onToken(_ token: [UInt8]) -> [UInt8] {
    let isFirst = tokenCount == 0
    tokenCount += 1
    let text = chain.onTokens.reduce(token) { $1.apply($0, isFirst: isFirst) }
    return isFirst ? text : chain.separator + text
  }

  private mutating func throughEnds(_ text: [UInt8]) -> [UInt8] {
    var text = text
    for index in ends.indices { text = ends[index].append(text) }
    return text
  }
}
