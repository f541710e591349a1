import MusicDomain
import TestSupport

/// Makes scores that use everything the document has, the same ones for a seed.
///
/// They are in the form that readers give them: slurs numbered anew, signs in the order of their
/// declaration, the first voice of every staff full.
struct RandomScores {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func some<Value>(_ values: [Value], _ percent: Int) -> [Value] {
    values.filter { _ in chance(percent) }
  }

  private func fraction(_ top: Int, _ bottom: Int) -> Fraction {
    Fraction(exactly: top, over: bottom) ?? .zero
  }

  /// The next score.
  mutating func score() -> Score {
    var score = Score(parts: [])
    if chance(60) {
      score.references = some(["OTL", "COM", "OPS", "YEC", "ZZZ"], 50).map {
        ReferenceRecord(key: $0, value: pick(["Lied ohne Worte", "a < b & \"c\"", " é\t\n", ""]))
      }
    }
    for _ in 0..<pick([1, 1, 1, 2, 3]) {
      score.parts.append(Part(name: pick([nil, "Piano", "Flöte & Oboe"]), staffCount: pick([1, 1, 2])))
    }
    if chance(30) {
      score.opening = Barline(
        pick([.regular, .heavyLight, .invisible]), startsRepeat: chance(40), hasFermata: chance(10)
      )
    }
    var metre = pick([Metre(beats: 4, beatType: 4), Metre(beats: 3, beatType: 4)])
    let count = Int.random(in: 1...6, using: &random)
    var ending: Int?
    for index in 0..<count {
      var change: Metre?
      if index == 0 || chance(15) {
        metre = pick([
          Metre(beats: 4, beatType: 4, symbol: .common), Metre(beats: 2, beatType: 2, symbol: .cut),
          Metre(beats: 3, beatType: 4), Metre(beats: 6, beatType: 8), Metre(beats: 5, beatType: 8),
          Metre(beats: 0, beatType: 4), Metre(beats: 7, beatType: 16),
        ])
        change = metre
      }
      var length = metre.length ?? fraction(pick([3, 5, 7]), 4)
      var number: String? = String(index + 1)
      if index == 0, chance(30) {
        length = fraction(1, pick([4, 8]))
        number = chance(50) ? nil : number
      } else if chance(10) {
        number = nil
      }
      if chance(20) { ending = pick([1, 2]) } else if chance(50) { ending = nil }
      let isLast = index == count - 1
      score.measures.append(
        Measure(
          number: number, ending: ending,
          staves: (0..<score.staffCount).map { _ in staff(length, first: index == 0, metre: change) },
          barline: isLast && chance(20) ? nil : barline()
        )
      )
    }
    addTies(&score)
    addSlurs(&score)
    score.numberSlurs()
    return score
  }

  private mutating func barline() -> Barline {
    guard chance(40) else { return Barline() }
    if chance(20) { return Barline(.lightHeavyLight, endsRepeat: true, startsRepeat: true) }
    return Barline(
      pick([.regular, .double, .final, .heavyLight, .heavyHeavy, .heavy, .dashed, .dotted, .invisible]),
      endsRepeat: chance(30), startsRepeat: chance(30), hasFermata: chance(10)
    )
  }

  private mutating func attributes(first: Bool) -> StaffAttributes {
    StaffAttributes(
      clef: first || chance(30)
        ? Clef(pick([.g, .f, .c, .percussion]), line: pick([2, 3, 4]), octaveChange: pick([0, 0, -1, 1]))
        : nil,
      key: first || chance(30)
        ? KeySignature(fifths: Int.random(in: -7...7, using: &random), mode: pick([nil, .major, .dorian]))
        : nil,
      tempo: chance(20) ? pick([60, 120, 96]) : nil
    )
  }

  private mutating func staff(_ length: Fraction, first: Bool, metre: Metre?) -> StaffMeasure {
    var staff = StaffMeasure()
    var start = attributes(first: first)
    start.metre = metre
    if start != StaffAttributes() { staff.attributes.append(start) }
    for index in 0..<pick([1, 1, 1, 2, 3]) {
      var events = voice(length)
      if index > 0 {
        events = thinned(events)
        if events.isEmpty { continue }
      }
      staff.voices.append(Voice(events: events))
    }
    if chance(15) {
      // A change within the measure, at a note or within one.
      let onsets = staff.voices.flatMap(\.events).map(\.onset).filter { $0 > .zero }
      if !onsets.isEmpty {
        var change = attributes(first: false)
        change.onset = pick(onsets)
        if change != StaffAttributes(onset: change.onset) { staff.attributes.append(change) }
      }
    }
    return staff
  }

  /// Some of the events, with pauses before, between and after them.
  private mutating func thinned(_ events: [Event]) -> [Event] {
    var kept: [Event] = []
    var isKept = chance(50)
    for event in events {
      if event.grace == nil, event.beams.isEmpty, chance(20) { isKept.toggle() }
      if isKept { kept.append(event) }
    }
    while let last = kept.last, last.grace != nil { kept.removeLast() }
    return kept
  }

  /// Written lengths that fill a length.
  private mutating func fill(_ length: Fraction) -> [WrittenDuration] {
    var written: [WrittenDuration] = []
    var rest = length
    let ratios = [(3, 2), (5, 4), (7, 4), (6, 4), (9, 8)]
    while rest > .zero {
      if chance(15) {
        let (actual, normal) = pick(ratios)
        let value = pick([NoteValue.quarter, .eighth, .sixteenth])
        let one = WrittenDuration(value, tuplet: TupletRatio(actual: actual, normal: normal))
        let total = fraction(normal, 1 << value.halvings)
        if total <= rest {
          written += Array(repeating: one, count: actual)
          rest = rest - total
          continue
        }
      }
      let one = WrittenDuration(
        pick([.whole, .half, .half, .quarter, .quarter, .eighth, .eighth, .sixteenth, .thirtySecond]),
        dots: pick([0, 0, 0, 0, 1, 2])
      )
      if let part = one.length, part <= rest, rest.denominator <= 128 {
        written.append(one)
        rest = rest - part
      } else if let exact = WrittenDuration(length: rest), chance(30) {
        written.append(exact)
        rest = .zero
      }
    }
    return written
  }

  private mutating func voice(_ length: Fraction) -> [Event] {
    if chance(8), let written = WrittenDuration(length: length) {
      return [Event(onset: .zero, written: written, isMeasureRest: true)]
    }
    var events: [Event] = []
    var onset = Fraction.zero
    for written in fill(length) {
      if chance(6) {
        for _ in 0..<pick([1, 1, 2]) {
          events.append(
            Event(
              onset: onset, written: WrittenDuration(pick([.eighth, .sixteenth])), notes: notes(),
              grace: pick([.slashed, .plain])
            )
          )
        }
      }
      events.append(event(written, onset))
      onset += events[events.count - 1].length
    }
    addBeams(&events)
    return events
  }

  private mutating func notes() -> [Note] {
    var notes: [Note] = []
    for _ in 0..<pick([1, 1, 1, 2, 3]) {
      let pitch = Pitch(
        pick(PitchStep.allCases), alter: pick([0, 0, 0, 0, 1, -1, 2, -2]),
        octave: Int.random(in: 2...6, using: &random)
      )
      guard !notes.contains(where: { $0.pitch == pitch }) else { continue }
      var display: AccidentalDisplay?
      if chance(10) { display = pitch.alter == 0 ? pick([.natural, .forcedNatural]) : .forced }
      notes.append(Note(pitch, accidental: display))
    }
    return notes
  }

  private mutating func event(_ written: WrittenDuration, _ onset: Fraction) -> Event {
    if chance(15) {
      return Event(onset: onset, written: written, isVisible: chance(80), hasFermata: chance(5))
    }
    return Event(
      onset: onset, written: written, notes: notes(), isVisible: chance(97),
      stem: pick([nil, nil, .up, .down]),
      articulations: some(Articulation.allCases, 4), ornaments: some(Ornament.allCases, 2),
      hasFermata: chance(4), isArpeggiated: chance(4)
    )
  }

  /// Beams over neighbours with flags: the levels that all have run through, single ones are hooks.
  private mutating func addBeams(_ events: inout [Event]) {
    var run: [Int] = []
    func level(_ index: Int) -> Int { events[index].written.value.flagCount }
    func close() {
      defer { run = [] }
      guard run.count > 1 else { return }
      for depth in 0..<(run.map(level).max() ?? 0) {
        for (place, index) in run.enumerated() where level(index) > depth {
          let before = place > 0 && level(run[place - 1]) > depth
          let after = place + 1 < run.count && level(run[place + 1]) > depth
          let state: BeamState =
            switch (before, after) {
            case (true, true): .continue
            case (true, false): .end
            case (false, true): .begin
            case (false, false): place == 0 ? .forwardHook : .backwardHook
            }
          events[index].beams.append(state)
        }
      }
    }
    for index in events.indices where events[index].grace == nil {
      if events[index].notes.isEmpty || level(index) == 0 || chance(20) { close() }
      if !events[index].notes.isEmpty, level(index) > 0 { run.append(index) }
    }
    close()
  }

  /// Ties between neighbours of one voice, also over a barline.
  private mutating func addTies(_ score: inout Score) {
    for staff in 0..<score.staffCount {
      for measure in score.measures.indices {
        for voice in score.measures[measure].staves[staff].voices.indices {
          let count = score.measures[measure].staves[staff].voices[voice].events.count
          for index in 0..<count where chance(12) {
            let events = score.measures[measure].staves[staff].voices[voice].events
            var next = (measure: measure, event: index + 1)
            if index + 1 == events.count {
              guard voice == 0, measure + 1 < score.measures.count else { continue }
              next = (measure + 1, 0)
            }
            let after = score.measures[next.measure].staves[staff].voices[voice].events[next.event]
            let end = events[index].onset + events[index].length
            guard next.measure != measure || after.onset == end, after.grace == nil,
              let note = events[index].notes.indices.randomElement(using: &random), !after.isRest,
              events[index].grace == nil
            else { continue }
            var tied = events[index].notes[note]
            guard tied.tie == nil || tied.tie == .stop,
              !isTied(tied.pitch, from: end, in: score.measures[measure].staves[staff])
            else { continue }
            tied.tie = tied.tie == nil ? .start : .continue
            score.measures[measure].staves[staff].voices[voice].events[index].notes[note] = tied
            score.measures[next.measure].staves[staff].voices[voice].events[next.event].notes = [
              Note(tied.pitch, tie: .stop)
            ]
          }
        }
      }
    }
  }

  /// Whether another voice has a tie of the same pitch that ends at the same time: nobody could tell
  /// the two apart.
  private func isTied(_ pitch: Pitch, from end: Fraction, in staff: StaffMeasure) -> Bool {
    staff.voices.flatMap(\.events).contains { event in
      event.onset + event.length == end
        && event.notes.contains { $0.pitch == pitch && ($0.tie == .start || $0.tie == .continue) }
    }
  }

  /// Slurs and phrases within a voice, also over barlines in the first one.
  private mutating func addSlurs(_ score: inout Score) {
    var number = 100
    for staff in 0..<score.staffCount {
      var places: [(measure: Int, voice: Int, event: Int)] = []
      for measure in score.measures.indices {
        for (voice, line) in score.measures[measure].staves[staff].voices.enumerated() {
          for (event, found) in line.events.enumerated() where !found.isRest {
            places.append((measure, voice, event))
          }
        }
      }
      for isPhrase in [false, true] {
        for start in places where chance(isPhrase ? 2 : 6) {
          let later = places.filter {
            $0.voice == start.voice
              && ($0.measure == start.measure
                ? $0.event > start.event : $0.measure == start.measure + 1 && start.voice == 0)
          }
          guard let stop = later.randomElement(using: &random) else { continue }
          number += 1
          for (place, end) in [(start, SlurEnd.start), (stop, .stop)] {
            let mark = SlurMark(end, number: number)
            if isPhrase {
              score.measures[place.measure].staves[staff].voices[place.voice].events[place.event]
                .phrases.append(mark)
            } else {
              score.measures[place.measure].staves[staff].voices[place.voice].events[place.event]
                .slurs.append(mark)
            }
          }
        }
      }
    }
  }
}
