/// The words of a caption or report, as the field's caption metrics count them.
///
/// Follows the Penn Treebank rules of Stanford's tokenizer with the options that `pycocoevalcap` gives it
/// (one line, lower case, punctuation taken out). `Tests/Goldens/CaptionScores` holds sentences with what
/// that tokenizer, a Java program, makes of them.
package enum CaptionTokens {
  /// What `pycocoevalcap` leaves out.
  ///
  /// Brackets stay, since the tokenizer writes them in lower case.
  private static let punctuation: Set<String> = [
    "''", "'", "``", "`", "\"", "“", "”", "‘", "’", ".", "?", "!", ",", ":", "-", "--", "...", "…",
    ";",
  ]

  /// The words of a text, without punctuation.
  package static func words(_ text: String) -> [String] {
    let parts = text.split(whereSeparator: \.isWhitespace).map(Array.init)
    var tokens: [String] = []
    for (index, part) in parts.enumerated() {
      let isBeforeNumber = index + 1 < parts.count && isDigit(parts[index + 1], 0)
      split(part, isBeforeNumber: isBeforeNumber, into: &tokens)
    }
    return tokens.map { $0.lowercased() }.filter { !punctuation.contains($0) }
  }

  private static let brackets: [Character: String] = [
    "(": "-LRB-", ")": "-RRB-", "[": "-LSB-", "]": "-RSB-", "{": "-LCB-", "}": "-RCB-",
  ]

  /// Words that keep their period; `no` and `fig` do before a number only.
  private static let abbreviations: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "inc", "ltd", "corp", "co", "bros", "vs",
    "etc",
    "al", "jan", "feb", "aug", "sept", "sep", "oct", "nov", "dec", "gen", "col", "sgt", "capt",
    "lt",
    "gov", "sen", "rep", "rev", "hon", "ave", "blvd", "ph.d",
  ]

  /// Splits what stands between two blanks.
  private static func split(_ part: [Character], isBeforeNumber: Bool, into tokens: inout [String])
  {
    if part.count > 3, part.starts(with: "http"), part.contains(":") {
      tokens.append(String(part))
      return
    }
    var start = 0
    while start < part.count {
      let character = part[start]
      if let bracket = brackets[character] {
        tokens.append(bracket)
        start += 1
      } else if isWordStart(part, start) {
        let end = wordEnd(part, start, isBeforeNumber: isBeforeNumber)
        word(part[start..<end], into: &tokens)
        start = end
      } else {
        let end = runEnd(part, start)
        tokens.append(String(part[start..<end]))
        start = end
      }
    }
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private static func isDigit(_ part: [Character], _ place: Int) -> Bool {
    part.indices.contains(place) && part[place].isASCII && part[place].isNumber
  }

  /// Whether a word starts here; a number may begin with a sign or a decimal point.
  private static func isWordStart(_ part: [Character], _ start: Int) -> Bool {
    switch part[start] {
    case "@": part.indices.contains(start + 1) && part[start + 1].isLetter
    case ".": isDigit(part, start + 1)
    case "-", "+":
      start == 0
        && (isDigit(part, 1) || (part.count > 2 && part[1] == "." && isDigit(part, 2)))
    default: isWordCharacter(part[start])
    }
  }

  /// The end of a word: letters and digits with what may stand within it, and the period of an
  /// abbreviation.
  private static func wordEnd(_ part: [Character], _ start: Int, isBeforeNumber: Bool) -> Int {
    var end = start + 1
    while end < part.count {
      let (character, next) = (part[end], end + 1)
      let continues = part.indices.contains(next) && isWordCharacter(part[next])
      if isWordCharacter(character) {
        end += 1
      } else if "-/'’@&".contains(character), continues {
        end += 1
      } else if character == ".", continues,
        !isDigit(part, next) || part[start..<end].allSatisfy({ !$0.isLetter })
      {
        end += 1
      } else if ",:".contains(character), isDigit(part, end - 1), isDigit(part, next) {
        end += 1
      } else {
        break
      }
    }
    guard end < part.count, part[end] == "." else { return end }
    let text = String(part[start..<end]).lowercased()
    // Letters with periods between them, and single letters, are abbreviations.
    let isAcronym = text.split(separator: ".").allSatisfy {
      $0.count == 1 && $0.allSatisfy(\.isLetter)
    }
    let isNumbered = isBeforeNumber && (text == "no" || text == "fig")
    let isRun = part.indices.contains(end + 1) && part[end + 1] == "."
    return !isRun && (isAcronym || isNumbered || abbreviations.contains(text)) ? end + 1 : end
  }

  /// A run of one character that belongs together, such as dashes or dots; else one character.
  private static func runEnd(_ part: [Character], _ start: Int) -> Int {
    let character = part[start]
    var end = start + 1
    while end < part.count, part[end] == character { end += 1 }
    switch character {
    case "-", "*", "!", "?", "'": return end
    case ".": return end - start >= 3 ? end : start + 1
    default: return start + 1
    }
  }

  private static let endings = ["n't", "'s", "'re", "'ve", "'ll", "'d", "'m"]
  private static let halves = [
    "cannot": 3, "gonna": 3, "gotta": 3, "wanna": 3, "lemme": 3, "gimme": 3,
  ]

  /// Adds a word, cut where the treebank cuts contractions.
  private static func word(_ characters: ArraySlice<Character>, into tokens: inout [String]) {
    let text = String(characters.map { $0 == "’" ? "'" : $0 })
    let lower = text.lowercased()
    if let length = halves[lower] {
      tokens += [String(text.prefix(length)), String(text.dropFirst(length))]
    } else if let ending = endings.first(where: { lower.hasSuffix($0) && lower.count > $0.count }) {
      tokens += [String(text.dropLast(ending.count)), String(text.suffix(ending.count))]
    } else {
      tokens.append(text)
    }
  }
}
