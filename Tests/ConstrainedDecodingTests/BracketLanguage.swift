import ConstrainedDecoding
import OutputConstraints

/// Nested brackets around letters and characters past ASCII, such as `(a(é)b)`: small enough to be
/// enumerated, with free text, a symbol, a memo key and an ending that grows with the depth.
struct BracketLanguage: OutputConstraint {
  struct State: Hashable, Sendable {
    var depth = 0
    var hasStarted = false
    var symbols = 0
    var progress = UTF8Progress()
  }

  /// Deepest nesting that is allowed.
  var maximumDepth = 3

  static let text = FreeText(
    identifier: 1,
    bytes: ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")),
    allowsUnicode: true
  )

  var initial: State { State() }

  func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    if byte >= 0x80 { return state.depth > 0 && state.progress.advance(byte) }
    guard state.progress.isBetweenCharacters else { return false }
    switch byte {
    case UInt8(ascii: "("):
      guard state.depth < maximumDepth, state.depth > 0 || !state.hasStarted else { return false }
      state.depth += 1
      state.hasStarted = true
    case UInt8(ascii: ")"):
      guard state.depth > 0 else { return false }
      state.depth -= 1
    case UInt8(ascii: "a")...UInt8(ascii: "z"): return state.depth > 0
    default: return false
    }
    return true
  }

  func canFinish(_ state: State) -> Bool { state.hasStarted && state.depth == 0 }

  func finishBound(_ state: State) -> Int {
    state.hasStarted ? state.depth + state.progress.missingByteCount : 2
  }

  func closer(_ state: State) -> UInt8? {
    guard !canFinish(state) else { return nil }
    guard state.hasStarted else { return UInt8(ascii: "(") }
    return state.progress.closer ?? UInt8(ascii: ")")
  }

  func freeText(_ state: State) -> FreeText? {
    state.depth > 0 && state.progress.isBetweenCharacters ? Self.text : nil
  }

  var freeTextClasses: [FreeText] { [Self.text] }

  func maskKey(_ state: State) -> MaskKey? {
    state.progress.isBetweenCharacters
      ? MaskKey(UInt64(state.depth), UInt64(state.symbols * 2 + (state.hasStarted ? 1 : 0))) : nil
  }

  func acceptsSymbols(_ state: State) -> Bool { state.depth > 0 }

  func advance(_ state: inout State, symbol: TokenSymbol) -> Bool {
    guard symbol.name == "<loc0001>", state.depth > 0, state.progress.isBetweenCharacters,
      state.symbols < 2
    else { return false }
    state.symbols += 1
    return true
  }
}

/// A vocabulary of hand-picked tokens besides one for each of the given bytes.
func smallVocabulary(bytes: some Sequence<UInt8> = UInt8.min...UInt8.max) -> TokenVocabulary {
  var pieces: [TokenPiece] = [
    .never, .end, .symbol(TokenSymbol(name: "<loc0001>")), .symbol(TokenSymbol(name: "<loc0002>")),
  ]
  let texts = [
    "(", "((", "(((", ")", "))", ")))", "()", "a", "ab", "abc", "a)", "a))", "é", "éa", "(é)", "日本",
    "日", "x(", "a(b", " ", "\n\n", "A", ")(", "(a(b(c", "𝄞",
  ]
  pieces += texts.map { .text(Array($0.utf8)) }
  pieces += [.text([0xC3]), .text([0x61, 0xE6]), .text([0xA9, 0x29]), .text([0xE6, 0x97])]
  pieces += bytes.map { .text([$0]) }
  pieces.append(.end)
  return TokenVocabulary(count: pieces.count) { pieces[$0] }
}
