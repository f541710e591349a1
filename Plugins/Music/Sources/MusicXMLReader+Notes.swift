import TaskProtocol
import XMLValidation

extension MusicXMLReader {
  /// A note, a rest or the first note of a chord; `nil` when a score cannot hold it.
  mutating func readEvent(
    _ source: MusicXMLEvent,
    _ note: MusicXMLNote,
    _ measure: MusicXMLPartWalk.Measure,
    _ index: Int,
    _ reading: inout MusicXMLPartReading
  ) -> Event? {
    let element = source.element
    let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
    guard !note.isCue || note.isGrace else {
      losses.add("cue notes", element, in: place)
      return nil
    }
    var notes: [Note] = []
    if !note.isRest {
      guard let first = readPitch(source, note, place) else { return nil }
      notes = [first]
    }
    guard let written = readWritten(element, note, measure, place) else { return nil }
    var event = Event(onset: source.start, written: written, notes: notes)
    event.isVisible = element[attribute: "print-object"] != "no"
    event.isMeasureRest =
      note.isMeasureRest
      || (note.isRest && Self.saidLength(element) == WrittenDuration(.whole)
        && written != WrittenDuration(.whole))
    if let grace = element.child("grace") {
      event.grace = grace[attribute: "slash"] == "yes" ? .slashed : .plain
    }
    event.stem = element.text(of: "stem").flatMap(StemDirection.init(rawValue:))
    if !note.isChord { event.beams = readBeams(element) }
    if element[attribute: "pizzicato"] == "yes" { event.articulations.append(.pizzicato) }
    readNotations(element, note, source.start, measure, index, &reading, into: &event)
    return event
  }

  /// A further note of a chord.
  mutating func readChordNote(
    _ source: MusicXMLEvent,
    _ note: MusicXMLNote,
    _ measure: MusicXMLPartWalk.Measure,
    _ index: Int,
    _ reading: inout MusicXMLPartReading,
    into event: inout Event
  ) {
    let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
    guard !note.isRest, let more = readPitch(source, note, place) else { return }
    event.notes.append(more)
    readNotations(source.element, note, source.start, measure, index, &reading, into: &event)
  }

  private mutating func readPitch(
    _ source: MusicXMLEvent,
    _ note: MusicXMLNote,
    _ place: String
  ) -> Note? {
    let element = source.element
    guard let found = note.pitch else {
      losses.add("notes without pitch", element, in: place)
      return nil
    }
    guard found.alterCents.isMultiple(of: 100), abs(found.alterCents) <= 200 else {
      losses.add("microtones and triple alterations", element, in: place)
      return nil
    }
    let pitch = Pitch(found.step, alter: found.alterCents / 100, octave: found.octave)
    var types = Set(element.children("tie").compactMap { $0[attribute: "type"] })
    for notations in element.children("notations") {
      for tied in notations.children("tied") {
        if let type = tied[attribute: "type"] { types.insert(type) }
      }
    }
    if types.contains("let-ring") { losses.add("ties that let ring", element, in: place) }
    var tie: TieState?
    switch (types.contains("stop"), types.contains("start")) {
    case (true, true): tie = .continue
    case (true, false): tie = .stop
    case (false, true): tie = .start
    default: break
    }
    if let head = element.child("notehead"), head.text != "normal" {
      losses.add("note heads of other shapes", head, in: place)
    }
    return Note(pitch, tie: tie, accidental: Self.printedAccidental(element))
  }

  /// What the file prints, in the words of `readAccidentals`.
  private static func printedAccidental(_ element: MarkupElement) -> AccidentalDisplay? {
    guard let accidental = element.child("accidental") else { return nil }
    switch accidental[attribute: "cautionary"] {
    case "yes": return .forced
    case "no": return .natural
    default: return .forcedNatural
    }
  }

  /// How the note is written: as the file says where that is the length the note has, else as its
  /// length says.
  private mutating func readWritten(
    _ element: MarkupElement,
    _ note: MusicXMLNote,
    _ measure: MusicXMLPartWalk.Measure,
    _ place: String
  ) -> WrittenDuration? {
    let said = Self.saidLength(element)
    if note.isGrace { return said ?? WrittenDuration(.eighth) }
    if let said, let length = said.length {
      if length == note.length { return said }
      let difference = abs(length.steps - note.length.steps)
      if let divisions = measure.divisions, let half = MusicXMLDecimal("0.5"),
        difference <= half.length(divisions: divisions).steps,
        difference <= note.length.steps / 4
      {
        return said
      }
      if !(note.isRest && said == WrittenDuration(.whole)) && !note.isMeasureRest {
        losses.add("durations that differ from their written values", element, in: place)
      }
    }
    if let written = WrittenDuration(length: note.length) { return written }
    fail(
      "length",
      "A note in \(place) lasts \(note.length), which no note value with dots or in a tuplet makes.",
      element,
      in: place
    )
    return nil
  }

  /// Type, dots and tuplet as the file says them.
  private static func saidLength(_ element: MarkupElement) -> WrittenDuration? {
    guard let value = element.text(of: "type").flatMap(NoteValue.init(rawValue:)) else {
      return nil
    }
    var tuplet: TupletRatio?
    if let change = element.child("time-modification") {
      guard let actual = change.integer(of: "actual-notes"),
        let normal = change.integer(of: "normal-notes")
      else { return nil }
      tuplet = TupletRatio(actual: actual, normal: normal)
    }
    return WrittenDuration(value, dots: element.children("dot").count, tuplet: tuplet)
  }

  private func readBeams(_ element: MarkupElement) -> [BeamState] {
    let beams = element.children("beam").map { beam in
      (level: beam[attribute: "number"].flatMap { Int($0) } ?? 1, text: beam.text)
    }
    return beams.sorted { $0.level < $1.level }.compactMap { beam in
      BeamState(rawValue: beam.text.replacing(" ", with: "-"))
    }
  }
}

// Notations.
extension MusicXMLReader {
  private mutating func readNotations(
    _ element: MarkupElement,
    _ note: MusicXMLNote,
    _ time: Fraction,
    _ measure: MusicXMLPartWalk.Measure,
    _ index: Int,
    _ reading: inout MusicXMLPartReading,
    into event: inout Event
  ) {
    let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
    if let lyric = element.child("lyric") { losses.add("lyrics", lyric, in: place) }
    for notation in element.children("notations").flatMap(\.elements) {
      switch notation.name {
      case "tied", "tuplet", "footnote", "level": break
      case "slur":
        guard let end = notation[attribute: "type"].flatMap(SlurEnd.init(rawValue:)) else { continue }
        reading.slurEnds.append(
          MusicXMLPartReading.SlurEnd(
            number: notation[attribute: "number"] ?? "1",
            isStop: end == .stop,
            isPhrase: isOwn && notation[attribute: "line-type"] != nil,
            measure: index,
            time: time,
            staff: note.staff - 1,
            voice: note.voice,
            mark: nextSlur,
            element: notation,
            place: place
          )
        )
        event.slurs.append(SlurMark(end, number: nextSlur))
        nextSlur += 1
      case "articulations", "technical", "ornaments", "dynamics":
        for sign in notation.elements { readSign(sign, notation.name, place, into: &event) }
      case "fermata": event.hasFermata = true
      case "arpeggiate": event.isArpeggiated = true
      default:
        losses.add("\(notation.name.replacing("-", with: " ")) signs", notation, in: place)
      }
    }
    event.articulations.sort { Self.rank($0) < Self.rank($1) }
    event.ornaments.sort { Self.rank($0) < Self.rank($1) }
  }

  private static func rank<Sign: CaseIterable & Equatable>(_ sign: Sign) -> Int {
    Array(Sign.allCases).firstIndex(of: sign) ?? 0
  }

  private mutating func readSign(
    _ sign: MarkupElement,
    _ kind: String,
    _ place: String,
    into event: inout Event
  ) {
    func add(_ articulations: Articulation...) {
      for one in articulations where !event.articulations.contains(one) {
        event.articulations.append(one)
      }
    }
    switch (kind, sign.name) {
    case ("articulations", "detached-legato"): add(.staccato, .tenuto)
    case ("dynamics", "sf"), ("dynamics", "sfz"), ("dynamics", "fz"): add(.sforzando)
    case ("dynamics", _): losses.add("dynamics", sign, in: place)
    case ("ornaments", _): readOrnament(sign, place, into: &event)
    case ("articulations", "staccato"), ("articulations", "staccatissimo"),
      ("articulations", "tenuto"), ("articulations", "accent"), ("articulations", "strong-accent"),
      ("articulations", "breath-mark"), ("technical", "harmonic"), ("technical", "down-bow"),
      ("technical", "up-bow"):
      if let articulation = Articulation(rawValue: sign.name) { add(articulation) }
    default: losses.add("\(sign.name.replacing("-", with: " ")) signs", sign, in: place)
    }
  }

  private mutating func readOrnament(
    _ sign: MarkupElement,
    _ place: String,
    into event: inout Event
  ) {
    let isHalf = sign[attribute: "trill-step"] == "half"
    let ornament: Ornament
    switch sign.name {
    case "trill-mark": ornament = isHalf ? .semitoneTrill : .trill
    case "mordent": ornament = isHalf ? .semitoneMordent : .mordent
    case "inverted-mordent": ornament = isHalf ? .semitoneInvertedMordent : .invertedMordent
    case "turn": ornament = .turn
    case "inverted-turn": ornament = .invertedTurn
    case "other-ornament": ornament = .other
    default:
      losses.add("\(sign.name.replacing("-", with: " ")) signs", sign, in: place)
      return
    }
    if !event.ornaments.contains(ornament) { event.ornaments.append(ornament) }
  }
}

// Ties.
extension MusicXMLReader {
  /// Takes out the ties of a staff that do not join two notes of one pitch in it: those into a second
  /// ending, and those from one staff to another.
  mutating func dropLooseTies(_ score: inout Score, _ staff: Int) {
    struct Place {
      var measure: Int
      var voice: Int
      var event: Int
      var note: Int
    }
    var open: [(pitch: Pitch, due: Fraction, place: Place)] = []
    var elapsed = Fraction.zero
    func drop(_ place: Place, stop: Bool) {
      let events = score.measures[place.measure].staves[staff].voices[place.voice].events
      let tie = events[place.event].notes[place.note].tie
      let rest: TieState? = tie == .continue ? (stop ? .start : .stop) : nil
      score.measures[place.measure].staves[staff].voices[place.voice].events[place.event]
        .notes[place.note].tie = rest
      let number = score.measures[place.measure].number ?? String(place.measure + 1)
      losses.add(
        "ties that do not join two notes of one staff", nil,
        in: "measure \(number), staff \(staff + 1)"
      )
    }
    for measure in score.measures.indices {
      guard score.measures[measure].staves.indices.contains(staff) else { continue }
      let voices = score.measures[measure].staves[staff].voices
      var order: [(onset: Fraction, isMain: Int, voice: Int, event: Int)] = []
      for (voice, line) in voices.enumerated() {
        for (event, found) in line.events.enumerated() where found.notes.contains(where: { $0.tie != nil }) {
          order.append((found.onset, found.grace == nil ? 1 : 0, voice, event))
        }
      }
      order.sort { $0 < $1 }
      for entry in order {
        let event = voices[entry.voice].events[entry.event]
        let now = elapsed + event.onset
        for (index, note) in event.notes.enumerated() {
          guard let tie = note.tie else { continue }
          let place = Place(measure: measure, voice: entry.voice, event: entry.event, note: index)
          if tie != .start {
            if let match = open.firstIndex(where: { $0.pitch == note.pitch && $0.due == now }) {
              open.remove(at: match)
            } else {
              drop(place, stop: true)
            }
          }
          if tie != .stop { open.append((note.pitch, now + event.length, place)) }
        }
      }
      elapsed += score.measures[measure].length
    }
    for tie in open { drop(tie.place, stop: false) }
  }
}
