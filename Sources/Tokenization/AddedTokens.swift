/// A token that is searched in the text before the model sees it.
struct AddedToken: Sendable {
  let id: Int
  /// The text it stands for, as the file spells it.
  let content: [UInt8]
  /// What it is decoded to: the normalised content where ``isNormalized``, as in the reference.
  var spelling: [UInt8]
  /// Whether it steers the model and is left out of decoded text.
  let isSpecial: Bool
  /// Whether it must not touch a word character.
  var isSingleWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space after it.
  var stripsRight = false
  /// Whether it is searched in the normalised text rather than in the text as given.
  var isNormalized = false

  init(id: Int, content: [UInt8], isSpecial: Bool) {
    self.id = id
    self.content = content
    self.spelling = content
    self.isSpecial = isSpecial
  }
}

/// Finds added tokens in a text: leftmost first, longest of those.
struct AddedTokenMatcher: Sendable {
  private var trie = ByteTrie()
  private var tokens: [AddedToken] = []

  /// A stretch of text: a token, or what lies between tokens.
  struct Stretch {
    let id: Int?
    let range: Range<Int>
  }

  /// Whether there is nothing to search for.
  var isEmpty: Bool { tokens.isEmpty }

  /// Adds a token under the text it is found by; the last one given stays.
  mutating func add(_ token: AddedToken, key: [UInt8]) {
    trie.insert(key, value: tokens.count)
    tokens.append(token)
  }

  /// Splits `range` of `bytes` into tokens and the stretches between them.
  func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Stretch] {
    var stretches: [Stretch] = []
    // End of what the stretches cover; tokens that strip white space move it.
    var covered = range.lowerBound
    var index = range.lowerBound
    let end = range.upperBound
    while index < end {
      guard let match = trie.longestMatch(bytes, at: index, end: end) else {
        index += 1
        continue
      }
      var start = index
      var stop = index + match.length
      index = stop
      let token = tokens[match.value]
      if token.isSingleWord, touchesWord(bytes, start..<stop, in: range) { continue }
      if token.stripsLeft {
        start = max(spaceStart(bytes, before: start, from: range.lowerBound), covered)
      }
      if token.stripsRight { stop = spaceEnd(bytes, from: stop, end: end) }
      if covered < start { stretches.append(Stretch(id: nil, range: covered..<start)) }
      stretches.append(Stretch(id: token.id, range: min(start, stop)..<stop))
      covered = stop
    }
    if covered < end { stretches.append(Stretch(id: nil, range: covered..<end)) }
    return stretches
  }

  private func touchesWord(_ bytes: [UInt8], _ match: Range<Int>, in range: Range<Int>) -> Bool {
    if let before = UTF8Scan.start(before: match.lowerBound, in: bytes, from: range.lowerBound),
      let scalar = UTF8Scan.scalar(bytes, at: before, end: match.lowerBound), isWord(scalar)
    {
      return true
    }
    guard let next = UTF8Scan.scalar(bytes, at: match.upperBound, end: range.upperBound) else {
      return false
    }
    return isWord(next)
  }

  /// `\w` of UTS 18 annex C, which the reference's regular expressions use.
  private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      true
    default: scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
  }

  private func spaceStart(_ bytes: [UInt8], before index: Int, from start: Int) -> Int {
    var index = index
    while let previous = UTF8Scan.start(before: index, in: bytes, from: start),
      let scalar = UTF8Scan.scalar(bytes, at: previous, end: index),
      scalar.properties.isWhitespace
    {
      index = previous
    }
    return index
  }

  private func spaceEnd(_ bytes: [UInt8], from index: Int, end: Int) -> Int {
    var index = index
    while let scalar = UTF8Scan.scalar(bytes, at: index, end: end),
      scalar.properties.isWhitespace
    {
      index += UTF8Scan.length(lead: bytes[index])
    }
    return index
  }
}
