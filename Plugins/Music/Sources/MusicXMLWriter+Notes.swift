import TaskProtocol

// Notes and rests.
extension MusicXMLWriter {
  /// Writes a note, a rest, or all notes of a chord, and moves the cursor past it.
  mutating func writeEvent(
    _ event: Event,
    at place: SlurNumbering.Place,
    voice: Int,
    needed: Set<PrintedAccidentals.Place>,
    bracket: TupletBrackets.Mark
  ) throws(ExportFailure) {
    guard event.beams.count <= 8 else {
      throw Self.failure(
        "\(name(of: measure)) has a note with \(event.beams.count) beams, at most 8"
      )
    }
    for index in 0..<max(1, event.notes.count) {
      let note = event.notes.indices.contains(index) ? event.notes[index] : nil
      if let note, !(0...9).contains(note.pitch.octave) {
        throw Self.failure(
          "\(name(of: measure)) has a note in octave \(note.pitch.octave); MusicXML has 0 to 9"
        )
      }
      xml.begin(
        "note",
        [
          "print-object": event.isVisible ? nil : "no",
          "pizzicato": event.articulations.contains(.pizzicato) && index == 0 ? "yes" : nil,
        ]
      )
      writeSound(event, note, isChord: index > 0)
      xml.leaf("voice", voice)
      writeWriting(
        event,
        note,
        needsAccidental: needed.contains(
          PrintedAccidentals.Place(voice: place.voice, event: place.event, note: index)
        )
      )
      if staves.count > 1 { xml.leaf("staff", place.staff - staves.lowerBound + 1) }
      if index == 0 { writeBeams(event.beams) }
      writeNotations(event, note, at: place, isFirst: index == 0, bracket: bracket)
      xml.end()
    }
    cursor += event.length
  }

  /// Pitch, duration and ties.
  private mutating func writeSound(_ event: Event, _ note: Note?, isChord: Bool) {
    if let grace = event.grace { xml.empty("grace", ["slash": grace == .slashed ? "yes" : "no"]) }
    if isChord { xml.empty("chord") }
    if let note {
      xml.begin("pitch")
      xml.leaf("step", note.pitch.step.rawValue)
      if note.pitch.alter != 0 { xml.leaf("alter", note.pitch.alter) }
      xml.leaf("octave", note.pitch.octave)
      xml.end()
    } else {
      xml.empty("rest", ["measure": event.isMeasureRest ? "yes" : nil])
    }
    if event.grace == nil { xml.leaf("duration", units(event.length)) }
    switch note?.tie {
    case .start: xml.empty("tie", ["type": "start"])
    case .stop: xml.empty("tie", ["type": "stop"])
    case .continue:
      xml.empty("tie", ["type": "stop"])
      xml.empty("tie", ["type": "start"])
    case nil: break
    }
  }

  /// Type, dots, accidental, tuplet ratio and stem.
  private mutating func writeWriting(_ event: Event, _ note: Note?, needsAccidental: Bool) {
    // A measure rest of five quarters is a whole rest and no tuplet: its duration says how long.
    if event.isMeasureRest, event.written.tuplet != nil {
      xml.leaf("type", NoteValue.whole.rawValue)
      return
    }
    xml.leaf("type", event.written.value.rawValue)
    for _ in 0..<event.written.dots { xml.empty("dot") }
    if let note { writeAccidental(note, isNeeded: needsAccidental) }
    if let tuplet = event.written.tuplet {
      xml.begin("time-modification")
      xml.leaf("actual-notes", tuplet.actual)
      xml.leaf("normal-notes", tuplet.normal)
      xml.end()
    }
    if let stem = event.stem { xml.leaf("stem", stem.rawValue) }
  }

  private mutating func writeAccidental(_ note: Note, isNeeded: Bool) {
    let cautionary: String?
    switch note.accidental {
    case nil:
      guard isNeeded else { return }
      cautionary = nil
    case .hidden: return
    // A natural sign that the text writes out, whether it is needed or not.
    case .natural: cautionary = "no"
    case .forced, .forcedNatural: cautionary = "yes"
    }
    let name: String =
      switch note.pitch.alter {
      case 1: "sharp"
      case 2: "double-sharp"
      case -1: "flat"
      case -2: "flat-flat"
      default: "natural"
      }
    xml.leaf("accidental", name, ["cautionary": cautionary])
  }

  private mutating func writeBeams(_ beams: [BeamState]) {
    for (index, beam) in beams.enumerated() {
      let text: String =
        switch beam {
        case .begin: "begin"
        case .continue: "continue"
        case .end: "end"
        case .forwardHook: "forward hook"
        case .backwardHook: "backward hook"
        }
      xml.leaf("beam", text, ["number": String(index + 1)])
    }
  }
}

// Notations.
extension MusicXMLWriter {
  private mutating func writeNotations(
    _ event: Event,
    _ note: Note?,
    at place: SlurNumbering.Place,
    isFirst: Bool,
    bracket: TupletBrackets.Mark
  ) {
    let hasMarks =
      isFirst
      && (!event.slurs.isEmpty || !event.phrases.isEmpty || bracket.starts || bracket.stops
        || !event.ornaments.isEmpty || event.articulations.contains { $0 != .pizzicato }
        || event.hasFermata)
    guard hasMarks || note?.tie != nil || event.isArpeggiated else { return }
    xml.begin("notations")
    switch note?.tie {
    case .start: xml.empty("tied", ["type": "start"])
    case .stop: xml.empty("tied", ["type": "stop"])
    case .continue:
      xml.empty("tied", ["type": "stop"])
      xml.empty("tied", ["type": "start"])
    case nil: break
    }
    if isFirst {
      writeSlurs(event, at: place)
      if bracket.starts { xml.empty("tuplet", ["type": "start", "number": "1"]) }
      if bracket.stops { xml.empty("tuplet", ["type": "stop", "number": "1"]) }
      writeOrnaments(event.ornaments)
      writeArticulations(event.articulations)
      if event.hasFermata { xml.empty("fermata", ["type": "upright"]) }
    }
    if event.isArpeggiated { xml.empty("arpeggiate") }
    xml.end()
  }

  private mutating func writeSlurs(_ event: Event, at place: SlurNumbering.Place) {
    for isPhrase in [false, true] {
      for (index, mark) in (isPhrase ? event.phrases : event.slurs).enumerated() {
        var end = place
        end.isPhrase = isPhrase
        end.mark = index
        let number = slurs.numbers[end] ?? 1
        xml.empty(
          "slur",
          [
            "type": mark.end.rawValue, "number": String(number),
            "line-type": isPhrase && mark.end == .start ? "solid" : nil,
          ]
        )
      }
    }
  }

  private mutating func writeOrnaments(_ ornaments: [Ornament]) {
    guard !ornaments.isEmpty else { return }
    xml.begin("ornaments")
    for ornament in ornaments {
      switch ornament {
      case .trill: xml.empty("trill-mark")
      case .semitoneTrill: xml.empty("trill-mark", ["trill-step": "half"])
      case .mordent: xml.empty("mordent")
      case .semitoneMordent: xml.empty("mordent", ["trill-step": "half"])
      case .invertedMordent: xml.empty("inverted-mordent")
      case .semitoneInvertedMordent: xml.empty("inverted-mordent", ["trill-step": "half"])
      case .turn: xml.empty("turn")
      case .invertedTurn: xml.empty("inverted-turn")
      case .other: xml.empty("other-ornament")
      }
    }
    xml.end()
  }

  private mutating func writeArticulations(_ articulations: [Articulation]) {
    let technical = articulations.filter { [.harmonic, .downBow, .upBow].contains($0) }
    if !technical.isEmpty {
      xml.begin("technical")
      for sign in technical { xml.empty(sign.rawValue) }
      xml.end()
    }
    let plain = articulations.filter {
      ![.harmonic, .downBow, .upBow, .sforzando, .pizzicato].contains($0)
    }
    if !plain.isEmpty {
      xml.begin("articulations")
      for sign in plain { xml.empty(sign.rawValue) }
      xml.end()
    }
    if articulations.contains(.sforzando) {
      xml.begin("dynamics")
      xml.empty("sfz")
      xml.end()
    }
  }
}
