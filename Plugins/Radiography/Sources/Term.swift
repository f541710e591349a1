/// A word or phrase of a data file, with `*` for any ending of a word and `~` for up to three words.
struct Term: Equatable, Sendable {
  enum Part: Equatable, Sendable {
    case exactly(String)
    case beginning(String)
    case gap
  }

  let parts: [Part]
  /// As written, for messages.
  let text: String

  /// Most words that `~` stands for.
  private static let gapLimit = 3

  /// Reads a term; `nil` when it has no word, begins or ends with `~`, or holds other characters than
  /// letters, digits, hyphens and `*` at the end of words.
  init?(_ text: some StringProtocol) {
    var parts: [Part] = []
    for piece in text.lowercased().split(whereSeparator: { $0 == " " || $0 == "-" }) {
      if piece == "~" {
        parts.append(.gap)
        continue
      }
      let isOpen = piece.hasSuffix("*")
      let word = isOpen ? piece.dropLast() : piece
      guard !word.isEmpty,
        word.utf8.allSatisfy({ byte in
          byte >= 0x80 || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        })
      else { return nil }
      parts.append(isOpen ? .beginning(String(word)) : .exactly(String(word)))
    }
    guard let first = parts.first, let last = parts.last, first != .gap, last != .gap else {
      return nil
    }
    self.parts = parts
    self.text = String(text)
  }

  /// The first byte of the first word.
  var firstByte: UInt8 {
    switch parts[0] {
    case .exactly(let word), .beginning(let word): word.utf8.first ?? 0
    case .gap: 0
    }
  }

  /// The end of the words from `start` on that the term matches, `nil` for none.
  func end(in words: [SentenceWord], from start: Int) -> Int? {
    end(in: words, from: start, part: 0)
  }

  private func end(in words: [SentenceWord], from start: Int, part: Int) -> Int? {
    guard part < parts.count else { return start }
    if case .gap = parts[part] {
      for length in 0...Self.gapLimit {
        if let end = end(in: words, from: start + length, part: part + 1) { return end }
        guard start + length < words.count, words[start + length].kind == .word else { return nil }
      }
      return nil
    }
    guard start < words.count, words[start].kind != .mark else { return nil }
    switch parts[part] {
    case .exactly(let word): guard words[start].text == word else { return nil }
    case .beginning(let word): guard words[start].text.hasPrefix(word) else { return nil }
    case .gap: return nil
    }
    return end(in: words, from: start + 1, part: part + 1)
  }
}

/// Terms and what they mean, found by their first byte.
struct TermIndex<Meaning: Sendable>: Sendable {
  /// A term that was found.
  struct Match: Sendable {
    var range: Range<Int>
    var meaning: Meaning
    var term: Term
  }

  private var entries: [UInt8: [(term: Term, meaning: Meaning)]] = [:]

  mutating func insert(_ term: Term, _ meaning: Meaning) {
    entries[term.firstByte, default: []].append((term, meaning))
  }

  /// The longest term that begins at a word; of equally long ones the first in the file.
  func match(in words: [SentenceWord], at start: Int) -> Match? {
    guard let byte = words[start].text.utf8.first else { return nil }
    var best: Match?
    for entry in entries[byte] ?? [] {
      guard let end = entry.term.end(in: words, from: start) else { continue }
      if end - start > (best?.range.count ?? 0) {
        best = Match(range: start..<end, meaning: entry.meaning, term: entry.term)
      }
    }
    return best
  }

  /// The terms of a sentence from left to right, the longest first, none within another.
  func matches(in words: [SentenceWord]) -> [Match] {
    var found: [Match] = []
    var place = 0
    while place < words.count {
      if let match = match(in: words, at: place) {
        found.append(match)
        place = match.range.upperBound
      } else {
        place += 1
      }
    }
    return found
  }
}
