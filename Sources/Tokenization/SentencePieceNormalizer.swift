/// What a `tokenizer.model` does to text before it is encoded.
struct SentencePieceNormalizer: Sendable {
  let characterMap: CharacterMap?
  /// User-defined pieces, which pass unchanged.
  let userDefined: ByteTrie
  let addsDummyPrefix: Bool
  let removesExtraSpaces: Bool
  let escapesSpaces: Bool
  let treatsSpaceAsSuffix: Bool

  /// "▁", U+2581 LOWER ONE EIGHTH BLOCK, which stands for a space in pieces.
  static let spaceSymbol: [UInt8] = [0xE2, 0x96, 0x81]

  /// The text as the model sees it.
  func apply(_ text: [UInt8]) -> [UInt8] {
    let space = escapesSpaces ? SentencePieceNormalizer.spaceSymbol : [0x20]
    var index = 0
    if removesExtraSpaces {
      while index < text.count {
        let (part, length) = next(text, at: index)
        guard part == [0x20] else { break }
        index += length
      }
    }
    guard index < text.count else { return [] }
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 2)
    if addsDummyPrefix, !treatsSpaceAsSuffix { out += space }
    var isAfterSpace = removesExtraSpaces
    while index < text.count {
      let (part, length) = next(text, at: index)
      index += length
      let kept = isAfterSpace ? part.drop { $0 == 0x20 } : part
      for byte in kept {
        if byte == 0x20 { out += space } else { out.append(byte) }
      }
      if let last = kept.last { isAfterSpace = last == 0x20 }
      if !removesExtraSpaces { isAfterSpace = false }
    }
    if removesExtraSpaces {
      while out.suffix(space.count) == space[...] { out.removeLast(space.count) }
    }
    if addsDummyPrefix, treatsSpaceAsSuffix { out += space }
    return out
  }

  /// What the text at `index` becomes, and the bytes it takes: a user-defined piece, else the
  /// longest rule, else one character.
  private func next(_ text: [UInt8], at index: Int) -> (ArraySlice<UInt8>, Int) {
    if let match = userDefined.longestMatch(text, at: index, end: text.count) {
      return (text[index..<index + match.length], match.length)
    }
    if let characterMap, let rule = characterMap.longestRule(text, at: index) {
      return (characterMap.replacement(rule.replacement), rule.length)
    }
    let length = min(UTF8Scan.length(lead: text[index]), text.count - index)
    return (text[index..<index + length], length)
  }
}
