/// A tandem interpretation that the document knows.
enum KernInterpretation: Equatable {
  case clef(Clef)
  case key(fifths: Int)
  case mode(tonic: String, KeyMode)
  case metre(Metre)
  case metreSymbol(MetreSymbol?)
  case tempo(Int)
  case part(Int)
  case instrumentName(String)
  /// The text of a section label, such as `A1`.
  case label(String)
  /// Known and without a meaning for the document.
  case silent
  /// Not known.
  case other
  /// Begins like one that is known and goes on wrong.
  case broken(String)

  /// Beginnings of interpretations that say nothing the document keeps.
  private static let silentPrefixes = [
    "*staff", "*I", "*>", "*tb", "*Xtuplet", "*tuplet", "*Xtremolo", "*tremolo", "*ped", "*Xped",
    "*above", "*below", "*centered", "*cue", "*Xcue", "*rscale", "*kcancel", "*met", "*MX", "*Tr",
    "*ITr", "*strophe", "*S-", "*8", "*X8", "*15", "*X15", "*16", "*a:", "*brackettup", "*lig",
    "*Xlig", "*color", "*stem", "*bnb", "*xywh", "*solo", "*accomp", "*!",
    "*head", "*Xbrackettup", "*beamup", "*v", "*group", "*nobeams", "*Xbeam", "*oct",
  ]

  init(_ text: Substring) {
    if text.hasPrefix("*clef") {
      self = Self.clef(text)
    } else if text.hasPrefix("*k[") {
      self = Self.key(text)
    } else if text.hasPrefix("*MM") {
      let number = text.dropFirst(3)
      self = Int(number).map { (1...999).contains($0) ? .tempo($0) : .silent } ?? .silent
    } else if text == "*MX" || text.hasPrefix("*MX/") || text == "*MZ" {
      self = .metre(Metre(beats: 0, beatType: 4))
    } else if text.hasPrefix("*M"), text.dropFirst(2).first?.isNumber == true {
      self = Self.metre(text)
    } else if text.hasPrefix("*met(") {
      switch text {
      case "*met(c)": self = .metreSymbol(.common)
      case "*met(c|)": self = .metreSymbol(.cut)
      default: self = .silent
      }
    } else if text.hasPrefix("*part"), let number = Int(text.dropFirst(5)) {
      self = .part(number)
    } else if text.hasPrefix("*I\"") {
      self = .instrumentName(String(text.dropFirst(3)))
    } else if text.hasPrefix("*>"), !text.hasPrefix("*>[") {
      self = .label(String(text.dropFirst(2)))
    } else if let mode = Self.mode(text) {
      self = mode
    } else if Self.silentPrefixes.contains(where: text.hasPrefix) {
      self = .silent
    } else {
      self = .other
    }
  }

  private static func clef(_ text: Substring) -> KernInterpretation {
    var rest = text.dropFirst(5)
    if rest == "X" { return .clef(Clef(.percussion, line: 3)) }
    guard let sign = rest.popFirst().flatMap({ ClefSign(rawValue: String($0)) }),
      sign != .percussion
    else { return .broken("\(text) is not a clef.") }
    var change = 0
    while let mark = rest.first, mark == "v" || mark == "^" {
      change += mark == "v" ? -1 : 1
      rest = rest.dropFirst()
    }
    guard let line = Int(rest), (1...5).contains(line), abs(change) <= 2 else {
      return .broken("\(text) is not a clef.")
    }
    return .clef(Clef(sign, line: line, octaveChange: change))
  }

  private static let sharps = Array("fcgdaeb")

  private static func key(_ text: Substring) -> KernInterpretation {
    guard text.hasSuffix("]") else { return .broken("\(text) is not a key signature.") }
    let list = Array(text.dropFirst(3).dropLast())
    guard list.count % 2 == 0 else { return .broken("\(text) is not a key signature.") }
    let letters = stride(from: 0, to: list.count, by: 2).map { list[$0] }
    let signs = Set(stride(from: 1, to: list.count, by: 2).map { list[$0] })
    let count = letters.count
    if count == 0 { return .key(fifths: 0) }
    guard count <= 7, signs.count == 1 else { return .broken("\(text) is not a key signature.") }
    if signs == ["#"], letters == Array(sharps.prefix(count)) { return .key(fifths: count) }
    if signs == ["-"], letters == Array(sharps.reversed().prefix(count)) {
      return .key(fifths: -count)
    }
    return .broken("\(text) is not a key signature in the usual order.")
  }

  private static func metre(_ text: Substring) -> KernInterpretation {
    let parts = text.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .broken("\(text) is not a metre.") }
    // 3+2/8 is five eighths; 0 in the denominator is a breve.
    let beats = parts[0].split(separator: "+", omittingEmptySubsequences: false).map { Int($0) }
    guard let type = Int(parts[1]), !beats.contains(nil), beats.count < 100 else {
      return parts[1].contains("%") ? .silent : .broken("\(text) is not a metre.")
    }
    let sum = beats.reduce(0) { $0 + min($1 ?? 0, 10_000) }
    if type == 0, (1...99).contains(sum) {
      return .metre(Metre(beats: sum * 2, beatType: 1))
    }
    guard (1...128).contains(sum), (1...128).contains(type), type & (type - 1) == 0 else {
      return .broken("\(text) is not a metre.")
    }
    return .metre(Metre(beats: sum, beatType: type))
  }

  private static let modes: [(String, KeyMode)] = [
    ("dor", .dorian), ("phr", .phrygian), ("lyd", .lydian), ("mix", .mixolydian),
    ("aeo", .aeolian), ("ion", .ionian), ("loc", .locrian),
  ]

  private static func mode(_ text: Substring) -> KernInterpretation? {
    let body = text.dropFirst()
    guard let colon = body.firstIndex(of: ":"), let letter = body.first,
      "abcdefgABCDEFG".contains(letter)
    else { return nil }
    let tonic = body[..<colon]
    guard tonic.dropFirst().allSatisfy({ $0 == "#" || $0 == "-" }) else { return nil }
    let suffix = body[body.index(after: colon)...]
    if suffix.isEmpty {
      return .mode(tonic: String(tonic), letter.isUppercase ? .major : .minor)
    }
    guard let known = modes.first(where: { $0.0 == suffix }) else { return nil }
    return .mode(tonic: String(tonic), known.1)
  }
}

extension KeySignature {
  /// Fifths from the tonic's own major key to the signature of the mode.
  private static func fifths(of mode: KeyMode) -> Int {
    switch mode {
    case .major, .ionian: 0
    case .lydian: 1
    case .mixolydian: -1
    case .dorian: -2
    case .minor, .aeolian: -3
    case .phrygian: -4
    case .locrian: -5
    }
  }

  /// Places of the letters F C G D A E B on the line of fifths, C being 0.
  private static let letters = Array("FCGDAEB")

  /// The tonic as **kern writes it: upper case for major-like modes, lower case for minor-like ones.
  var tonic: String? {
    guard let mode else { return nil }
    let place = fifths - Self.fifths(of: mode)
    let letter = ((place + 1) % 7 + 7) % 7
    let alter = (place + 1 - letter) / 7
    let name = String(Self.letters[letter])
    let isMinor = [.minor, .dorian, .phrygian, .aeolian, .locrian].contains(mode)
    return (isMinor ? name.lowercased() : name)
      + String(repeating: alter < 0 ? "-" : "#", count: abs(alter))
  }

  /// The interpretation that names the key, such as `*G:` or `*d:dor`.
  var kernMode: String? {
    guard let mode, let tonic else { return nil }
    let suffix =
      switch mode {
      case .major, .minor: ""
      default: String(mode.rawValue.prefix(3))
      }
    return "*\(tonic):\(suffix)"
  }

  /// `*k[f#]` and the like.
  var kern: String {
    let order: [Character] = fifths < 0 ? Self.letters.reversed() : Self.letters
    let sign = fifths < 0 ? "-" : "#"
    let list = order.prefix(min(7, abs(fifths))).map { $0.lowercased() + sign }.joined()
    return "*k[\(list)]"
  }
}

extension Clef {
  /// `*clefG2`, `*clefGv2` and the like.
  var kern: String {
    guard sign != .percussion else { return "*clefX" }
    let mark = String(repeating: octaveChange < 0 ? "v" : "^", count: abs(octaveChange))
    return "*clef\(sign.rawValue)\(mark)\(line)"
  }
}

extension Barline {
  /// The styles that **kern spells, with the repeats that their signs mean.
  static let kernStyles: [(String, Barline)] = [
    ("", Barline(.regular)),
    ("-", Barline(.invisible)),
    ("=", Barline(.final)),
    ("||", Barline(.double)),
    ("|!", Barline(.final)),
    ("!|", Barline(.heavyLight)),
    ("!!", Barline(.heavyHeavy)),
    ("!", Barline(.heavy)),
    ("'", Barline(.dashed)),
    ("`", Barline(.dotted)),
    ("!|:", Barline(.heavyLight, startsRepeat: true)),
    ("|!:", Barline(.final, startsRepeat: true)),
    ("|:", Barline(.regular, startsRepeat: true)),
    ("||:", Barline(.double, startsRepeat: true)),
    (":|!", Barline(.final, endsRepeat: true)),
    (":|", Barline(.regular, endsRepeat: true)),
    (":||", Barline(.double, endsRepeat: true)),
    (":|!|:", Barline(.lightHeavyLight, endsRepeat: true, startsRepeat: true)),
    (":||:", Barline(.double, endsRepeat: true, startsRepeat: true)),
    (":|:", Barline(.regular, endsRepeat: true, startsRepeat: true)),
    (":!!:", Barline(.heavyHeavy, endsRepeat: true, startsRepeat: true)),
    (":!:", Barline(.heavy, endsRepeat: true, startsRepeat: true)),
  ]

  /// The signs of the style, the number aside; the plainest style with the same repeats where
  /// **kern has none for this one.
  var kern: String {
    var plain = self
    plain.hasFermata = false
    let known = Self.kernStyles.first { $0.1 == plain }?.0
    let style =
      known
      ?? (endsRepeat && startsRepeat
        ? ":|!|:" : endsRepeat ? ":|!" : startsRepeat ? "!|:" : "")
    return style + (hasFermata ? ";" : "")
  }

  /// Reads what follows the first `=`: number, style, fermata.
  ///
  /// - Returns: `nil` when the signs are not known.
  static func read(_ text: Substring) -> (number: String?, barline: Barline)? {
    var rest = text
    var number = String(rest.prefix { $0.isASCII && $0.isNumber })
    rest = rest.dropFirst(number.count)
    if !number.isEmpty, let letter = rest.first, letter.isASCII, letter.isLowercase {
      number.append(letter)
      rest = rest.dropFirst()
    }
    let marks = rest.filter { $0 == ";" || $0 == "?" || $0 == "*" }
    let style = String(rest.filter { $0 != ";" && $0 != "?" && $0 != "*" })
    guard var barline = kernStyles.first(where: { $0.0 == style })?.1 else { return nil }
    barline.hasFermata = marks.contains(";")
    return (number.isEmpty ? nil : number, barline)
  }
}
