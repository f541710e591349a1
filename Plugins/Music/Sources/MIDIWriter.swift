package import TaskProtocol

/// Writes a score as a standard MIDI file of type 1: one track for tempo, metre and key, one for each
/// part.
///
/// Music is written once, in the order of the page: repeats and endings are not played out, so that
/// places in the file are places in the score. Tied notes are one note. Grace notes take their time
/// from the note that they lead to. Source of the format: Standard MIDI Files 1.0 (RP-001).
package struct MIDIWriter {
  private let score: Score
  /// Ticks of a quarter note.
  private let division: Int
  /// The tick that each measure begins at.
  private let starts: [Int]

  private init(_ score: Score) {
    self.score = score
    division = Self.division(for: score)
    var starts: [Int] = []
    var tick = 0
    for measure in score.measures {
      starts.append(tick)
      tick = min(tick + Self.ticks(measure.length, division), Self.maximumTick)
    }
    self.starts = starts
  }

  /// The bytes of the file.
  ///
  /// - Throws: ``ExportFailure`` when the score has no parts.
  package static func bytes(of score: Score) throws(ExportFailure) -> [UInt8] {
    guard !score.parts.isEmpty, score.parts.count < 10_000 else {
      throw ExportFailure(format: "midi", reason: "the score has no parts, or more than 9999")
    }
    let writer = MIDIWriter(score)
    var tracks = [writer.conductorTrack()]
    var first = 0
    for (index, part) in score.parts.enumerated() {
      let count = max(0, min(part.staffCount, score.staffCount - first))
      tracks.append(writer.track(of: part, index, staves: first..<first + count))
      first += count
    }
    var bytes = Array("MThd".utf8) + big(6, 4) + big(1, 2) + big(tracks.count, 2)
    bytes += big(writer.division, 2)
    for track in tracks { bytes += Array("MTrk".utf8) + big(track.count, 4) + track }
    return bytes
  }

  /// The last tick that four bytes of a delta time can reach.
  private static let maximumTick = 0x0FFF_FFFF

  private static func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// Ticks of a length, rounded where the division is too coarse.
  private static func ticks(_ length: Fraction, _ division: Int) -> Int {
    let whole = length.numerator / length.denominator
    guard whole < maximumTick / (4 * division) else { return maximumTick }
    // The denominator divides the grid, which is below 2^43; four divisions are below 2^17.
    let rest = length.numerator % length.denominator
    return whole * 4 * division
      + (rest * 4 * division + length.denominator / 2) / length.denominator
  }

  /// A multiple of every length's denominator, from 480 on, if there is one that 15 bits hold; else
  /// 10080, which holds triplets, quintuplets and septuplets.
  private static func division(for score: Score) -> Int {
    var division = 1
    for staff in score.measures.lazy.flatMap(\.staves) {
      for event in staff.voices.lazy.flatMap(\.events) {
        for length in [event.onset, event.length] {
          let needed = length.denominator / greatestCommonDivisor(length.denominator, 4)
          division *= needed / greatestCommonDivisor(needed, division)
          guard division <= 0x7FFF else { return 10080 }
        }
      }
    }
    var multiple = division
    while multiple < 480 { multiple += division }
    return multiple
  }

  private func tick(_ measure: Int, _ onset: Fraction) -> Int {
    min(starts[measure] + Self.ticks(onset, division), Self.maximumTick)
  }
}

// Events.
extension MIDIWriter {
  /// A message at a tick; of those at one tick the lower rank comes first.
  private struct Message {
    var tick: Int
    var rank: Int
    var bytes: [UInt8]
  }

  /// The bytes of a track with its delta times and its end.
  private func track(_ messages: [Message], end: Int) -> [UInt8] {
    let sorted = messages.enumerated().sorted { a, b in
      (a.element.tick, a.element.rank, a.offset) < (b.element.tick, b.element.rank, b.offset)
    }
    var bytes: [UInt8] = []
    var now = 0
    for (_, message) in sorted {
      bytes += Self.variable(message.tick - now) + message.bytes
      now = message.tick
    }
    return bytes + Self.variable(max(0, end - now)) + [0xFF, 0x2F, 0x00]
  }

  /// A number in groups of seven bits, the high ones first.
  private static func variable(_ value: Int) -> [UInt8] {
    let value = max(0, min(value, maximumTick))
    var bytes = [UInt8(value & 0x7F)]
    var rest = value >> 7
    while rest > 0 {
      bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return bytes
  }

  private static func text(_ kind: UInt8, _ text: String) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(1000))
    return [0xFF, kind] + variable(bytes.count) + bytes
  }

  private var end: Int {
    guard let last = score.measures.last else { return 0 }
    return tick(score.measures.count - 1, last.length)
  }

  /// Title, tempo, metre and key; of several staves the first that says something.
  private func conductorTrack() -> [UInt8] {
    var messages: [Message] = []
    if let title = score.reference("OTL") {
      messages.append(Message(tick: 0, rank: 0, bytes: Self.text(0x03, title)))
    }
    var tempos: [Int: Int] = [0: 120]
    var metres: [Int: [UInt8]] = [:]
    var keys: [Int: [UInt8]] = [:]
    for (index, measure) in score.measures.enumerated() {
      for staff in measure.staves.reversed() {
        for attributes in staff.attributes {
          let place = tick(index, attributes.onset)
          if let tempo = attributes.tempo { tempos[place] = tempo }
          if let metre = attributes.metre, metre.beats > 0, metre.beats < 256,
            metre.beatType > 0, metre.beatType & (metre.beatType - 1) == 0
          {
            let power = UInt8(metre.beatType.trailingZeroBitCount)
            metres[place] = [0xFF, 0x58, 0x04, UInt8(metre.beats), power, 24, 8]
          }
          if let key = attributes.key, (-7...7).contains(key.fifths) {
            let isMinor = key.mode == .minor || key.mode == .aeolian
            keys[place] = [0xFF, 0x59, 0x02, UInt8(bitPattern: Int8(key.fifths)), isMinor ? 1 : 0]
          }
        }
      }
    }
    for (place, tempo) in tempos {
      let microseconds = 60_000_000 / max(4, min(tempo, 60_000_000))
      messages.append(
        Message(tick: place, rank: 1, bytes: [0xFF, 0x51, 0x03] + Self.big(microseconds, 3))
      )
    }
    for (place, bytes) in metres { messages.append(Message(tick: place, rank: 2, bytes: bytes)) }
    for (place, bytes) in keys { messages.append(Message(tick: place, rank: 3, bytes: bytes)) }
    return track(messages, end: end)
  }

  private func track(of part: Part, _ index: Int, staves: Range<Int>) -> [UInt8] {
    // The tenth channel is for drums.
    let channel = UInt8([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15][index % 15])
    var messages: [Message] = []
    if let name = part.name {
      messages.append(Message(tick: 0, rank: 0, bytes: Self.text(0x03, name)))
    }
    messages.append(Message(tick: 0, rank: 1, bytes: [0xC0 | channel, 0]))
    for sound in MIDINote.withoutOverlaps(staves.flatMap(notes)) {
      let key = UInt8(sound.key)
      messages.append(Message(tick: sound.start, rank: 3, bytes: [0x90 | channel, key, 80]))
      messages.append(Message(tick: sound.end, rank: 2, bytes: [0x80 | channel, key, 64]))
    }
    return track(messages, end: end)
  }

  /// What sounds in a staff.
  private func notes(of staff: Int) -> [MIDINote] {
    var notes: [MIDINote] = []
    /// The sounding note that a tie of a pitch goes on from.
    var tied: [Pitch: Int] = [:]
    for (index, measure) in score.measures.enumerated() where measure.staves.indices.contains(staff) {
      var events: [(start: Int, end: Int, event: Event)] = []
      for voice in measure.staves[staff].voices { events += times(of: voice, index) }
      events.sort { $0.start < $1.start }
      for (start, end, event) in events {
        for note in event.notes {
          let isTiedIn = note.tie == .stop || note.tie == .continue
          if isTiedIn, let before = tied[note.pitch], notes[before].end >= start {
            notes[before].end = max(notes[before].end, end)
            if note.tie == .stop { tied[note.pitch] = nil }
            continue
          }
          if note.tie == .start || note.tie == .continue { tied[note.pitch] = notes.count }
          notes.append(MIDINote(key: note.pitch.midiKey, start: start, end: end))
        }
      }
    }
    return notes
  }

  /// When each event of a voice sounds. Grace notes before a note take at most half of it: a slashed
  /// one a 64th, another one its written value, all shortened alike where that is too much.
  private func times(of voice: Voice, _ measure: Int) -> [(start: Int, end: Int, event: Event)] {
    var times: [(start: Int, end: Int, event: Event)] = []
    var graces: [Event] = []
    func wanted(_ event: Event) -> Int {
      let value: Fraction? =
        event.grace == .slashed ? Fraction(exactly: 1, over: 64) : event.written.length
      return max(1, Self.ticks(value ?? .zero, division))
    }
    for event in voice.events {
      guard event.grace == nil else {
        graces.append(event)
        continue
      }
      var start = tick(measure, event.onset)
      let end = tick(measure, event.onset + event.length)
      let total = graces.reduce(0) { $0 + wanted($1) }
      let available = min(total, (end - start) / 2)
      for grace in graces {
        let length = total == 0 ? 0 : wanted(grace) * available / total
        times.append((start, start + length, grace))
        start += length
      }
      graces = []
      times.append((start, end, event))
    }
    // At the end of a measure there is nothing to take time from; they sound at the end before it.
    for (index, grace) in graces.enumerated() {
      let end = tick(measure, grace.onset)
      let length = min(max(1, division / 16), max(1, end / max(1, graces.count)))
      let start = max(0, end - (graces.count - index) * length)
      times.append((start, start + length, grace))
    }
    return times
  }
}

/// A note that sounds.
struct MIDINote: Equatable {
  /// The key, 60 for middle C: 0...127.
  var key: Int
  /// Where it begins, in ticks.
  var start: Int
  /// Where it ends.
  var end: Int

  /// The notes with those of one key apart: a channel can sound a key once at a time, so a note ends
  /// where the next one of its key begins, and of two that begin together the longer one stays.
  static func withoutOverlaps(_ notes: [MIDINote]) -> [MIDINote] {
    var byKey: [Int: [MIDINote]] = [:]
    for note in notes where note.end > note.start { byKey[note.key, default: []].append(note) }
    var kept: [MIDINote] = []
    for key in byKey.keys.sorted() {
      let sorted = (byKey[key] ?? []).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
      for (index, note) in sorted.enumerated() {
        var note = note
        if index + 1 < sorted.count {
          if sorted[index + 1].start == note.start { continue }
          note.end = min(note.end, sorted[index + 1].start)
        }
        kept.append(note)
      }
    }
    return kept
  }
}

extension Pitch {
  /// The MIDI key, 60 for middle C; a pitch beyond the keyboard sounds at its end.
  var midiKey: Int {
    let base: Int =
      switch step {
      case .c: 0
      case .d: 2
      case .e: 4
      case .f: 5
      case .g: 7
      case .a: 9
      case .b: 11
      }
    return max(0, min((max(-2, min(octave, 12)) + 1) * 12 + base + max(-4, min(alter, 4)), 127))
  }
}
