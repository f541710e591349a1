import MusicDomain
import TestSupport
import Testing

/// A standard MIDI file, read by the letter of the format.
private struct MIDIFile {
  struct Note: Hashable {
    var track: Int
    var key: UInt8
    var start: Int
    var end: Int
  }

  var division = 0
  var notes: [Note] = []
  var meta: [(track: Int, tick: Int, kind: UInt8, bytes: [UInt8])] = []
  var ends: [Int] = []

  init?(_ bytes: [UInt8]) {
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place + count <= bytes.count else { return nil }
      return bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }
    guard bytes.starts(with: "MThd".utf8), number(4, 4) == 6, number(8, 2) == 1,
      let count = number(10, 2), let division = number(12, 2)
    else { return nil }
    self.division = division
    var place = 14
    for track in 0..<count {
      guard bytes[place...].starts(with: "MTrk".utf8), let length = number(place + 4, 4) else {
        return nil
      }
      place += 8
      guard read(Array(bytes[place..<place + length]), track) else { return nil }
      place += length
    }
    guard place == bytes.count else { return nil }
  }

  private mutating func read(_ bytes: [UInt8], _ track: Int) -> Bool {
    var place = 0
    var tick = 0
    var sounding: [UInt8: Int] = [:]
    func variable() -> Int {
      var value = 0
      while place < bytes.count {
        value = value << 7 | Int(bytes[place] & 0x7F)
        place += 1
        if bytes[place - 1] & 0x80 == 0 { break }
      }
      return value
    }
    while place < bytes.count {
      tick += variable()
      let status = bytes[place]
      switch status & 0xF0 {
      case 0xF0:
        let kind = bytes[place + 1]
        place += 2
        let count = variable()
        meta.append((track, tick, kind, Array(bytes[place..<place + count])))
        place += count
        if kind == 0x2F {
          ends.append(tick)
          return place == bytes.count && sounding.isEmpty
        }
      case 0x90:
        guard sounding.updateValue(tick, forKey: bytes[place + 1]) == nil else { return false }
        place += 3
      case 0x80:
        guard let start = sounding.removeValue(forKey: bytes[place + 1]) else { return false }
        notes.append(Note(track: track, key: bytes[place + 1], start: start, end: tick))
        place += 3
      case 0xC0: place += 2
      default: return false
      }
    }
    return false
  }
}

@Suite struct MIDIWriterTests {
  private func fraction(_ top: Int, _ bottom: Int) -> Fraction {
    Fraction(exactly: top, over: bottom) ?? .zero
  }

  private func event(_ value: NoteValue, _ notes: [Note], at onset: Fraction) -> Event {
    Event(onset: onset, written: WrittenDuration(value), notes: notes)
  }

  @Test func `ties are one note, grace notes take from their main note, chords sound together`() throws {
    let c = Pitch(.c, octave: 4)
    var grace = event(.eighth, [Note(Pitch(.d, octave: 4))], at: fraction(1, 2))
    grace.grace = .slashed
    var appoggiatura = event(.eighth, [Note(Pitch(.f, octave: 4))], at: fraction(3, 4))
    appoggiatura.grace = .plain
    let first = Voice(events: [
      event(.half, [Note(c), Note(Pitch(.e, alter: -1, octave: 4))], at: .zero),
      grace, event(.quarter, [Note(Pitch(.e, octave: 4))], at: fraction(1, 2)),
      appoggiatura, event(.quarter, [Note(c, tie: .start)], at: fraction(3, 4)),
    ])
    let second = Voice(events: [event(.whole, [Note(c, tie: .stop)], at: .zero)])
    var score = Score(measures: [
      Measure(number: "1", staves: [StaffMeasure(voices: [first])]),
      Measure(number: "2", staves: [StaffMeasure(voices: [second])]),
    ])
    score.measures[0].staves[0].attributes = [
      StaffAttributes(
        key: KeySignature(fifths: -3, mode: .minor),
        metre: Metre(beats: 4, beatType: 4), tempo: 90
      )
    ]
    let file = try #require(MIDIFile(try MIDIWriter.bytes(of: score)))
    #expect(file.division == 480)
    let expected: Set<MIDIFile.Note> = [
      .init(track: 1, key: 60, start: 0, end: 960), .init(track: 1, key: 63, start: 0, end: 960),
      .init(track: 1, key: 62, start: 960, end: 990), .init(track: 1, key: 64, start: 990, end: 1440),
      .init(track: 1, key: 65, start: 1440, end: 1680), .init(track: 1, key: 60, start: 1680, end: 3840),
    ]
    #expect(Set(file.notes) == expected)
    #expect(file.ends == [3840, 3840])
    let meta = file.meta.filter { $0.track == 0 && $0.kind != 0x2F }
    #expect(meta.map(\.kind) == [0x51, 0x58, 0x59])
    #expect(meta.map(\.bytes) == [[0x0A, 0x2C, 0x2A], [4, 2, 24, 8], [0xFD, 1]])
  }

  @Test func `what sounds is what is written`() throws {
    for seed in UInt64(0)..<200 {
      var scores = RandomScores(seed: seed)
      let score = scores.score()
      let bytes = try MIDIWriter.bytes(of: score)
      let file = try #require(MIDIFile(bytes), "seed \(seed)")
      #expect(try MIDIWriter.bytes(of: score) == bytes)
      // Every note that no tie brings in begins where it is written, unless a grace note delays it.
      var starts: Set<[Int]> = []
      for note in file.notes { starts.insert([note.track, note.start]) }
      var tick = Fraction.zero
      var first = 0
      for (part, found) in score.parts.enumerated() {
        tick = .zero
        for measure in score.measures {
          for staff in measure.staves[first..<first + found.staffCount] {
            for voice in staff.voices {
              for (index, event) in voice.events.enumerated() where !event.isRest {
                guard event.grace == nil, index == 0 || voice.events[index - 1].grace == nil,
                  event.notes.contains(where: { $0.tie == nil || $0.tie == .start })
                else { continue }
                let place = tick + event.onset
                let ticks = Double(place.numerator) / Double(place.denominator) * 4 * Double(file.division)
                let near = (-1...1).contains { starts.contains([part + 1, Int(ticks.rounded()) + $0]) }
                #expect(near, "seed \(seed) part \(part) at \(place)")
              }
            }
          }
          tick += measure.length
        }
        first += found.staffCount
      }
    }
  }
}
