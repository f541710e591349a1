/// The stem of an English word.
///
/// Porter, "An algorithm for suffix stripping", 1980, with the changes of NLTK's default mode (its
/// documentation lists them), which google's `rouge_score` uses.
package struct PorterStemmer: Sendable {
  package init() {}

  private static let irregular: [String: String] = [
    "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
    "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
    "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed",
    "exceed": "exceed", "succeed": "succeed",
  ]

  /// Stems a word of lower-case ASCII letters and digits.
  package func stem(_ word: String) -> String {
    if let stem = Self.irregular[word] { return stem }
    guard word.utf8.count > 2 else { return word }
    var word = Word(Array(word.utf8))
    word.removePlural()
    word.removePastTense()
    word.replaceFinalY()
    word.shortenDoubleSuffixes()
    word.apply(Word.thirdRules) { $0.measure > 0 }
    word.removeSuffix()
    word.tidy()
    return String(decoding: word.letters, as: UTF8.self)
  }
}

/// A word on its way through the steps.
private struct Word {
  var letters: [UInt8]

  init(_ letters: some Sequence<UInt8>) { self.letters = Array(letters) }

  /// A suffix and what stands in its place.
  typealias Rule = (suffix: StaticString, replacement: StaticString)

  /// Which letters are consonants: `y` is one at the start and after a vowel.
  private var consonants: [Bool] {
    var flags: [Bool] = []
    for letter in letters {
      switch letter {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"),
        UInt8(ascii: "u"):
        flags.append(false)
      case UInt8(ascii: "y"): flags.append(!(flags.last ?? false))
      default: flags.append(true)
      }
    }
    return flags
  }

  /// How often a consonant follows a vowel.
  var measure: Int {
    let flags = consonants
    return zip(flags, flags.dropFirst()).count { !$0 && $1 }
  }

  private var hasVowel: Bool { consonants.contains(false) }

  private var endsInDoubleConsonant: Bool {
    letters.count >= 2 && letters[letters.count - 1] == letters[letters.count - 2]
      && consonants[letters.count - 1]
  }

  /// Whether it ends in consonant, vowel, consonant other than w, x, y; or is vowel, consonant.
  private var endsShort: Bool {
    let flags = consonants
    let count = flags.count
    if count == 2 { return !flags[0] && flags[1] }
    return count >= 3 && flags[count - 3] && !flags[count - 2] && flags[count - 1]
      && !"wxy".utf8.contains(letters[count - 1])
  }

  private func ends(in suffix: StaticString) -> Bool {
    suffix.withUTF8Buffer {
      letters.count >= $0.count && letters.suffix($0.count).elementsEqual($0)
    }
  }

  private func without(_ suffix: StaticString) -> Word {
    Word(letters.dropLast(suffix.utf8CodeUnitCount))
  }

  private mutating func replace(_ suffix: StaticString, by replacement: StaticString) {
    letters.removeLast(suffix.utf8CodeUnitCount)
    replacement.withUTF8Buffer { letters += $0 }
  }

  /// Applies the first rule whose suffix the word has, if what stands before it meets a condition.
  mutating func apply(_ rules: [Rule], if condition: (Word) -> Bool) {
    guard let rule = rules.first(where: { ends(in: $0.suffix) }), condition(without(rule.suffix))
    else { return }
    replace(rule.suffix, by: rule.replacement)
  }

  mutating func removePlural() {
    if ends(in: "ies"), letters.count == 4 {
      replace("ies", by: "ie")
    } else {
      apply([("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")]) { _ in true }
    }
  }

  mutating func removePastTense() {
    if ends(in: "ied") { return replace("ied", by: letters.count == 4 ? "ie" : "i") }
    if ends(in: "eed") { return apply([("eed", "ee")]) { $0.measure > 0 } }
    let suffixes: [StaticString] = ["ed", "ing"]
    guard let suffix = suffixes.first(where: { ends(in: $0) && without($0).hasVowel }) else {
      return
    }
    replace(suffix, by: "")
    if ends(in: "at") || ends(in: "bl") || ends(in: "iz") {
      letters.append(UInt8(ascii: "e"))
    } else if endsInDoubleConsonant {
      if let last = letters.last, !"lsz".utf8.contains(last) { letters.removeLast() }
    } else if measure == 1, endsShort {
      letters.append(UInt8(ascii: "e"))
    }
  }

  mutating func replaceFinalY() {
    apply([("y", "i")]) { $0.letters.count > 1 && $0.consonants.last == true }
  }

  private static let secondRules: [Rule] = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
    ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ("fulli", "ful"),
  ]

  static let thirdRules: [Rule] = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""),
    ("ness", ""),
  ]

  private static let fourthRules: [Rule] = [
    ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""),
    ("ant", ""), ("ement", ""), ("ment", ""), ("ent", ""), ("ion", ""), ("ou", ""), ("ism", ""),
    ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""),
  ]

  mutating func shortenDoubleSuffixes() {
    while ends(in: "alli"), without("alli").measure > 0 { replace("alli", by: "al") }
    if !Self.secondRules.contains(where: { ends(in: $0.suffix) }), ends(in: "logi") {
      if Word(letters.dropLast(3)).measure > 0 { replace("logi", by: "log") }
    } else {
      apply(Self.secondRules) { $0.measure > 0 }
    }
  }

  mutating func removeSuffix() {
    let isIon = !ends(in: "ement") && ends(in: "ion")
    apply(Self.fourthRules) { stem in
      stem.measure > 1 && (!isIon || stem.ends(in: "s") || stem.ends(in: "t"))
    }
  }

  mutating func tidy() {
    if ends(in: "e") {
      let stem = without("e")
      if stem.measure > 1 || (stem.measure == 1 && !stem.endsShort) { self = stem }
    }
    if ends(in: "ll"), Word(letters.dropLast()).measure > 1 { letters.removeLast() }
  }
}
