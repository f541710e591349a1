package import ConstrainedDecoding
import Generation
import OutputConstraints

/// A vocabulary made from a seed that resembles Gemma's: every byte, runs of spaces and newlines,
/// HTML tags, locations, code, and pieces of words in a dozen scripts.
///
/// Texts are 6.9 bytes long on average, as in the union of published vocabularies that the figures
/// of the documentation refer to, and a third of them hold characters past ASCII.
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

  mutating func addWords(upTo count: Int) {
    while pieces.count < count {
      let draw = generator.next() % 100
      switch draw {
      case 0..<62: add(word(of: latin, syllables: 2...3, space: 50))
      case 62..<66: add(punctuated())
      case 66..<90: add(foreignWord())
      default: add(ideographs())
      }
    }
  }

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int(generator.next() % UInt64(choices.count))]
  }

  /// Syllables joined to a word, after a space in `space` of 100 cases.
  private mutating func word(
    of syllables: [String],
    syllables range: ClosedRange<UInt64>,
    space: UInt64
  ) -> String {
    var text = generator.next() % 100 < space ? " " : ""
    let capital = generator.next() % 5 == 0
    let length = range.lowerBound + generator.next() % UInt64(range.count)
    var word = ""
    for _ in 0..<length {
      // Few syllables are frequent, so that words share beginnings as real ones do.
      let first = generator.next() % UInt64(syllables.count)
      let second = generator.next() % UInt64(syllables.count)
      word += syllables[Int(min(first, second))]
    }
    text += capital ? word.prefix(1).uppercased() + word.dropFirst() : word
    return text
  }

  private mutating func punctuated() -> String {
    let marks = [".", ",", "(", ")", "\"", "'", "=", "<", ">", "&", ";", "/", "_", "[", "]", "{"]
    var text = ""
    for _ in 0..<(1 + generator.next() % 3) { text += pick(marks) }
    return generator.next() % 2 == 0
      ? text + word(of: latin, syllables: 1...2, space: 0) : text + pick(marks)
  }

  private mutating func foreignWord() -> String {
    word(of: pick(scripts), syllables: 1...2, space: 60)
  }

  private mutating func ideographs() -> String {
    var text = ""
    for _ in 0..<(1 + generator.next() % 2) {
      let scalar = Unicode.Scalar(UInt32(0x4E00 + min(generator.next(), generator.next()) % 6000))
      if let scalar { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}

/// Consonant and vowel in every combination, frequent ones first.
private func syllables(_ consonants: String, _ vowels: String) -> [String] {
  vowels.flatMap { vowel in consonants.map { "\($0)\(vowel)" } } + vowels.map(String.init)
}

private let latin =
  syllables("tnrsldcmphbgfvkwyjxqz", "eaiou") + ["ing", "tion", "er", "ed", "est", "ment", "able"]

private let scripts = [
  syllables("ntrsdlcmpß", "äöüéèáíóú"), syllables("нтрсвлкмдпгзбчйхжшцщф", "оаеиуыяюэё"),
  syllables("سلمنترفقكبدحجعشص", "اويةى"), syllables("नरतसकलमपहवदयगबजशचट", "ािीेुो"),
  syllables("ντρσπκλμδγθφβχζ", "αεηιου"), syllables("שלמנתרבקדחגעפצ", "אוי"),
  syllables("กนรมตวลสคทบปพหย", "าเแิีุ"), syllables("かさたなはまやらわが", "いうえおん"),
  syllables("가나다라마바사아자차", "기니디리미비시이지치"), syllables("నరతసకలమపవద", "ాిీుే"),
]
