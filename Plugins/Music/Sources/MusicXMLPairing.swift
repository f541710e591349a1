import TaskProtocol
import XMLValidation

/// Examines whether everything in a part that begins also ends: ties, slurs, tuplets, beams, wedges,
/// octave shifts, pedals.
struct MusicXMLPairing {
  private struct Tie {
    var pitch: MusicXMLPitch
    /// Measure and place where the tied note ends.
    var end: Place
    var element: MarkupElement
    var place: String
    /// Whether the music jumps back after the note, so that the tie may lead to another place.
    var isBeforeJump: Bool
  }

  private struct Place: Equatable {
    var measure: Int
    var time: Fraction
  }

  /// Spans of notes within one voice, whose marks come in the order of the file.
  private struct VoiceMark {
    var element: MarkupElement
    var place: String
  }

  private(set) var findings: [Finding] = []
  private var ties: [Tie] = []
  private var tuplets: [String: [VoiceMark]] = [:]
  private var beams: [String: VoiceMark] = [:]
  private var slurs = MusicXMLSpanPairing("slur", severity: .error)
  private var wedges = MusicXMLSpanPairing("wedge", severity: .warning)
  private var shifts = MusicXMLSpanPairing("octave-shift", severity: .error)
  private var lines = MusicXMLSpanPairing("line", severity: .warning)
  private var pedals = MusicXMLSpanPairing("pedal", severity: .note)

  /// Examines all measures of a part.
  init(_ measures: [MusicXMLPartWalk.Measure]) {
    var endings = EndingState()
    for (index, measure) in measures.enumerated() {
      endings.enter(measure)
      take(measure, index: index, endings: endings)
      endings.leave(measure)
    }
    finish()
  }

  /// Which ending a measure is in.
  private struct EndingState {
    /// Whether it is a later ending than the first, or the measure after a repeat.
    var isAfterJump = false
    var hasBackwardRepeat = false

    mutating func enter(_ measure: MusicXMLPartWalk.Measure) {
      hasBackwardRepeat = false
      for event in measure.events where isBarline(event) {
        if let ending = event.element.child("ending"), ending[attribute: "type"] == "start",
          let number = ending[attribute: "number"], !number.hasPrefix("1")
        {
          isAfterJump = true
        }
        if event.element.child("repeat")?[attribute: "direction"] == "backward" {
          hasBackwardRepeat = true
        }
      }
    }

    mutating func leave(_ measure: MusicXMLPartWalk.Measure) {
      for event in measure.events where isBarline(event) {
        guard let ending = event.element.child("ending"), ending[attribute: "type"] != "start"
        else { continue }
        isAfterJump = false
      }
    }

    private func isBarline(_ event: MusicXMLEvent) -> Bool {
      if case .barline = event.kind { true } else { false }
    }
  }

  private mutating func report(
    _ code: String,
    _ message: String,
    at element: MarkupElement,
    part: String,
    severity: Severity = .error,
    suggestion: String? = nil
  ) {
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: element.position.line,
        column: element.position.column,
        part: part,
        suggestion: suggestion
      )
    )
  }

  private mutating func take(
    _ measure: MusicXMLPartWalk.Measure,
    index: Int,
    endings: EndingState
  ) {
    var slurMarks: [MusicXMLSpanMark] = []
    var tied: [(event: MusicXMLEvent, note: MusicXMLNote, stops: Bool, starts: Bool)] = []
    for event in measure.events {
      switch event.kind {
      case .note(let note):
        let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
        let notations = event.element.children("notations").flatMap(\.elements)
        slurMarks += Self.slurs(notations, note, event, place)
        takeTuplets(notations, note, place)
        if !note.isChord { takeBeams(event.element, note, place) }
        let types = Set(
          event.element.children("tie").compactMap { $0[attribute: "type"] }
            + notations.filter { $0.name == "tied" }.compactMap { $0[attribute: "type"] }
        )
        if types.contains("start") || types.contains("stop") {
          tied.append((event, note, types.contains("stop"), types.contains("start")))
        }
      case .direction: takeDirection(event, in: measure)
      default: break
      }
    }
    slurs.take(slurMarks, isSoft: endings.isAfterJump)
    let sorted = tied.enumerated().sorted {
      ($0.element.event.start, $0.offset) < ($1.element.event.start, $1.offset)
    }
    for (_, entry) in sorted {
      takeTie(
        entry.event, entry.note, stops: entry.stops, starts: entry.starts, in: measure,
        index: index, endings: endings
      )
    }
  }

  private static func slurs(
    _ notations: [MarkupElement],
    _ note: MusicXMLNote,
    _ event: MusicXMLEvent,
    _ place: String
  ) -> [MusicXMLSpanMark] {
    notations.compactMap { element in
      guard element.name == "slur", let type = element[attribute: "type"],
        type == "start" || type == "stop"
      else { return nil }
      let number = element[attribute: "number"] ?? "1"
      return MusicXMLSpanMark(
        key: number,
        name: "slur \(number)",
        isStop: type == "stop",
        time: event.start,
        voice: "\(note.staff)/\(note.voice)",
        element: element,
        place: place
      )
    }
  }

  private mutating func takeTie(
    _ event: MusicXMLEvent,
    _ note: MusicXMLNote,
    stops: Bool,
    starts: Bool,
    in measure: MusicXMLPartWalk.Measure,
    index: Int,
    endings: EndingState
  ) {
    let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
    guard let pitch = note.pitch else {
      if note.isRest {
        report("tie-rest", "A rest cannot be tied: \(place).", at: event.element, part: place)
      }
      return
    }
    if stops { stopTie(Place(measure: index, time: event.start), pitch, event, place, endings) }
    guard starts else { return }
    var end = Place(measure: index, time: event.start + note.length)
    // The first place of the next measure is the last place of this one.
    if end.time >= measure.end { end = Place(measure: index + 1, time: .zero) }
    ties.append(
      Tie(
        pitch: pitch,
        end: end,
        element: event.element,
        place: place,
        isBeforeJump: endings.hasBackwardRepeat
      )
    )
  }

  private mutating func stopTie(
    _ start: Place,
    _ pitch: MusicXMLPitch,
    _ event: MusicXMLEvent,
    _ place: String,
    _ endings: EndingState
  ) {
    let match =
      ties.firstIndex { $0.pitch == pitch && $0.end == start }
      ?? ties.firstIndex { $0.pitch.cents == pitch.cents && $0.end == start }
    if let match {
      ties.remove(at: match)
    } else if let near = ties.firstIndex(where: { $0.pitch == pitch }) {
      let before = ties.remove(at: near)
      report(
        "tie-gap",
        "A tie at \(pitch.name) ends in \(place), but the note that it comes from, in"
          + " \(before.place), does not reach it.",
        at: event.element,
        part: place,
        severity: endings.isAfterJump ? .warning : .error
      )
    } else {
      report(
        "tie-without-start",
        "A tie at \(pitch.name) ends in \(place) and has not begun.",
        at: event.element,
        part: place,
        severity: endings.isAfterJump ? .warning : .error,
        suggestion: "Ties join two notes of one pitch."
      )
    }
  }

  private mutating func takeTuplets(
    _ notations: [MarkupElement],
    _ note: MusicXMLNote,
    _ place: String
  ) {
    let marks = notations.filter { $0.name == "tuplet" }
    // A tuplet of one note has its end and its beginning in one place, in any order.
    for mark in marks where mark[attribute: "type"] == "start" {
      let key = "\(note.voice)/\(mark[attribute: "number"] ?? "1")"
      tuplets[key, default: []].append(VoiceMark(element: mark, place: place))
    }
    for mark in marks where mark[attribute: "type"] == "stop" {
      let key = "\(note.voice)/\(mark[attribute: "number"] ?? "1")"
      if tuplets[key]?.popLast() == nil {
        report("tuplet-without-start", "A tuplet ends in \(place) and has not begun.", at: mark, part: place)
      }
    }
  }

  private mutating func takeBeams(_ element: MarkupElement, _ note: MusicXMLNote, _ place: String) {
    for beam in element.children("beam") {
      let number = beam[attribute: "number"] ?? "1"
      let key = "\(note.voice)/\(note.isGrace ? "grace" : "")\(number)"
      switch beam.text {
      case "begin":
        if let before = beams[key] { reportOpenBeam(before, number) }
        beams[key] = VoiceMark(element: beam, place: place)
      case "continue", "end":
        if beams[key] == nil {
          report(
            "beam-without-begin",
            "Beam \(number) goes on in \(place) and has not begun.",
            at: beam,
            part: place
          )
        }
        beams[key] = beam.text == "end" ? nil : beams[key] ?? VoiceMark(element: beam, place: place)
      default: break
      }
    }
  }

  private mutating func reportOpenBeam(_ mark: VoiceMark, _ number: some StringProtocol) {
    report(
      "beam-without-end",
      "Beam \(number) begins in \(mark.place) and does not end.",
      at: mark.element,
      part: mark.place
    )
  }

  private mutating func finish() {
    for tie in ties {
      report(
        "tie-without-stop",
        "A tie at \(tie.pitch.name) begins in \(tie.place) and leads to no note.",
        at: tie.element,
        part: tie.place,
        severity: tie.isBeforeJump ? .warning : .error,
        suggestion: "Ties join two notes of one pitch that follow each other."
      )
    }
    for key in tuplets.keys.sorted() {
      for mark in tuplets[key] ?? [] {
        report(
          "tuplet-without-stop",
          "A tuplet begins in \(mark.place) and does not end.",
          at: mark.element,
          part: mark.place
        )
      }
    }
    for key in beams.keys.sorted() {
      guard let mark = beams[key] else { continue }
      reportOpenBeam(mark, mark.element[attribute: "number"] ?? "1")
    }
    for var pairing in [slurs, wedges, shifts, lines, pedals] {
      pairing.finish()
      findings += pairing.findings
    }
  }
}

// Directions.
extension MusicXMLPairing {
  private mutating func takeDirection(
    _ event: MusicXMLEvent,
    in measure: MusicXMLPartWalk.Measure
  ) {
    var time = event.start
    if let offset = event.element.text(of: "offset").flatMap(MusicXMLDecimal.init),
      let divisions = measure.divisions
    {
      time += offset.length(divisions: divisions)
    }
    let staff = event.element.text(of: "staff") ?? "1"
    for type in event.element.children("direction-type") {
      for element in type.elements {
        guard let kind = element[attribute: "type"] else { continue }
        let number = element[attribute: "number"] ?? "1"
        let mark = MusicXMLSpanMark(
          key: "\(element.name) \(number)",
          name: element.name == "dashes" ? "dashed line" : element.name.replacing("-", with: " "),
          isStop: kind == "stop",
          time: time,
          voice: "\(staff)/",
          element: element,
          place: "\(measure.name), staff \(staff)"
        )
        switch (element.name, kind) {
        case ("wedge", "crescendo"), ("wedge", "diminuendo"), ("wedge", "stop"):
          wedges.take([mark], isSoft: false)
        case ("octave-shift", "up"), ("octave-shift", "down"), ("octave-shift", "stop"):
          shifts.take([mark], isSoft: false)
        case ("bracket", "start"), ("bracket", "stop"), ("dashes", "start"), ("dashes", "stop"):
          lines.take([mark], isSoft: false)
        case ("pedal", "start"), ("pedal", "sostenuto"), ("pedal", "stop"):
          pedals.take([mark], isSoft: false)
        default: break
        }
      }
    }
  }
}
