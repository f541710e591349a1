extension ScoreSymbols {
  /// The symbols of a score.
  package init(_ score: Score) {
    let count = score.measures.map(\.staves.count).max() ?? 0
    hasBrace = count == 2
    for staff in 0..<count {
      var accidentals = DisplayedAccidentals()
      var isAfterBarline = false
      let slurs = SlurLengths(score, staff: staff)
      var bars: [Bar] = []
      var startsRepeat = score.opening?.startsRepeat ?? false
      for (index, measure) in score.measures.enumerated() {
        guard staff < measure.staves.count else { continue }
        let content = measure.staves[staff]
        let shown = accidentals.shown(in: content, isAfterBarline: isAfterBarline)
        isAfterBarline = measure.barline.map { $0.style != .invisible } ?? false
        var signs = Self.signs(content.attributes)
        if startsRepeat {
          signs.append(
            Sign(kind: .repeat, symbol: "heavy-light", details: ["repeatdirection": "start"])
          )
        }
        signs += slurs.starting(in: index)
        signs += measure.barline.flatMap(Self.sign).map { [$0] } ?? []
        startsRepeat = measure.barline?.startsRepeat ?? false
        let heads = Self.heads(content, shown: shown)
        guard !heads.isEmpty || !signs.isEmpty else { continue }
        // By kind and place; others stay in the order they were found in.
        let order = signs.indices.sorted { first, second in
          let (a, b) = (signs[first], signs[second])
          if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
          let (x, y) = (a.onset ?? .zero, b.onset ?? .zero)
          return x == y ? first < second : x < y
        }
        bars.append(Bar(heads: heads, signs: order.map { signs[$0] }))
      }
      staves.append(bars)
    }
  }

  // MARK: Signs

  private static let sharps = ["F", "C", "G", "D", "A", "E", "B"]

  private static func signs(_ attributes: [StaffAttributes]) -> [Sign] {
    var signs: [Sign] = []
    var clef: Clef?
    for entry in attributes {
      if let new = entry.clef, new != clef {
        clef = new
        let octaves = new.octaveChange * 8
        let sign = new.sign == .percussion ? "percussion0" : "\(new.sign.rawValue)\(new.line)"
        let change = octaves == 0 ? "" : (octaves > 0 ? "+\(octaves)" : "\(octaves)")
        signs.append(Sign(kind: .clef, symbol: sign + change, onset: entry.onset))
      }
      if let key = entry.key {
        var details: [String: String] = [:]
        for index in 0..<min(abs(key.fifths), 7) {
          let name = key.fifths > 0 ? sharps[index] : sharps[6 - index]
          details["\(key.fifths > 0 ? "sharp" : "flat")\(index)"] = name
        }
        if key.fifths == 0 { details["flats/sharps"] = "none" }
        signs.append(Sign(kind: .keysig, details: details, onset: entry.onset))
      }
      if let metre = entry.metre, metre.beats > 0 {
        let details =
          metre.symbol.map { ["symbol": $0.rawValue] }
          ?? ["numerator": "\(metre.beats)", "denominator": "\(metre.beatType)"]
        signs.append(Sign(kind: .timesig, details: details, onset: entry.onset))
      }
      if let tempo = entry.tempo {
        signs.append(Sign(kind: .tempo, symbol: "\(tempo)", onset: entry.onset))
      }
    }
    return signs
  }

  /// A closing barline that is more than a plain one.
  private static func sign(_ barline: Barline) -> Sign? {
    let fermata = barline.hasFermata ? ["fermata": "type=upright"] : [:]
    if barline.endsRepeat {
      return Sign(
        kind: .repeat,
        symbol: "final",
        details: fermata.merging(["repeatdirection": "end"]) { old, _ in old }
      )
    }
    let name: String? =
      switch barline.style {
      case .regular: barline.hasFermata ? "regular" : nil
      case .invisible: nil
      case .double: "double"
      case .final: "final"
      case .lightHeavyLight: "final"
      default: barline.style.rawValue
      }
    // A barline that only begins a repeat is printed in the next bar.
    guard let name, !barline.startsRepeat || barline.style == .double else { return nil }
    return Sign(kind: .barline, symbol: name, details: fermata)
  }

  // MARK: Notes

  private static func heads(
    _ staff: StaffMeasure,
    shown: Set<PrintedAccidentals.Place>
  ) -> [Head] {
    var events: [(event: Event, voice: Int, index: Int, tuplets: [Tuplet])] = []
    for (voice, line) in staff.voices.enumerated() {
      let tuplets = tuplets(line.events)
      for (index, event) in line.events.enumerated() where event.isVisible {
        events.append((event, voice, index, tuplets[index]))
      }
    }
    let beams = beams(
      events.map(\.event),
      isBeamed: events.map { Self.hasWholeBeams(staff.voices[$0.voice].events) }
    )
    return events.indices.flatMap { place -> [Head] in
      let (event, voice, index, tuplets) = events[place]
      var looks = Head.Looks(
        pitch: "R",
        accidental: nil,
        startsTie: false,
        head: min(event.written.value.halvings, 2),
        dots: event.written.dots,
        grace: event.grace,
        beams: beams[place],
        tuplets: tuplets,
        articulations: event.articulations.map(name).sorted(),
        expressions: expressions(event)
      )
      if event.isRest {
        return [Head(looks: looks, onset: event.onset, value: event.written.value)]
      }
      let order = event.notes.indices.sorted {
        let (a, b) = (event.notes[$0].pitch, event.notes[$1].pitch)
        return (a.diatonic, a.alter) < (b.diatonic, b.alter)
      }
      return order.enumerated().map { rank, noteIndex in
        let note = event.notes[noteIndex]
        let place = PrintedAccidentals.Place(voice: voice, event: index, note: noteIndex)
        looks.pitch = "\(note.pitch.step.rawValue)\(note.pitch.octave)"
        looks.startsTie = note.tie == .start || note.tie == .continue
        looks.accidental = shown.contains(place) ? accidental(note.pitch.alter) : nil
        if rank > 0 { (looks.articulations, looks.expressions) = ([], []) }
        return Head(looks: looks, onset: event.onset, value: event.written.value)
      }
    }
  }

  private static func accidental(_ alter: Int) -> String {
    switch alter {
    case ..<(-1): "double-flat"
    case -1: "flat"
    case 0: "natural"
    case 1: "sharp"
    default: "double-sharp"
    }
  }

  private static func name(_ articulation: Articulation) -> String {
    switch articulation {
    case .strongAccent: "strong accent"
    case .breathMark: "breath mark"
    case .downBow: "down bow"
    case .upBow: "up bow"
    default: articulation.rawValue
    }
  }

  private static func expressions(_ event: Event) -> [String] {
    var names: [String] = []
    if event.hasFermata { names.append("fermata") }
    if event.isArpeggiated { names.append("arpeggio mark") }
    for ornament in event.ornaments {
      switch ornament {
      case .trill, .semitoneTrill: names.append("trill")
      // converter21 calls the two kinds of mordent the other way round.
      case .mordent, .semitoneMordent: names.append("inverted mordent")
      case .invertedMordent, .semitoneInvertedMordent: names.append("mordent")
      case .turn: names.append("delayed turn")
      case .invertedTurn: names.append("delayed inverted turn")
      case .other: break
      }
    }
    return names.sorted()
  }

  private static func tuplets(_ events: [Event]) -> [[Tuplet]] {
    zip(events, TupletBrackets.marks(of: events)).map { event, mark in
      guard let ratio = event.written.tuplet, event.grace == nil, !event.isMeasureRest else {
        return []
      }
      switch (mark.starts, mark.stops) {
      case (true, true): return [Tuplet(place: .startStop)]
      case (true, false): return [Tuplet(place: .start, number: ratio.actual)]
      case (false, true): return [Tuplet(place: .stop)]
      case (false, false): return [Tuplet(place: .continue)]
      }
    }
  }

  /// Whether every beam of a voice begins and ends within the bar: converter21 drops them all otherwise.
  private static func hasWholeBeams(_ events: [Event]) -> Bool {
    var open = 0
    for event in events where event.grace == nil || event.beams.contains(where: { $0 != .continue })
    {
      // The reader has left out an end that no beginning belongs to, or the other way round.
      if !event.beams.isEmpty, event.beams.count < event.written.value.flagCount { return false }
      for (level, state) in event.beams.enumerated() {
        switch state {
        case .begin:
          guard level == open else { return false }
          open += 1
        case .continue, .forwardHook, .backwardHook: continue
        case .end:
          guard open > 0 else { return false }
          open -= 1
        }
      }
    }
    return open == 0
  }

  /// Beams of all events of a bar, those without any as flags; then ends that meet nothing are mended.
  ///
  /// `isBeamed` says of each event whether the beams of its voice count.
  private static func beams(_ events: [Event], isBeamed: [Bool]) -> [[Beam]] {
    var beams = zip(events, isBeamed).map { event, isBeamed -> [Beam] in
      // A grace note under a beam of others has only its own flag.
      let hasNone =
        !isBeamed || event.isRest
        || (event.grace != nil && event.beams.allSatisfy { $0 == .continue })
      return hasNone
        ? []
        : event.beams.prefix(event.written.value.flagCount).map { state -> Beam in
          switch state {
          case .begin: .start
          case .continue: .continue
          case .end: .stop
          case .forwardHook, .backwardHook: .partial
          }
        }
    }
    for (place, event) in events.enumerated() where beams[place].isEmpty {
      for level in 0..<event.written.value.flagCount {
        let next = place + 1 < beams.count ? beams[place + 1] : []
        let isUnderBeam =
          event.isRest && level < next.count
          && (next[level] == .continue || next[level] == .stop)
        beams[place].append(isUnderBeam ? .continue : .partial)
      }
    }
    func state(_ place: Int, _ level: Int) -> Beam? {
      beams.indices.contains(place) && level < beams[place].count ? beams[place][level] : nil
    }
    for level in 0..<(beams.map(\.count).max() ?? 0) {
      for place in beams.indices {
        let (before, after) = (state(place - 1, level), state(place + 1, level))
        switch state(place, level) {
        case .start where after == nil: beams[place][level] = .partial
        case .stop where before == nil: beams[place][level] = .partial
        case .continue where before == nil: beams[place][level] = after == nil ? .partial : .start
        default: break
        }
      }
    }
    return beams
  }
}

/// How long the slurs of a staff last.
private struct SlurLengths {
  private var bars: [[ScoreSymbols.Sign]]

  init(_ score: Score, staff: Int) {
    bars = Array(repeating: [], count: score.measures.count)
    var open: [Int: (bar: Int, onset: Fraction, start: Fraction)] = [:]
    var begun = Fraction.zero
    for (index, measure) in score.measures.enumerated() {
      let voices = staff < measure.staves.count ? measure.staves[staff].voices : []
      let events = voices.flatMap(\.events).enumerated()
        .sorted { ($0.element.onset, $0.offset) < ($1.element.onset, $1.offset) }.map(\.element)
      for event in events {
        for mark in event.slurs {
          if mark.end == .start {
            open[mark.number] = (index, event.onset, begun + event.onset)
          } else if let slur = open.removeValue(forKey: mark.number) {
            bars[slur.bar].append(
              ScoreSymbols.Sign(
                kind: .slur,
                onset: slur.onset,
                length: begun + event.onset + event.length - slur.start
              )
            )
          }
        }
      }
      begun += measure.length
    }
  }

  func starting(in bar: Int) -> [ScoreSymbols.Sign] { bars[bar] }
}
