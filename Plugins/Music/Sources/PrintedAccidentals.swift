/// Which notes of a staff need a printed accidental: those whose alteration differs from what the key
/// and the measure so far say of their line and octave.
struct PrintedAccidentals {
  /// Where a note head stands in a measure of a staff.
  struct Place: Hashable {
    var voice: Int
    var event: Int
    var note: Int
  }

  /// The key that holds at the end of the last measure.
  private var fifths = 0

  /// A staff at its beginning, in C.
  init() {}

  /// The alteration that a key signature gives a letter.
  static func alteration(of step: PitchStep, fifths: Int) -> Int {
    let sharps: [PitchStep] = [.f, .c, .g, .d, .a, .e, .b]
    let index = sharps.firstIndex(of: step) ?? 0
    let count = max(-7, min(fifths, 7))
    if count > 0 { return index < count ? 1 : 0 }
    return 6 - index < -count ? -1 : 0
  }

  /// The note heads of the next measure that need an accidental.
  mutating func needed(in staff: StaffMeasure) -> Set<Place> {
    var order: [(onset: Fraction, isGrace: Bool, voice: Int, event: Int)] = []
    for (voice, line) in staff.voices.enumerated() {
      for (index, event) in line.events.enumerated() {
        order.append((event.onset, event.grace != nil, voice, index))
      }
    }
    order.sort {
      ($0.onset, $0.isGrace ? 0 : 1, $0.voice, $0.event)
        < ($1.onset, $1.isGrace ? 0 : 1, $1.voice, $1.event)
    }
    struct Line: Hashable {
      var step: PitchStep
      var octave: Int
    }
    var changes = staff.attributes.filter { $0.key != nil }[...]
    var altered: [Line: Int] = [:]
    var needed: Set<Place> = []
    for entry in order {
      while let change = changes.first, change.onset <= entry.onset {
        fifths = change.key?.fifths ?? fifths
        altered = [:]
        changes.removeFirst()
      }
      let event = staff.voices[entry.voice].events[entry.event]
      for (index, note) in event.notes.enumerated() {
        // A note that a tie brings in goes on sounding and says nothing of the measure.
        let isTiedIn = note.tie == .stop || note.tie == .continue
        if isTiedIn, entry.onset == .zero { continue }
        let line = Line(step: note.pitch.step, octave: note.pitch.octave)
        let expected =
          altered[line] ?? Self.alteration(of: line.step, fifths: fifths)
        if expected != note.pitch.alter, !isTiedIn {
          needed.insert(Place(voice: entry.voice, event: entry.event, note: index))
        }
        altered[line] = note.pitch.alter
      }
    }
    for change in changes { fifths = change.key?.fifths ?? fifths }
    return needed
  }
}
