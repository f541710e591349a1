public import TaskProtocol

/// What begins to hold in a staff at a place of a measure.
public struct StaffAttributes: Codable, Equatable, Sendable {
  /// Where, from the start of the measure.
  public var onset: Fraction
  /// The new clef.
  public var clef: Clef?
  /// The new key signature.
  public var key: KeySignature?
  /// The new metre.
  public var metre: Metre?
  /// The new tempo, in quarter notes a minute.
  public var tempo: Int?

  /// Attributes; see the properties for what each value means.
  public init(
    onset: Fraction = .zero,
    clef: Clef? = nil,
    key: KeySignature? = nil,
    metre: Metre? = nil,
    tempo: Int? = nil
  ) {
    self.onset = onset
    self.clef = clef
    self.key = key
    self.metre = metre
    self.tempo = tempo
  }
}

/// A clef.
public struct Clef: Codable, Hashable, Sendable {
  /// Its sign.
  public var sign: ClefSign
  /// The line it stands on, 1 at the bottom to 5; ignored for percussion.
  public var line: Int
  /// Octaves by which notes sound higher than written, -2...2: -1 for the tenor's G clef.
  public var octaveChange: Int

  /// A clef.
  public init(_ sign: ClefSign, line: Int, octaveChange: Int = 0) {
    self.sign = sign
    self.line = line
    self.octaveChange = octaveChange
  }
}

/// The sign of a clef.
public enum ClefSign: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case g = "G"
  case f = "F"
  case c = "C"
  case percussion
}

/// A key signature of sharps in the order F C G D A E B, or flats in the reverse order.
public struct KeySignature: Codable, Hashable, Sendable {
  /// Sharps, or flats as a negative number: -7...7.
  public var fifths: Int
  /// The mode, where it is said.
  public var mode: KeyMode?

  /// A key signature.
  public init(fifths: Int, mode: KeyMode? = nil) {
    self.fifths = fifths
    self.mode = mode
  }
}

/// The mode of a key.
public enum KeyMode: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case major, minor, dorian, phrygian, lydian, mixolydian, aeolian, ionian, locrian
}

/// A metre.
public struct Metre: Codable, Hashable, Sendable {
  /// Beats in a measure, at least 1; 0 for free metre (`*MX`, senza misura).
  public var beats: Int
  /// The note that is a beat, as the part of a whole note it is: 4 for a quarter.
  public var beatType: Int
  /// The sign that is printed instead of the numbers.
  public var symbol: MetreSymbol?

  /// A metre.
  public init(beats: Int, beatType: Int, symbol: MetreSymbol? = nil) {
    self.beats = beats
    self.beatType = beatType
    self.symbol = symbol
  }

  /// The length of a measure, `nil` for free metre and for numbers that are none.
  public var length: Fraction? {
    guard beats > 0, beats < 10_000 else { return nil }
    return Fraction(exactly: beats, over: beatType)
  }
}

/// The sign printed for a metre.
public enum MetreSymbol: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case common, cut
}

/// A barline, with the repeats on both of its sides.
public struct Barline: Codable, Hashable, Sendable {
  /// How it is drawn.
  public var style: BarlineStyle
  /// Dots on the left: the music before it is repeated.
  public var endsRepeat: Bool
  /// Dots on the right: the music after it will be repeated.
  public var startsRepeat: Bool
  /// A fermata over it.
  public var hasFermata: Bool

  /// A barline.
  public init(
    _ style: BarlineStyle = .regular,
    endsRepeat: Bool = false,
    startsRepeat: Bool = false,
    hasFermata: Bool = false
  ) {
    self.style = style
    self.endsRepeat = endsRepeat
    self.startsRepeat = startsRepeat
    self.hasFermata = hasFermata
  }
}

/// How a barline is drawn, named from left to right.
public enum BarlineStyle: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case regular
  case double = "light-light"
  case final = "light-heavy"
  case heavyLight = "heavy-light"
  case heavyHeavy = "heavy-heavy"
  case heavy
  case dashed, dotted
  case lightHeavyLight = "light-heavy-light"
  case invisible = "none"
}
