/// Which notes of a staff print an accidental, as converter21 4.0.1 decides for a **kern text.
///
/// Besides those that the key and the measure so far ask for (``PrintedAccidentals``) these are: naturals that
/// the text writes out, notes that sound together in two voices, the next note of a line after a tie across a
/// barline, and after a grace note with an accidental.
struct DisplayedAccidentals {
  /// What is known of a line of the staff: an alteration, or one that the next note must show all the same.
  private enum State: Equatable {
    case known(Int)
    case doubtful
  }

  private var fifths = 0
  private var states: [Int: State] = [:]
  private var graceStates: [Int: State] = [:]

  /// The note heads of the next measure that print one.
  ///
  /// - Parameters:
  ///   - staff: The measure.
  ///   - isAfterBarline: Whether a barline that is drawn stands before it.
  /// - Returns: Places of notes.
  mutating func shown(in staff: StaffMeasure, isAfterBarline: Bool) -> Set<PrintedAccidentals.Place>
  {
    if isAfterBarline { (states, graceStates) = ([:], [:]) }
    var order: [(onset: Fraction, isMain: Bool, voice: Int, event: Int)] = []
    for (voice, line) in staff.voices.enumerated() {
      for (index, event) in line.events.enumerated() where !event.isRest {
        order.append((event.onset, event.grace == nil, voice, index))
      }
    }
    order.sort {
      ($0.onset, $0.isMain ? 1 : 0, $0.voice, $0.event)
        < ($1.onset, $1.isMain ? 1 : 0, $1.voice, $1.event)
    }
    var changes = staff.attributes.filter { $0.key != nil }[...]
    var shown: Set<PrintedAccidentals.Place> = []
    var together: [Int: Int] = [:]
    var last: (onset: Fraction, isMain: Bool)?
    var isFirst = true
    for entry in order {
      while let change = changes.first, change.onset <= entry.onset {
        fifths = change.key?.fifths ?? fifths
        (states, graceStates) = ([:], [:])
        changes.removeFirst()
      }
      if let last, last == (entry.onset, entry.isMain), entry.isMain {} else { together = [:] }
      if let last, last != (entry.onset, entry.isMain) { isFirst = false }
      isFirst = isFirst && entry.onset == .zero
      last = (entry.onset, entry.isMain)
      let event = staff.voices[entry.voice].events[entry.event]
      for (index, note) in event.notes.enumerated()
      where isShown(note, isGrace: !entry.isMain, isFirst: isFirst, &together) {
        shown.insert(.init(voice: entry.voice, event: entry.event, note: index))
      }
    }
    for change in changes {
      fifths = change.key?.fifths ?? fifths
      (states, graceStates) = ([:], [:])
    }
    return shown
  }

  private mutating func isShown(
    _ note: Note,
    isGrace: Bool,
    isFirst: Bool,
    _ together: inout [Int: Int]
  ) -> Bool {
    let line = note.pitch.diatonic
    let inKey = PrintedAccidentals.alteration(of: note.pitch.step, fifths: fifths)
    let (alter, isHidden) = (note.pitch.alter, note.accidental == .hidden)
    let isNatural = note.accidental == .natural || note.accidental == .forcedNatural
    let isForced = note.accidental == .forced || note.accidental == .forcedNatural
    if note.tie == .stop || note.tie == .continue {
      if alter != inKey, isFirst { (states[line], graceStates[line]) = (.doubtful, .doubtful) }
      guard isForced || isNatural else { return false }
    }
    if isGrace {
      if graceStates[line] ?? .known(inKey) != .known(alter) {
        (graceStates[line], states[line]) = (.known(alter), .doubtful)
        return !isHidden
      }
    } else if (alter != 0 && together[line] == alter)
      || states[line] ?? .known(inKey) != .known(alter)
    {
      if !isHidden { together[line] = alter }
      (states[line], graceStates[line]) = (.known(alter), .known(alter))
      return !isHidden
    }
    if alter == 0, isNatural, !isHidden { return true }
    return isForced
  }
}

extension Pitch {
  /// Steps above C of the octave 0.
  var diatonic: Int { octave * 7 + (PitchStep.allCases.firstIndex(of: step) ?? 0) }
}
