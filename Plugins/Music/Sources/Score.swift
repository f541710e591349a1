/// A piece of music as it is written: what **kern and MusicXML have in common.
///
/// Measures come first and staves within them, so that all staves meet at every barline by
/// construction. Places and lengths are exact ``Fraction``s of a whole note.
public struct Score: Codable, Equatable, Sendable {
  /// Title, composer and other bibliographic records, in the order of the text.
  public var references: [ReferenceRecord]
  /// The players, from top to bottom of the page.
  ///
  /// Their staves together are the staves of every measure.
  public var parts: [Part]
  /// The barline before the first measure, `nil` when the music begins without one.
  public var opening: Barline?
  /// The measures in order.
  public var measures: [Measure]

  /// A score; see the properties for what each value means.
  public init(
    references: [ReferenceRecord] = [],
    parts: [Part] = [Part()],
    opening: Barline? = nil,
    measures: [Measure] = []
  ) {
    self.references = references
    self.parts = parts
    self.opening = opening
    self.measures = measures
  }

  /// Staves of all parts.
  public var staffCount: Int { parts.reduce(0) { $0 + max(0, min($1.staffCount, 1024)) } }

  /// The value of the first record with a key: `OTL` for the title, `COM` for the composer.
  public func reference(_ key: String) -> String? {
    references.first { $0.key == key }?.value
  }
}

/// A bibliographic record, named as in Humdrum: `OTL` title, `COM` composer, `OPS` opus, `ENC`
/// encoder, `YEC` copyright.
public struct ReferenceRecord: Codable, Hashable, Sendable {
  /// The record's key, without the exclamation marks.
  public var key: String
  /// Its text.
  public var value: String

  /// A record.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// One player: a name and one staff or more.
public struct Part: Codable, Equatable, Sendable {
  /// The name before the first system, if there is one.
  public var name: String?
  /// Staves that it takes, at least 1; two for a piano.
  public var staffCount: Int

  /// A part.
  public init(name: String? = nil, staffCount: Int = 1) {
    self.name = name
    self.staffCount = staffCount
  }
}

/// What stands between two barlines, in every staff.
public struct Measure: Codable, Equatable, Sendable {
  /// The number as it is counted, `nil` for a measure without one (a pickup, the second half of a
  /// split measure).
  public var number: String?
  /// Which ending (volta) the measure belongs to, `nil` for none.
  ///
  /// A bracket covers neighbouring measures with the same number.
  public var ending: Int?
  /// One entry for each staff of the score, from top to bottom.
  public var staves: [StaffMeasure]
  /// The barline that closes the measure, `nil` when the text stops without one.
  public var barline: Barline?

  /// A measure; see the properties for what each value means.
  public init(
    number: String? = nil,
    ending: Int? = nil,
    staves: [StaffMeasure] = [],
    barline: Barline? = Barline()
  ) {
    self.number = number
    self.ending = ending
    self.staves = staves
    self.barline = barline
  }

  /// The longest of its voices.
  public var length: Fraction {
    staves.flatMap(\.voices).map(\.end).max() ?? .zero
  }
}

/// One staff in one measure.
public struct StaffMeasure: Codable, Equatable, Sendable {
  /// Clefs, keys and metres that begin here, by onset.
  public var attributes: [StaffAttributes]
  /// The voices, the first one first.
  ///
  /// The first fills the measure; others may begin late, end early and pause.
  public var voices: [Voice]

  /// A staff in a measure.
  public init(attributes: [StaffAttributes] = [], voices: [Voice] = []) {
    self.attributes = attributes
    self.voices = voices
  }
}

/// A line of notes and rests within one staff and measure.
public struct Voice: Codable, Equatable, Sendable {
  /// Chords, notes, rests and grace notes in the order of time.
  ///
  /// None begins before the one before it ends; a gap means that the voice pauses without any sign.
  public var events: [Event]

  /// A voice.
  public init(events: [Event] = []) { self.events = events }

  /// Where its last event ends.
  public var end: Fraction {
    events.last.map { $0.onset + $0.length } ?? .zero
  }
}
