public import TaskProtocol

/// A note, a chord, a rest or a grace note.
public struct Event: Codable, Equatable, Sendable {
  /// Where it begins, from the start of the measure.
  public var onset: Fraction
  /// How it is written; a grace note's value is written but takes no time.
  public var written: WrittenDuration
  /// The notes in the order of the text; none for a rest.
  public var notes: [Note]
  /// The kind of grace note, `nil` for others.
  public var grace: GraceKind?
  /// Whether it is printed; invisible rests pad a voice.
  public var isVisible: Bool
  /// Whether a rest stands for the whole measure, whatever its length.
  public var isMeasureRest: Bool
  /// The stem's direction where it is said.
  public var stem: StemDirection?
  /// What every beam does at this event, the primary beam first; empty outside of beams.
  public var beams: [BeamState]
  /// Slurs that begin or end here.
  public var slurs: [SlurMark]
  /// Phrases that begin or end here.
  public var phrases: [SlurMark]
  /// Signs of articulation, each at most once.
  public var articulations: [Articulation]
  /// Ornaments, each at most once.
  public var ornaments: [Ornament]
  /// Whether a fermata stands over it.
  public var hasFermata: Bool
  /// Whether its notes are played one after the other from below.
  public var isArpeggiated: Bool

  /// An event; see the properties for what each value means.
  public init(
    onset: Fraction,
    written: WrittenDuration,
    notes: [Note] = [],
    grace: GraceKind? = nil,
    isVisible: Bool = true,
    isMeasureRest: Bool = false,
    stem: StemDirection? = nil,
    beams: [BeamState] = [],
    slurs: [SlurMark] = [],
    phrases: [SlurMark] = [],
    articulations: [Articulation] = [],
    ornaments: [Ornament] = [],
    hasFermata: Bool = false,
    isArpeggiated: Bool = false
  ) {
    self.onset = onset
    self.written = written
    self.notes = notes
    self.grace = grace
    self.isVisible = isVisible
    self.isMeasureRest = isMeasureRest
    self.stem = stem
    self.beams = beams
    self.slurs = slurs
    self.phrases = phrases
    self.articulations = articulations
    self.ornaments = ornaments
    self.hasFermata = hasFermata
    self.isArpeggiated = isArpeggiated
  }

  /// The time it takes: none for a grace note, and none when the written length is off the grid.
  public var length: Fraction { grace == nil ? written.length ?? .zero : .zero }

  /// Whether it is a rest.
  public var isRest: Bool { notes.isEmpty }
}

/// One note head.
public struct Note: Codable, Hashable, Sendable {
  /// Letter, alteration and octave.
  public var pitch: Pitch
  /// What a tie does at this note.
  public var tie: TieState?
  /// Whether the accidental is printed.
  public var accidental: AccidentalDisplay?

  /// A note.
  public init(_ pitch: Pitch, tie: TieState? = nil, accidental: AccidentalDisplay? = nil) {
    self.pitch = pitch
    self.tie = tie
    self.accidental = accidental
  }
}

/// A written pitch.
public struct Pitch: Codable, Hashable, Sendable {
  /// The letter.
  public var step: PitchStep
  /// Semitones by which the letter is altered: -2...2.
  public var alter: Int
  /// The octave, 4 from middle C on: -1...9.
  public var octave: Int

  /// A pitch.
  public init(_ step: PitchStep, alter: Int = 0, octave: Int) {
    self.step = step
    self.alter = alter
    self.octave = octave
  }
}

/// The letter of a pitch.
public enum PitchStep: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case c = "C"
  case d = "D"
  case e = "E"
  case f = "F"
  case g = "G"
  case a = "A"
  case b = "B"
}

/// What is said about a note's accidental; where nothing is said, the key and the measure decide.
public enum AccidentalDisplay: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// A natural sign is written out in the text (`n` in kern).
  case natural
  /// The accidental is printed although it need not be (`X`).
  case forced
  /// A natural sign is printed although it need not be (`nX`).
  case forcedNatural = "forced-natural"
  /// The accidental sounds but is not printed (`y`).
  case hidden
}

/// What a tie does at a note.
public enum TieState: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case start, `continue`, stop
}

/// The kind of a grace note.
public enum GraceKind: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// With a stroke through the stem (acciaccatura, `q` in kern).
  case slashed
  /// Without one (appoggiatura, `qq`).
  case plain
}

/// The direction of a stem.
public enum StemDirection: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case up, down
}

/// What one beam does at an event.
public enum BeamState: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case begin, `continue`, end
  case forwardHook = "forward-hook"
  case backwardHook = "backward-hook"
}

/// An end of a slur or of a phrase.
public struct SlurMark: Codable, Hashable, Sendable {
  /// Which end.
  public var end: SlurEnd
  /// Tells slurs apart that are open in one staff at a time, from 1.
  public var number: Int

  /// An end of a slur.
  public init(_ end: SlurEnd, number: Int = 1) {
    self.end = end
    self.number = number
  }
}

/// Which end of a slur.
public enum SlurEnd: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case start, stop
}

/// A sign of articulation.
public enum Articulation: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  case staccato, staccatissimo, tenuto, accent
  case strongAccent = "strong-accent"
  case sforzando, pizzicato, harmonic
  case breathMark = "breath-mark"
  case downBow = "down-bow"
  case upBow = "up-bow"
}

/// An ornament.
public enum Ornament: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
  /// A trill with the whole tone above (`T` in kern).
  case trill
  /// A trill with the semitone above (`t`).
  case semitoneTrill = "semitone-trill"
  /// A mordent with the whole tone below (`M`).
  case mordent
  /// A mordent with the semitone below (`m`).
  case semitoneMordent = "semitone-mordent"
  /// With the whole tone above (`W`).
  case invertedMordent = "inverted-mordent"
  /// With the semitone above (`w`).
  case semitoneInvertedMordent = "semitone-inverted-mordent"
  case turn
  case invertedTurn = "inverted-turn"
  /// An ornament that is not named.
  case other
}
