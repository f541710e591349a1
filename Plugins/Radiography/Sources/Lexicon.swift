/// The words that sentences are read by; see `Rules/lexicon.txt`.
struct Lexicon: Sendable {
  /// A kind of thing that reports speak of.
  struct Observation: Sendable {
    var name: String
    var category: ObservationCategory?
    /// Whether it can be on one side.
    var hasSide: Bool
    var usualPlace: String?
  }

  /// A part of the body.
  struct Place: Sendable {
    var name: String
    var hasSide: Bool
  }

  /// What a cue says about observations near it.
  struct Cue: OptionSet, Sendable {
    let rawValue: UInt16
    static let deniedBefore = Cue(rawValue: 1)
    static let deniedAfter = Cue(rawValue: 2)
    /// Looks like a denial and is none.
    static let notDenied = Cue(rawValue: 4)
    static let possibleBefore = Cue(rawValue: 8)
    static let possibleAfter = Cue(rawValue: 16)
    static let probableBefore = Cue(rawValue: 32)
    static let probableAfter = Cue(rawValue: 64)
    static let setAside = Cue(rawValue: 128)
  }

  /// Something that is normal or clear, and what that denies.
  struct Normal: Sendable {
    var subjects = TermIndex<Void>()
    var predicates = TermIndex<Void>()
    var denied: [Observation]
  }

  var observations = TermIndex<Observation>()
  var places = TermIndex<Place>()
  var cues = TermIndex<Cue>()
  var sides = TermIndex<Laterality>()
  var courses = TermIndex<TemporalCourse>()
  var stops = TermIndex<Void>()
  var limits = TermIndex<Void>()
  var everythingNormal = TermIndex<Void>()
  var normals: [Normal] = []
  var observationsByName: [String: Observation] = [:]

  /// The observation that ``everythingNormal`` denies.
  static let acuteDisease = Observation(
    name: "acute-disease",
    category: nil,
    hasSide: false,
    usualPlace: nil
  )

  /// The lexicon that comes with the plugin; empty lines of it would be a mistake of ours, which the
  /// tests find.
  static let builtIn: Lexicon = {
    var reader = LexiconReader()
    reader.read(lexiconText)
    return reader.lexicon
  }()
}
