/// The characters of one note of a token, sorted by what they mean.
struct KernNoteScan {
  let bytes: [UInt8]
  let range: Range<Int>
  private var counts = [UInt8](repeating: 0, count: 128)
  private(set) var written: WrittenDuration?
  private(set) var length: Fraction?
  private(set) var pitch: Pitch?
  private(set) var isRest = false
  private(set) var tie: TieState?
  private(set) var accidental: AccidentalDisplay?
  private(set) var articulations: [Articulation] = []
  private(set) var ornaments: [Ornament] = []
  private(set) var ignored: [Character] = []
  private var index: Int

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    index = range.lowerBound
  }

  /// How often a character with a meaning stands in the note, at most 255.
  func count(_ character: Unicode.Scalar) -> Int {
    character.value < 128 ? Int(counts[Int(character.value)]) : 0
  }

  private func failure(_ code: String, _ message: String, _ suggestion: String) -> KernTokenError {
    KernTokenError(code: code, message: message, suggestion: suggestion, offset: index)
  }

  private var next: UInt8? { index < range.upperBound ? bytes[index] : nil }

  private mutating func run(of byte: UInt8) -> Int {
    let start = index
    while next == byte { index += 1 }
    return index - start
  }

  mutating func run() throws(KernTokenError) {
    while let byte = next {
      switch byte {
      case 0x30...0x39: try readDuration()
      case UInt8(ascii: "a")...UInt8(ascii: "g"), UInt8(ascii: "A")...UInt8(ascii: "G"):
        try readPitch(byte)
      case UInt8(ascii: "@"): skipTremolo()
      default: try readSign(byte)
      }
    }
  }

  private mutating func number() -> Int? {
    var value = 0
    while let byte = next, (0x30...0x39).contains(byte) {
      value = min(value * 10 + Int(byte - 0x30), 1 << 40)
      index += 1
    }
    return value < 1 << 40 ? value : nil
  }

  private mutating func readDuration() throws(KernTokenError) {
    guard written == nil else {
      throw failure("duration", "A second duration.", "A note has one number, before its pitch.")
    }
    let start = index
    var zeros = 0
    while next == 0x30 {
      zeros += 1
      index += 1
    }
    var (top, bottom) = (1, number() ?? 0)
    if bottom == 0 {
      // 0 is a breve, 00 a long.
      guard (1...2).contains(zeros), index - start == zeros else {
        index = start
        throw failure("duration", "The duration is no number of use.", "Write 4 for a quarter.")
      }
      (top, bottom) = (1 << zeros, 1)
    }
    if next == UInt8(ascii: "%") {
      index += 1
      let factor = number() ?? 0
      let (product, overflow) = top.multipliedReportingOverflow(by: factor)
      guard factor > 0, !overflow else {
        throw failure("duration", "No number follows the %.", "Write 3%2 for two thirds.")
      }
      top = product
    }
    let dots = run(of: UInt8(ascii: "."))
    guard dots <= 4 else {
      throw failure("duration", "\(dots) dots after a duration.", "Four are possible.")
    }
    guard let plain = Fraction(exactly: top, over: bottom),
      let dotted = Fraction(
        exactly: plain.numerator * ((2 << dots) - 1),
        over: plain.denominator << dots
      ),
      var written = WrittenDuration(length: plain)
    else {
      throw failure(
        "duration",
        "The duration \(String(decoding: bytes[start..<index], as: UTF8.self)) is out of range.",
        "Use a number such as 4 for a quarter."
      )
    }
    // Dots are kept as they are written where the value itself has none: 4. and not 8%3.
    if written.dots == 0 { written.dots = dots }
    guard written.length == dotted || dots == 0 else {
      throw failure("duration", "Dots follow a value that has dots itself.", "Leave them out.")
    }
    self.written = written
    length = dotted
  }

  private mutating func readPitch(_ byte: UInt8) throws(KernTokenError) {
    guard pitch == nil else {
      throw failure("pitch", "A second pitch.", "Separate the notes of a chord by a space.")
    }
    let count = run(of: byte)
    let isLower = byte >= UInt8(ascii: "a")
    let letter = isLower ? byte : byte + 0x20
    let octave = isLower ? 3 + count : 4 - count
    guard (-1...9).contains(octave),
      let step = PitchStep(rawValue: String(UnicodeScalar(letter - 0x20)))
    else {
      throw failure("pitch", "The pitch is out of range.", "Middle C is c, the C below it C.")
    }
    var pitch = Pitch(step, octave: octave)
    var display: AccidentalDisplay?
    switch next {
    case UInt8(ascii: "#"): pitch.alter = run(of: UInt8(ascii: "#"))
    case UInt8(ascii: "-"): pitch.alter = -run(of: UInt8(ascii: "-"))
    case UInt8(ascii: "n"):
      index += 1
      display = .natural
    default: break
    }
    guard abs(pitch.alter) <= 2 else {
      throw failure("accidental", "More than two accidentals.", "Two are possible.")
    }
    if next == UInt8(ascii: "X") {
      display = display == .natural ? .forcedNatural : .forced
      _ = run(of: UInt8(ascii: "X"))
    } else if next == UInt8(ascii: "y"), index + 1 == range.upperBound || bytes[index + 1] != next {
      index += 1
      display = .hidden
    }
    self.pitch = pitch
    accidental = display
  }

  /// `@16@` and `@@16@@` are measured tremolos, which the document does not know.
  private mutating func skipTremolo() {
    while let byte = next, byte == UInt8(ascii: "@") { index += 1 }
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    while let byte = next, byte == UInt8(ascii: "@") { index += 1 }
    ignored.append("@")
  }

  private mutating func readSign(_ byte: UInt8) throws(KernTokenError) {
    index += 1
    if byte < 128, counts[Int(byte)] < 255 { counts[Int(byte)] += 1 }
    if let articulation = Articulation(kern: byte) {
      if articulation == .accent, next == byte {
        index += 1
        articulations.append(.strongAccent)
      } else if !articulations.contains(articulation) {
        articulations.append(articulation)
      }
      return
    }
    if let ornament = Ornament(kern: byte) {
      if !ornaments.contains(ornament) { ornaments.append(ornament) }
      return
    }
    switch byte {
    case UInt8(ascii: "r"): isRest = true
    case UInt8(ascii: "["): try setTie(.start)
    case UInt8(ascii: "]"): try setTie(.stop)
    case UInt8(ascii: "_"): try setTie(.continue)
    case UInt8(ascii: "#"), UInt8(ascii: "-"), UInt8(ascii: "n"):
      index -= 1
      guard pitch == nil else {
        throw failure(
          "accidental",
          "An accidental that does not follow its pitch.",
          "Write #, ##, -, -- or n directly after the letters."
        )
      }
      throw failure(
        "pitch",
        "An accidental without a pitch.",
        "Write a letter from a to g before the accidental."
      )
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "L"), UInt8(ascii: "J"), UInt8(ascii: "K"), UInt8(ascii: "k"),
      UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "q"), UInt8(ascii: "y"),
      UInt8(ascii: ";"), UInt8(ascii: ":"):
      break
    default:
      guard (0x21..<0x7F).contains(byte) || byte >= 0x80 else {
        index -= 1
        throw failure("character", "A control character stands in a note.", "Remove it.")
      }
      ignored.append(byte < 0x80 ? Character(UnicodeScalar(byte)) : "\u{FFFD}")
    }
  }

  private mutating func setTie(_ state: TieState) throws(KernTokenError) {
    if let tie {
      // [ and ] on one note are a tie that goes on.
      guard tie != state, tie != .continue, state != .continue else {
        throw failure("tie", "Two ties on one note.", "Write _ for a tie that goes on.")
      }
      self.tie = .continue
    } else {
      tie = state
    }
  }
}

extension Articulation {
  /// The signs of **kern; `^^`, the strong accent, is told apart by the reader.
  static let kernSigns: [(UInt8, Articulation)] = [
    (UInt8(ascii: "'"), .staccato), (UInt8(ascii: "`"), .staccatissimo),
    (UInt8(ascii: "~"), .tenuto), (UInt8(ascii: "^"), .accent), (UInt8(ascii: "z"), .sforzando),
    (UInt8(ascii: "\""), .pizzicato), (UInt8(ascii: "o"), .harmonic),
    (UInt8(ascii: ","), .breathMark), (UInt8(ascii: "u"), .downBow), (UInt8(ascii: "v"), .upBow),
  ]

  init?(kern byte: UInt8) {
    guard let known = Self.kernSigns.first(where: { $0.0 == byte }) else { return nil }
    self = known.1
  }

  /// How **kern writes it.
  var kern: String {
    guard self != .strongAccent else { return "^^" }
    return Self.kernSigns.first { $0.1 == self }.map { String(UnicodeScalar($0.0)) } ?? ""
  }
}

extension Ornament {
  static let kernSigns: [(UInt8, Ornament)] = [
    (UInt8(ascii: "T"), .trill), (UInt8(ascii: "t"), .semitoneTrill),
    (UInt8(ascii: "M"), .mordent), (UInt8(ascii: "m"), .semitoneMordent),
    (UInt8(ascii: "W"), .invertedMordent), (UInt8(ascii: "w"), .semitoneInvertedMordent),
    (UInt8(ascii: "S"), .turn), (UInt8(ascii: "$"), .invertedTurn), (UInt8(ascii: "O"), .other),
  ]

  init?(kern byte: UInt8) {
    guard let known = Self.kernSigns.first(where: { $0.0 == byte }) else { return nil }
    self = known.1
  }

  /// How **kern writes it.
  var kern: String {
    Self.kernSigns.first { $0.1 == self }.map { String(UnicodeScalar($0.0)) } ?? ""
  }
}
