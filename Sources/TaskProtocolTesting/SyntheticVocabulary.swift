package import ConstrainedDecoding
import Generation
import OutputConstraints

/// A vocabulary made from a seed that resembles Gemma's: every byte, runs of spaces and newlines,
/// HTML tags, locations, code, and pieces of words in a dozen scripts.
///
/// Lengths are distributed as in a published vocabulary (``publishedLengths``), a third of the texts hold
/// characters past ASCII, and there is more markup than in published vocabularies, because that is what
/// masks are about.
package struct SyntheticVocabulary: Sendable {
  /// What each id is.
  package let pieces: [TokenPiece]

  /// A vocabulary of `count` tokens, at least 2048.
  package init(count: Int = 257_152, seed: UInt64 = 1) {
    var builder = PieceBuilder(seed: seed)
    builder.addControl()
    builder.addMarkup()
    builder.addSymbols(count >= 16_384 ? (locations: 1024, segments: 128) : (16, 2))
    builder.addWords(upTo: count)
    pieces = builder.pieces
  }

  /// The vocabulary for masks.
  package var vocabulary: TokenVocabulary {
    let pieces = pieces
    return TokenVocabulary(count: pieces.count) { pieces[$0] }
  }
}

/// Collects pieces, each text once.
private struct PieceBuilder {
  var pieces: [TokenPiece] = []
  private var known: Set<[UInt8]> = []
  private var generator: SplitMix64

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
  }

  private mutating func add(_ text: String) {
    let bytes = Array(text.utf8)
    if known.insert(bytes).inserted { pieces.append(.text(bytes)) }
  }

  mutating func addControl() {
    pieces += [.never, .end, .never, .never]
    // Byte pieces, some of whose bytes have a character piece too.
    pieces += (UInt8.min...UInt8.max).map { .text([$0]) }
    for byte: UInt8 in 0x20...0x7E { add(String(Character(Unicode.Scalar(byte)))) }
  }

  mutating func addMarkup() {
    for length in 2...31 {
      add(String(repeating: "\n", count: length))
      add(String(repeating: " ", count: length))
      add(String(repeating: "\t", count: length))
    }
    let names = [
      "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "h1", "h2", "blockquote",
      "i", "u", "b", "em", "strong", "sup", "sub", "code", "br", "div", "p", "span", "li", "ul",
    ]
    for name in names {
      add("<\(name)>")
      add("</\(name)>")
    }
    let code = [
      "</", "/>", "\">", "\"><", "=\"", "='", "();", ");", "})", "->", "=>", "::", "&&", "||", "<<",
      ">>", "<=", ">=", "!=", "&amp;", "&lt;", "&gt;", "&nbsp;", "><", ">\n", " <", " &", " >",
      "td", "tr", " rowspan", " colspan", "rowspan", "colspan", " rowspan=\"", " colspan=\"",
    ]
    for text in code { add(text) }
    for number in 0..<100 { add(String(number)) }
  }

  mutating func addSymbols(_ counts: (locations: Int, segments: Int)) {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    for number in 0..<counts.locations {
      pieces.append(.symbol(TokenSymbol(name: "<loc\(padded(number, 4))>")))
    }
    for number in 0..<counts.segments {
      pieces.append(.symbol(TokenSymbol(name: "<seg\(padded(number, 3))>")))
    }
  }

  /// Adds pieces whose lengths are distributed as ``publishedLengths`` says.
  ///
  /// Most words go on from an earlier one, as merges make them, so that they share beginnings as the
  /// words of a trained vocabulary do.
  mutating func addWords(upTo count: Int) {
    while pieces.count < count {
      let length = drawLength()
      // Short texts run out; then other lengths make up for them.
      for _ in 0..<40 {
        let kind = below(100)
        let text: [UInt8]
        var script = 0
        switch kind {
        case 0..<30: text = length <= 3 ? letters(length) : word(of: 0, length: length)
        case 30..<33: text = punctuated(length)
        case 33..<84:
          script = 1 + below(scripts.count - 1)
          text = word(of: script, length: length)
        default: text = ideographs(length)
        }
        guard text.count == length, known.insert(text).inserted else { continue }
        pieces.append(.text(text))
        words[script * 64 + length, default: []].append(text)
        break
      }
    }
  }

  /// Words so far by `script * 64 + length`; script 0 holds everything that is in no other.
  private var words: [Int: [[UInt8]]] = [:]

  private mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  private mutating func drawLength() -> Int {
    var draw = below(SyntheticVocabulary.publishedLengths.reduce(0, +))
    for (index, share) in SyntheticVocabulary.publishedLengths.enumerated() {
      if draw < share { return index < 15 ? index + 1 : 16 + below(12) }
      draw -= share
    }
    return 1
  }

  /// Few syllables are frequent.
  private mutating func syllable(of script: Int) -> [UInt8] {
    let syllables = scripts[script]
    return syllables[min(below(syllables.count), below(syllables.count))]
  }

  private mutating func word(of script: Int, length: Int) -> [UInt8] {
    var text: [UInt8] = []
    if below(100) < 85, let earlier = words[script * 64 + length - 1 - below(3)] {
      text = pick(earlier)
    } else {
      if below(2) == 0 { text.append(0x20) }
      if script == 0, below(5) == 0 { text.append(pick(capitals)) }
    }
    while text.count < length { text += syllable(of: script) }
    // Cut within a character it has the wrong length, and another is tried.
    let isWhole = text.count == length || text[length] & 0xC0 != 0x80
    return isWhole ? Array(text.prefix(length)) : []
  }

  private mutating func letters(_ length: Int) -> [UInt8] {
    let alphabet = Array("etaoinshrdlucmfwypvbgkjqxzETAOINSHRDLUCMFWYPVBGKJQXZ".utf8)
    var text = (0..<length).map { _ in pick(alphabet) }
    if below(3) == 0 { text[0] = 0x20 }
    return text
  }

  private mutating func punctuated(_ length: Int) -> [UInt8] {
    let marks = Array(".,()\"'=<>&;/_[]{}:-+*#!?|\\".utf8)
    var text = (0..<min(length, 1 + below(3))).map { _ in pick(marks) }
    while text.count < length { text += syllable(of: 0) }
    return Array(text.prefix(length))
  }

  private mutating func ideographs(_ length: Int) -> [UInt8] {
    guard length.isMultiple(of: 3) else { return [] }
    var text = ""
    for _ in 0..<length / 3 {
      if let scalar = Unicode.Scalar(UInt32(0x4E00 + min(below(7000), below(7000)))) {
        text.unicodeScalars.append(scalar)
      }
    }
    return Array(text.utf8)
  }
}

extension SyntheticVocabulary {
  /// Tokens of a published vocabulary by length in bytes, 1 to 15 and longer, in per mille.
  ///
  /// Counted from the 150,000 tokens of Mistral's Tekken (`tekken_240911.json` in the package
  /// mistral-common 1.13.1). Their mean is 6.90 bytes, 38 % hold characters past ASCII, 0.34 % hold
  /// `<`, `>` or `&`, and a trie over them has 2.08 nodes for each.
  package static let publishedLengths = [
    2, 25, 80, 126, 128, 160, 132, 86, 90, 50, 43, 22, 24, 5, 11, 14,
  ]
}

/// Consonant and vowel in every combination, frequent ones first.
private func syllables(_ consonants: String, _ vowels: String) -> [[UInt8]] {
  let pairs = vowels.flatMap { vowel in consonants.map { "\($0)\(vowel)" } }
  return (pairs + vowels.map(String.init)).map { Array($0.utf8) }
}

private let capitals = Array("TNRSLDCMPHBGFVKWYJAEIOU".utf8)

private let latin =
  syllables("tnrsldcmphbgfvkwyjxqz", "eaiou")
  + ["ing", "tion", "er", "ed", "est", "ment", "able"].map { Array($0.utf8) }

private let scripts = [
  latin,
  syllables("ntrsdlcmpß", "äöüéèáíóú"), syllables("нтрсвлкмдпгзбчйхжшцщф", "оаеиуыяюэё"),
  syllables("سلمنترفقكبدحجعشص", "اويةى"), syllables("नरतसकलमपहवदयगबजशचट", "ािीेुो"),
  syllables("ντρσπκλμδγθφβχζ", "αεηιου"), syllables("שלמנתרבקדחגעפצ", "אוי"),
  syllables("กนรมตวลสคทบปพหย", "าเแิีุ"), syllables("かさたなはまやらわが", "いうえおん"),
  syllables("가나다라마바사아자차", "기니디리미비시이지치"), syllables("నరతసకలమపవద", "ాిీుే"),
]
