import TaskProtocol
import XMLValidation

/// Compares what stands in the measures of one part with its time signatures and note values.
struct MusicXMLArithmetic {
  /// A voice of a staff in a measure.
  private struct VoiceKey: Hashable {
    var staff: Int
    var voice: String
  }

  /// What one voice has in a measure.
  private struct VoiceSummary {
    var end = Fraction.zero
    var noteCount = 0
    var endsWithMeasureRest = false
    var first: MarkupElement
    var longest: MarkupElement
    /// Everything with a length, as the file has it.
    var spans: [(start: Fraction, end: Fraction, element: MarkupElement)] = []
  }

  private let measures: [MusicXMLPartWalk.Measure]
  private(set) var findings: [Finding] = []

  /// Examines all measures of a part.
  init(_ measures: [MusicXMLPartWalk.Measure]) {
    self.measures = measures
    for index in measures.indices { examine(index) }
  }

  private mutating func report(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    at position: SourcePosition,
    part: String,
    suggestion: String? = nil
  ) {
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: position.line,
        column: position.column,
        part: part,
        suggestion: suggestion
      )
    )
  }

  private mutating func examine(_ index: Int) {
    let measure = measures[index]
    var voices: [VoiceKey: VoiceSummary] = [:]
    var order: [VoiceKey] = []
    for event in measure.events {
      guard case .note(let note) = event.kind, !note.isGrace else { continue }
      checkWrittenLength(note, event.element, in: measure)
      let key = VoiceKey(staff: note.staff, voice: note.voice)
      if voices[key] == nil {
        order.append(key)
        voices[key] = VoiceSummary(first: event.element, longest: event.element)
      }
      let end = event.start + note.length
      voices[key]?.noteCount += 1
      if let old = voices[key]?.end, end > old {
        voices[key]?.end = end
        voices[key]?.longest = event.element
        voices[key]?.endsWithMeasureRest = note.isMeasureRest
      }
      if !note.isChord, note.length > .zero {
        voices[key]?.spans.append((event.start, end, event.element))
      }
    }
    for key in order {
      if let voice = voices[key] { checkOverlap(voice, key, in: measure) }
    }
    guard measure.isMeasurable, !order.isEmpty else { return }
    var isTooLong = false
    for key in order {
      guard let voice = voices[key] else { continue }
      if checkTooLong(voice, key, in: measure) { isTooLong = true }
    }
    if !isTooLong { checkTooShort(voices, order, at: index) }
  }

  private mutating func checkOverlap(
    _ voice: VoiceSummary,
    _ key: VoiceKey,
    in measure: MusicXMLPartWalk.Measure
  ) {
    let sorted = voice.spans.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }
    var latest: (end: Fraction, offset: Int, element: MarkupElement)?
    for (offset, span) in sorted {
      if let before = latest, span.start < before.end, !isRounding(before.end - span.start) {
        let place = MusicXMLPartWalk.place(measure.name, staff: key.staff, voice: key.voice)
        let later = before.offset > offset ? before.element : span.element
        report(
          "voice-overlap",
          .error,
          "Voice overlaps itself: \(place). A note begins at \(span.start) while another sounds"
            + " until \(before.end).",
          at: later.position,
          part: place,
          suggestion: "Write the notes as a chord, or give one of them another voice."
        )
        return
      }
      if latest.map({ span.end > $0.end }) ?? true { latest = (span.end, offset, span.element) }
    }
  }

  /// Whether a length is too small to be written, so that it comes of rounded durations.
  private func isRounding(_ length: Fraction) -> Bool {
    length < (Fraction(exactly: 1, over: 1024) ?? .zero)
  }

  /// Whether a difference can come of durations that were rounded to divisions: half a division for
  /// each note, and less than a 64th note.
  private func isRounding(
    _ length: Fraction,
    notes: Int,
    in measure: MusicXMLPartWalk.Measure
  ) -> Bool {
    guard let divisions = measure.divisions, let half = MusicXMLDecimal("0.5") else { return false }
    let one = half.length(divisions: divisions)
    var allowed = Fraction.zero
    for _ in 0..<min(notes, 64) { allowed += one }
    return length <= allowed && length < (Fraction(exactly: 1, over: 64) ?? .zero)
  }

  private func lengths(_ found: Fraction, _ time: MusicXMLTime) -> String {
    "Found \(found.description(over: time.beatType)). Expected \(time.text)."
  }

  /// Whether the voice is longer than the measure may be.
  private mutating func checkTooLong(
    _ voice: VoiceSummary,
    _ key: VoiceKey,
    in measure: MusicXMLPartWalk.Measure
  ) -> Bool {
    guard let time = measure.time(staff: key.staff), let expected = time.length,
      voice.end > expected
    else { return false }
    let place = MusicXMLPartWalk.place(measure.name, staff: key.staff, voice: key.voice)
    let message = "Voice too long: \(place). \(lengths(voice.end, time))"
    let position = voice.longest.position
    if voice.endsWithMeasureRest && voice.noteCount == 1 {
      report(
        "measure-rest-duration", .warning,
        "Measure rest too long: \(place). \(lengths(voice.end, time))", at: position, part: place,
        suggestion: "Give a rest for the whole measure the measure's duration."
      )
    } else if isRounding(voice.end - expected, notes: voice.noteCount, in: measure) {
      report(
        "rounded-durations", .warning, message, at: position, part: place,
        suggestion: "The durations are rounded; use more divisions."
      )
    } else if measure.source.isImplicit || measure.hasMeasureStyle {
      report("voice-too-long", .warning, message, at: position, part: place)
    } else {
      report(
        "voice-too-long", .error, message, at: position, part: place,
        suggestion: "Shorten a note, or change the time signature where it changes in the music."
      )
    }
    return true
  }

  private mutating func checkTooShort(
    _ voices: [VoiceKey: VoiceSummary],
    _ order: [VoiceKey],
    at index: Int
  ) {
    let measure = measures[index]
    guard !measure.source.isImplicit, !measure.hasMeasureStyle else { return }
    var shortStaves: [(key: VoiceKey, end: Fraction, time: MusicXMLTime)] = []
    var isFull = false
    for staff in Set(order.map(\.staff)).sorted() {
      guard let time = measure.time(staff: staff), let expected = time.length else { return }
      let keys = order.filter { $0.staff == staff }
      guard let longest = keys.max(by: { end(of: $0, voices) < end(of: $1, voices) }) else { continue }
      let reached = end(of: longest, voices)
      if reached < expected, let summary = voices[longest],
        !isRounding(expected - reached, notes: summary.noteCount, in: measure)
      {
        shortStaves.append((longest, reached, time))
      } else {
        isFull = true
      }
    }
    guard let first = shortStaves.first else { return }
    if isFull || (first.time.length.map { measure.end >= $0 } ?? false) {
      for short in shortStaves {
        let place = MusicXMLPartWalk.place(
          measure.name, staff: short.key.staff, voice: short.key.voice
        )
        report(
          "voice-too-short", .warning,
          "Voice too short: \(place). \(lengths(short.end, short.time))",
          at: voices[short.key]?.longest.position ?? measure.source.position, part: place,
          suggestion: "Fill the staff with rests to the end of the measure."
        )
      }
      return
    }
    let longest = shortStaves.max { $0.end < $1.end } ?? first
    report(shortMeasure: index, longest.end, longest.time)
  }

  /// Where a voice ends, on whichever staff: a voice may change the staff.
  private func end(of key: VoiceKey, _ voices: [VoiceKey: VoiceSummary]) -> Fraction {
    voices.filter { $0.key.voice == key.voice }.map(\.value.end).max() ?? .zero
  }

  /// A measure that no staff fills: wrong in the middle of the music, usual for pickups, at the end
  /// and where a repeat divides a measure.
  private mutating func report(
    shortMeasure index: Int,
    _ found: Fraction,
    _ time: MusicXMLTime
  ) {
    let measure = measures[index]
    let message = "Measure too short: \(measure.name). \(lengths(found, time))"
    var severity = Severity.error
    var suggestion = "Add the missing rests, or mark the measure implicit=\"yes\" if it is meant."
    if index == 0 {
      severity = .warning
      suggestion = "Mark a pickup implicit=\"yes\"."
    } else if let expected = time.length {
      let complements = [0, index - 1, index + 1].contains {
        $0 != index && measures.indices.contains($0) && measures[$0].end + found == expected
      }
      if complements || isDivided(index) {
        severity = .note
        suggestion = "Mark it implicit=\"yes\" if it is part of a divided measure."
      } else if index == measures.count - 1 {
        severity = .warning
      }
    }
    report(
      "measure-too-short", severity, message, at: measure.source.position, part: measure.name,
      suggestion: suggestion
    )
  }

  /// Whether a repeat or a drawn barline stands at either end of a measure.
  private func isDivided(_ index: Int) -> Bool {
    func divides(_ measure: MusicXMLPartWalk.Measure, _ location: String) -> Bool {
      measure.events.contains { event in
        guard case .barline = event.kind,
          event.element[attribute: "location"] ?? "right" == location
        else { return false }
        let style = event.element.text(of: "bar-style") ?? "regular"
        return event.element.child("repeat") != nil || event.element.child("ending") != nil
          || !["regular", "none"].contains(style)
      }
    }
    if divides(measures[index], "left") || divides(measures[index], "right") { return true }
    if index > 0, divides(measures[index - 1], "right") { return true }
    return index + 1 < measures.count && divides(measures[index + 1], "left")
  }
}

// Written lengths.
extension MusicXMLArithmetic {
  /// The length that type, dots and time modification say; `nil` where they say nothing.
  static func writtenLength(of element: MarkupElement) -> Fraction? {
    guard let type = element.text(of: "type") else { return nil }
    let dots = element.children("dot").count
    var tuplet: TupletRatio?
    if let change = element.child("time-modification") {
      guard let actual = change.integer(of: "actual-notes"),
        let normal = change.integer(of: "normal-notes"), actual > 0, normal > 0
      else { return nil }
      tuplet = TupletRatio(actual: actual, normal: normal)
    }
    if type == "maxima" {
      return WrittenDuration(.long, dots: dots, tuplet: tuplet).length.map { $0 + $0 }
    }
    return NoteValue(rawValue: type).flatMap {
      WrittenDuration($0, dots: dots, tuplet: tuplet).length
    }
  }

  private mutating func checkWrittenLength(
    _ note: MusicXMLNote,
    _ element: MarkupElement,
    in measure: MusicXMLPartWalk.Measure
  ) {
    guard measure.isMeasurable, note.length > .zero, !note.isMeasureRest,
      let written = Self.writtenLength(of: element), written != note.length
    else { return }
    // A whole rest stands for a whole measure of any length.
    if note.isRest, element.text(of: "type") == "whole" { return }
    // The notes of a tremolo between two notes are each written with the length of both.
    let ornaments = element.children("notations").flatMap { $0.children("ornaments") }
    if ornaments.contains(where: { $0.child("tremolo") != nil }) { return }
    let difference = written > note.length ? written - note.length : note.length - written
    if let divisions = measure.divisions, let one = MusicXMLDecimal("1"),
      difference < one.length(divisions: divisions)
    {
      return
    }
    let place = MusicXMLPartWalk.place(measure.name, staff: note.staff, voice: note.voice)
    report(
      "duration-type",
      .warning,
      "A note in \(place) lasts \(note.length), and its type, dots and tuplet make \(written).",
      at: element.position,
      part: place,
      suggestion: "Make <duration> agree with <type>, <dot> and <time-modification>."
    )
  }
}
