/// Accuracy of a short answer against those of several people: right where three of them say so.
///
/// Antol et al., "VQA: visual question answering", 2015, as `vqaEval.py` of GT-Vision-Lab/VQA: for each
/// person the answer counts as right to a third per other person who gave it, at most wholly, and the
/// mean over all persons is the score. Unless all persons agree, punctuation, articles, number words and
/// missing apostrophes are made alike first.
package enum VQAAccuracy {
  /// The accuracy, 0 to 1.
  package static func score(_ answer: String, _ references: [String]) -> Double {
    var answer = plain(answer)
    var wanted = references.map(plain)
    if Set(wanted).count > 1 {
      wanted = wanted.map(normalized)
      answer = normalized(answer)
    }
    guard !wanted.isEmpty else { return 0 }
    let agreeing = wanted.count { $0 == answer }
    let sum = wanted.reduce(0.0) { sum, other in
      sum + min(1, Double(agreeing - (other == answer ? 1 : 0)) / 3)
    }
    return sum / Double(wanted.count)
  }

  private static func plain(_ text: String) -> String {
    var scalars = text.unicodeScalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }

  private static let punctuation: [Unicode.Scalar] = [
    ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",",
    "?",
    "!",
  ]
  private static let numbers = [
    "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
  ]

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .decimalNumber
  }

  private static func normalized(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    let hasThousands = scalars.indices.dropFirst().dropLast().contains {
      scalars[$0] == "," && isDigit(scalars[$0 - 1]) && isDigit(scalars[$0 + 1])
    }
    var touchingBlank: Set<Unicode.Scalar> = []
    for (first, second) in zip(scalars, scalars.dropFirst()) {
      if second == " " { touchingBlank.insert(first) }
      if first == " " { touchingBlank.insert(second) }
    }
    var result: [Unicode.Scalar] = []
    for scalar in scalars {
      if !punctuation.contains(scalar) {
        result.append(scalar)
      } else if !hasThousands && !touchingBlank.contains(scalar) {
        result.append(" ")
      }
    }
    return words(of: withoutPeriods(result))
  }

  /// Takes out periods that no digit follows; the program stops after 32.
  private static func withoutPeriods(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var left = 32
    var result: [Unicode.Scalar] = []
    for (place, scalar) in scalars.enumerated() {
      let isBeforeDigit = place + 1 < scalars.count && isDigit(scalars[place + 1])
      if scalar == ".", !isBeforeDigit, left > 0 {
        left -= 1
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  private static func words(of scalars: [Unicode.Scalar]) -> String {
    String(String.UnicodeScalarView(scalars)).lowercased().split(whereSeparator: \.isWhitespace)
      .compactMap { part in
        let word = numbers[String(part)] ?? String(part)
        return ["a", "an", "the"].contains(word) ? nil : contractions[word] ?? word
      }
      .joined(separator: " ")
  }

  /// Words without their apostrophes and with them, from the same program.
  private static let contractions: [String: String] = Dictionary(
    """
    aint ain't, arent aren't, cant can't, couldve could've, couldnt couldn't,
    couldn'tve couldn't've, couldnt've couldn't've, didnt didn't, doesnt doesn't, dont don't,
    hadnt hadn't, hadnt've hadn't've, hadn'tve hadn't've, hasnt hasn't, havent haven't, hed he'd,
    hed've he'd've, he'dve he'd've, hes he's, howd how'd, howll how'll, hows how's, isnt isn't,
    itd it'd, itd've it'd've, it'dve it'd've, itll it'll, let's let's, maam ma'am,
    mightnt mightn't, mightnt've mightn't've, mightn'tve mightn't've, mightve might've,
    mustnt mustn't, mustve must've, neednt needn't, notve not've, oclock o'clock, oughtnt oughtn't,
    ow's'at 'ow's'at, 'ows'at 'ow's'at, 'ow'sat 'ow's'at, shant shan't, shed've she'd've,
    she'dve she'd've, she's she's, shouldve should've, shouldnt shouldn't,
    shouldnt've shouldn't've, shouldn'tve shouldn't've, somebody'd somebodyd,
    somebodyd've somebody'd've, somebody'dve somebody'd've, somebodyll somebody'll,
    somebodys somebody's, someoned someone'd, someoned've someone'd've, someone'dve someone'd've,
    someonell someone'll, someones someone's, somethingd something'd, somethingd've something'd've,
    something'dve something'd've, somethingll something'll, thats that's, thered there'd,
    thered've there'd've, there'dve there'd've, therere there're, theres there's, theyd they'd,
    theyd've they'd've, they'dve they'd've, theyll they'll, theyre they're, theyve they've,
    twas 'twas, wasnt wasn't, wed've we'd've, we'dve we'd've, weve we've, werent weren't,
    whatll what'll, whatre what're, whats what's, whatve what've, whens when's, whered where'd,
    wheres where's, whereve where've, whod who'd, whod've who'd've, who'dve who'd've, wholl who'll,
    whos who's, whove who've, whyll why'll, whyre why're, whys why's, wont won't, wouldve would've,
    wouldnt wouldn't, wouldnt've wouldn't've, wouldn'tve wouldn't've, yall y'all, yall'll y'all'll,
    y'allll y'all'll, yall'd've y'all'd've, y'alld've y'all'd've, y'all'dve y'all'd've, youd you'd,
    youd've you'd've, you'dve you'd've, youll you'll, youre you're, youve you've
    """
    .split(separator: ",").map { pair in
      let words = pair.split(whereSeparator: \.isWhitespace)
      return (String(words[0]), String(words[1]))
    }
  ) { _, last in last }
}
