import TaskProtocol
import XMLValidation

/// Walks the measures of one part and gives everything in them its place in time.
///
/// The cursor follows the format's rules: a note moves it forward by its duration, a further note of
/// a chord begins where the note before it began, a grace note does not move it, `backup` and
/// `forward` move it alone.
struct MusicXMLPartWalk {
  /// One measure, walked.
  struct Measure {
    /// The measure in the file.
    var source: MusicXMLFile.Measure
    /// How findings call it.
    var name: String
    /// Its content in the order of the file.
    var events: [MusicXMLEvent] = []
    /// The time signature that holds in it, by staff; `nil` for free time or none yet.
    var times: [Int: MusicXMLTime] = [:]
    /// The farthest place that the cursor reached.
    var end = Fraction.zero
    /// Staves of the part.
    var staffCount = 1
    /// Whether the measure is left empty on purpose: a multiple rest, slashes or repeat signs.
    var hasMeasureStyle = false
    /// Whether every duration could be read, so that the arithmetic means something.
    var isMeasurable = true
    /// Divisions of a quarter note in use at its end.
    var divisions: MusicXMLDecimal?

    /// The time signature of a staff.
    func time(staff: Int) -> MusicXMLTime? { times[staff] ?? times[0] }
  }

  private let partPrefix: String
  var divisions: MusicXMLDecimal?
  var staffCount = 1
  var hasSaidStaves = false
  /// By staff, 0 for all staves.
  var times: [Int: MusicXMLTime] = [:]
  var remainingStyleMeasures = 0
  var openStyles: Set<String> = []
  var current: Measure
  var cursor = Fraction.zero
  /// Where the last note that is no grace note began, while a chord may go on.
  var chordStart: (start: Fraction, note: MusicXMLNote)?
  /// What is wrong so far.
  private(set) var findings: [Finding] = []

  /// Whether the part had a time signature or free time at its beginning.
  var hasTime = false

  /// A walk through a part.
  ///
  /// - Parameter name: How findings call the part, `nil` when it is the only one.
  init(partName name: String?) {
    partPrefix = name.map { "\($0), " } ?? ""
    current = Measure(
      source: MusicXMLFile.Measure(
        number: "",
        isImplicit: false,
        isNonControlling: false,
        content: [],
        position: SourcePosition(line: 1)
      ),
      name: ""
    )
  }

  /// Walks the next measure.
  mutating func walk(_ measure: MusicXMLFile.Measure) -> Measure {
    current = Measure(source: measure, name: "\(partPrefix)measure \(measure.number)")
    cursor = .zero
    chordStart = nil
    current.times = times
    if remainingStyleMeasures > 0 {
      remainingStyleMeasures -= 1
      current.hasMeasureStyle = true
    }
    if !openStyles.isEmpty { current.hasMeasureStyle = true }
    for element in measure.content { take(element) }
    current.staffCount = staffCount
    current.divisions = divisions
    return current
  }

  /// The place of a finding: `measure 3, staff 1, voice 2`.
  static func place(_ measure: String, staff: Int, voice: String) -> String {
    "\(measure), staff \(staff), voice \(voice)"
  }

  mutating func report(
    _ code: String,
    _ message: String,
    at element: MarkupElement,
    severity: Severity = .error,
    part: String? = nil,
    suggestion: String? = nil
  ) {
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: element.position.line,
        column: element.position.column,
        part: part ?? current.name,
        suggestion: suggestion
      )
    )
  }

  private mutating func take(_ element: MarkupElement) {
    switch element.name {
    case "note": takeNote(element)
    case "backup": takeBackup(element)
    case "forward":
      guard let length = duration(of: element) else { return }
      append(element, .forward(length: length))
      move(by: length)
      chordStart = nil
    case "attributes":
      takeAttributes(element)
      append(element, .attributes)
    case "direction": append(element, .direction)
    case "barline": append(element, .barline)
    default: append(element, .other)
    }
  }

  mutating func append(_ element: MarkupElement, _ kind: MusicXMLEvent.Kind) {
    current.events.append(MusicXMLEvent(element: element, start: cursor, kind: kind))
  }

  mutating func move(by length: Fraction) {
    cursor += length
    if cursor > current.end { current.end = cursor }
  }

  private mutating func takeBackup(_ element: MarkupElement) {
    chordStart = nil
    guard let length = duration(of: element) else { return }
    guard length <= cursor else {
      report(
        "backup-before-start",
        "Backup of \(length) at \(cursor) of \(current.name) goes back before the measure's start.",
        at: element,
        suggestion: "A backup may be at most as long as what comes before it in the measure."
      )
      cursor = .zero
      return
    }
    cursor = cursor - length
  }

  /// The duration of a note, backup or forward; reports what is wrong with it.
  mutating func duration(of element: MarkupElement) -> Fraction? {
    guard let child = element.child("duration") else {
      report(
        "duration-missing",
        "<\(element.name)> has no <duration>.",
        at: element,
        suggestion: "Only grace notes have none."
      )
      current.isMeasurable = false
      return nil
    }
    let text = child.text
    guard let units = MusicXMLDecimal(text) else {
      report(
        "duration",
        "The duration \"\(text.prefix(20))\" is no number that is read (up to 999999999).",
        at: child
      )
      current.isMeasurable = false
      return nil
    }
    guard let divisions else {
      report(
        "divisions-missing",
        "A duration comes before any <divisions>, so nobody knows how long it is.",
        at: child,
        suggestion: "Put <attributes><divisions> at the start of the part's first measure."
      )
      current.isMeasurable = false
      // Said once; from here on one division is taken for a quarter note.
      self.divisions = MusicXMLDecimal("1")
      return nil
    }
    guard units.units > 0 else {
      report(
        units.units == 0 ? "duration-zero" : "duration-negative",
        "<\(element.name)> has the duration \(text).",
        at: child,
        // One that moves the cursor nowhere is odd and does no harm.
        severity: units.units == 0 && element.name != "note" ? .warning : .error,
        suggestion: element.name == "note"
          ? "Durations are positive; a note without one is a grace note." : "Remove it."
      )
      if units.units < 0 || element.name == "note" { current.isMeasurable = false }
      return nil
    }
    return units.length(divisions: divisions)
  }
}
