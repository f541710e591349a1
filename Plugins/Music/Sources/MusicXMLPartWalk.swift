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
  private var divisions: MusicXMLDecimal?
  private var staffCount = 1
  private var hasSaidStaves = false
  /// By staff, 0 for all staves.
  private var times: [Int: MusicXMLTime] = [:]
  private var remainingStyleMeasures = 0
  private var openStyles: Set<String> = []
  private var current: Measure
  private var cursor = Fraction.zero
  /// Where the last note that is no grace note began, while a chord may go on.
  private var chordStart: (start: Fraction, note: MusicXMLNote)?
  /// What is wrong so far.
  private(set) var findings: [Finding] = []

  /// Whether the part had a time signature or free time at its beginning.
  private(set) var hasTime = false

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

  private mutating func append(_ element: MarkupElement, _ kind: MusicXMLEvent.Kind) {
    current.events.append(MusicXMLEvent(element: element, start: cursor, kind: kind))
  }

  private mutating func move(by length: Fraction) {
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
  private mutating func duration(of element: MarkupElement) -> Fraction? {
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
        suggestion: element.name == "note"
          ? "Durations are positive; a note without one is a grace note." : "Remove it."
      )
      if units.units < 0 || element.name == "note" { current.isMeasurable = false }
      return nil
    }
    return units.length(divisions: divisions)
  }
}

// Notes.
extension MusicXMLPartWalk {
  private mutating func takeNote(_ element: MarkupElement) {
    let isGrace = element.child("grace") != nil
    let isChord = element.child("chord") != nil
    var note = MusicXMLNote(
      length: .zero,
      voice: element.text(of: "voice") ?? "1",
      staff: staff(of: element),
      isChord: isChord,
      isGrace: isGrace,
      isCue: element.child("cue") != nil,
      isRest: false,
      isMeasureRest: false,
      pitch: nil
    )
    takePitch(element, &note)
    if isGrace {
      if element.child("duration") != nil {
        report("grace-duration", "A grace note has a <duration>.", at: element)
      }
      append(element, .note(note))
      return
    }
    guard let length = duration(of: element) else {
      // The note keeps its place, so that ties and slurs at it are still seen.
      append(element, .note(note))
      return
    }
    note.length = length
    guard isChord else {
      chordStart = (cursor, note)
      append(element, .note(note))
      move(by: length)
      return
    }
    takeChordNote(element, note)
  }

  private mutating func takeChordNote(_ element: MarkupElement, _ note: MusicXMLNote) {
    let place = Self.place(current.name, staff: note.staff, voice: note.voice)
    guard let first = chordStart else {
      report(
        "chord-without-note",
        "A <chord> note has no note before it in \(current.name).",
        at: element,
        part: place,
        suggestion: "The first note of a chord has no <chord>."
      )
      append(element, .note(note))
      return
    }
    if note.isRest || first.note.isRest {
      report("chord-rest", "A rest cannot be part of a chord.", at: element, part: place)
    }
    if first.note.length != note.length {
      report(
        "chord-durations",
        "A note of a chord lasts \(note.length), and the chord's first note \(first.note.length).",
        at: element,
        severity: .warning,
        part: place,
        suggestion: "Put the longer or shorter note into a voice of its own."
      )
    }
    if first.note.voice != note.voice {
      report(
        "chord-voices",
        "A note of a chord is in voice \(note.voice), the chord's first note in voice"
          + " \(first.note.voice).",
        at: element,
        severity: .warning,
        part: place
      )
    }
    current.events.append(
      MusicXMLEvent(element: element, start: first.start, kind: .note(note))
    )
    let end = first.start + note.length
    if end > current.end { current.end = end }
  }

  private mutating func takePitch(_ element: MarkupElement, _ note: inout MusicXMLNote) {
    var kinds = 0
    for child in element.elements {
      switch child.name {
      case "pitch":
        kinds += 1
        note.pitch = MusicXMLPitch(child)
        if note.pitch == nil {
          let step = child.text(of: "step") ?? ""
          let octave = child.text(of: "octave") ?? ""
          let alter = child.text(of: "alter").map { ", alter \"\($0.prefix(9))\"" } ?? ""
          report(
            "pitch",
            "No such pitch: step \"\(step.prefix(9))\"\(alter), octave \"\(octave.prefix(9))\".",
            at: child,
            suggestion: "Steps are A to G, octaves 0 to 9, alterations -4 to 4 semitones."
          )
        }
      case "rest":
        kinds += 1
        note.isRest = true
        note.isMeasureRest = child[attribute: "measure"] == "yes"
      case "unpitched": kinds += 1
      default: break
      }
    }
    if kinds != 1 {
      report(
        "note-kind",
        "A <note> needs one of <pitch>, <rest> and <unpitched>; found \(kinds).",
        at: element
      )
    }
  }

  /// The staff that an element names, from 1; reports one that the part does not have.
  private mutating func staff(of element: MarkupElement) -> Int {
    guard let text = element.text(of: "staff") else { return 1 }
    let number = Int(text) ?? 0
    guard number >= 1, number <= staffCount else {
      report(
        "staff-number",
        "Staff \"\(text.prefix(9))\" in a part with \(staffCount)"
          + (staffCount == 1 ? " staff." : " staves."),
        at: element,
        suggestion: hasSaidStaves
          ? nil : "Say how many there are: <staves> in the part's first <attributes>."
      )
      return 1
    }
    return number
  }
}

// Attributes.
extension MusicXMLPartWalk {
  private mutating func takeAttributes(_ element: MarkupElement) {
    // Keys and times for a staff come before the number of staves.
    for child in element.children("staves") { takeStaves(child) }
    for child in element.elements {
      switch child.name {
      case "divisions":
        if let value = MusicXMLDecimal(child.text), value.units > 0 {
          divisions = value
        } else {
          report(
            "divisions",
            "<divisions> is \"\(child.text.prefix(20))\"; expected a number above 0.",
            at: child
          )
        }
      case "time": takeTime(child)
      case "measure-style": takeMeasureStyle(child)
      case "clef", "key", "staff-details", "transpose": _ = numberedStaff(child)
      default: break
      }
    }
  }

  private mutating func takeStaves(_ element: MarkupElement) {
    hasSaidStaves = true
    guard let count = Int(element.text), (1...1024).contains(count) else {
      report(
        "staves",
        "<staves> is \"\(element.text.prefix(20))\"; expected a number from 1 to 1024.",
        at: element
      )
      return
    }
    staffCount = count
  }

  /// The staff in a `number` attribute, 0 for all; reports one that the part does not have.
  private mutating func numberedStaff(_ element: MarkupElement) -> Int {
    guard let text = element[attribute: "number"] else { return 0 }
    guard let number = Int(text), number >= 1, number <= staffCount else {
      report(
        "staff-number",
        "<\(element.name)> is for staff \"\(text.prefix(9))\" in a part with \(staffCount)"
          + (staffCount == 1 ? " staff." : " staves."),
        at: element
      )
      return 0
    }
    return number
  }

  private mutating func takeTime(_ element: MarkupElement) {
    hasTime = true
    let staff = numberedStaff(element)
    guard let time = MusicXMLTime(element) else {
      report(
        "time",
        "The time signature has no beats and beat type that are numbers.",
        at: element
      )
      return
    }
    if staff == 0 { times = [:] }
    times[staff] = time
    // One that comes after music is an announcement for the next measure.
    if current.end == .zero { current.times = times }
  }

  private mutating func takeMeasureStyle(_ element: MarkupElement) {
    if let rest = element.child("multiple-rest") {
      remainingStyleMeasures = max(0, min((Int(rest.text) ?? 1) - 1, 100_000))
      current.hasMeasureStyle = true
    }
    for name in ["measure-repeat", "beat-repeat", "slash"] {
      guard let style = element.child(name) else { continue }
      current.hasMeasureStyle = true
      if style[attribute: "type"] == "stop" {
        openStyles.remove(name)
      } else {
        openStyles.insert(name)
      }
    }
  }
}
