import TaskProtocol
import XMLValidation

/// What the reading of one part keeps from measure to measure.
struct MusicXMLPartReading {
  /// A slur's end as the file has it.
  struct SlurEnd {
    var number: String
    var isStop: Bool
    var isPhrase: Bool
    var measure: Int
    var time: Fraction
    var staff: Int
    var voice: String
    /// The mark's provisional number in the score.
    var mark: Int
    var element: MarkupElement
    var place: String
  }

  let staffCount: Int
  var slurEnds: [SlurEnd] = []

  init(staffCount: Int) { self.staffCount = staffCount }
}

/// A voice of one staff while a measure is read.
private struct VoiceReading {
  var name: String
  var events: [(event: Event, source: MusicXMLEvent, note: MusicXMLNote)] = []
}

extension MusicXMLReader {
  /// The staves of a part in one measure.
  mutating func staves(
    of measure: MusicXMLPartWalk.Measure,
    _ index: Int,
    _ reading: inout MusicXMLPartReading
  ) -> [StaffMeasure] {
    var staves = Array(repeating: StaffMeasure(), count: reading.staffCount)
    var voices: [[VoiceReading]] = Array(repeating: [], count: reading.staffCount)
    /// The staff and voice of the chord that may go on, and its place there.
    var chord: [Int: (voice: Int, event: Int)] = [:]
    for source in measure.events {
      switch source.kind {
      case .attributes: readAttributes(source, &staves, measure)
      case .direction: readDirection(source, &staves, measure)
      case .other: readOther(source.element, measure)
      case .note(let note):
        let staff = note.staff - 1
        guard voices.indices.contains(staff) else { continue }
        if note.isChord, let place = chord[staff] {
          readChordNote(
            source, note, measure, index, &reading,
            into: &voices[staff][place.voice].events[place.event].event
          )
          continue
        }
        guard let event = readEvent(source, note, measure, index, &reading) else { continue }
        if !note.isChord { chord = [:] }
        let voice =
          voices[staff].firstIndex { $0.name == note.voice } ?? voices[staff].count
        if voice == voices[staff].count { voices[staff].append(VoiceReading(name: note.voice)) }
        voices[staff][voice].events.append((event, source, note))
        chord[staff] = (voice, voices[staff][voice].events.count - 1)
      case .barline, .forward: break
      }
    }
    dropBeamsAcrossStaves(&voices, measure)
    for staff in voices.indices {
      staves[staff].voices = voices[staff].sorted(by: Self.comesFirst).map(Self.voice)
      staves[staff].attributes.sort { $0.onset < $1.onset }
    }
    return staves
  }

  /// Voices by number where they are numbers, else by name.
  private static func comesFirst(_ a: VoiceReading, _ b: VoiceReading) -> Bool {
    guard let left = Int(a.name), let right = Int(b.name) else { return a.name < b.name }
    return left < right
  }

  /// The events in the order of time. Durations that the file rounds to divisions are exact here, so
  /// what follows at once in the file follows at once here.
  private static func voice(_ reading: VoiceReading) -> Voice {
    let sorted = reading.events.enumerated().sorted {
      ($0.element.source.start, $0.offset) < ($1.element.source.start, $1.offset)
    }
    var voice = Voice()
    var sourceEnd = Fraction.zero
    var end = Fraction.zero
    for (_, entry) in sorted {
      var event = entry.event
      event.onset = entry.source.start == sourceEnd ? end : entry.source.start
      voice.events.append(event)
      guard event.grace == nil else { continue }
      sourceEnd = entry.source.start + entry.note.length
      end = event.onset + event.length
    }
    return voice
  }

  /// A beam that goes from one staff to the other would begin in one voice of the score and end in
  /// another.
  private mutating func dropBeamsAcrossStaves(
    _ voices: inout [[VoiceReading]],
    _ measure: MusicXMLPartWalk.Measure
  ) {
    var staves: [String: Set<Int>] = [:]
    for (staff, found) in voices.enumerated() {
      for voice in found { staves[voice.name, default: []].insert(staff) }
    }
    for staff in voices.indices {
      for voice in voices[staff].indices {
        let found = voices[staff][voice]
        guard (staves[found.name]?.count ?? 0) > 1, !Self.closesBeams(found) else { continue }
        for event in found.events.indices where !found.events[event].event.beams.isEmpty {
          losses.add(
            "beams from one staff to another", found.events[event].source.element,
            in: measure.name
          )
          voices[staff][voice].events[event].event.beams = []
        }
      }
    }
  }

  /// Whether every beam of a voice begins and ends in it.
  private static func closesBeams(_ voice: VoiceReading) -> Bool {
    var open: Set<Int> = []
    for entry in voice.events {
      for (level, beam) in entry.event.beams.enumerated() {
        switch beam {
        case .begin: if !open.insert(level).inserted { return false }
        case .continue: if !open.contains(level) { return false }
        case .end: if open.remove(level) == nil { return false }
        case .forwardHook, .backwardHook: break
        }
      }
    }
    return open.isEmpty
  }

  private mutating func readOther(_ element: MarkupElement, _ measure: MusicXMLPartWalk.Measure) {
    switch element.name {
    case "harmony": losses.add("chord symbols", element, in: measure.name)
    case "figured-bass": losses.add("figured bass", element, in: measure.name)
    default: break  // Layout, sound and links.
    }
  }
}

// Slurs.
extension MusicXMLReader {
  /// Matches the ends of slurs by number and gives both ends of each the same provisional number;
  /// marks without their other end, or with it in another staff, are taken out.
  mutating func pairSlurs(
    _ reading: MusicXMLPartReading,
    _ score: inout Score,
    firstStaff: Int
  ) {
    var matched: [Int: (number: Int, isPhrase: Bool)] = [:]
    var open: [String: [MusicXMLPartReading.SlurEnd]] = [:]
    let sorted = reading.slurEnds.enumerated().sorted {
      ($0.element.measure, $0.element.time, $0.offset)
        < ($1.element.measure, $1.element.time, $1.offset)
    }
    var index = 0
    while index < sorted.count {
      let first = sorted[index].element
      let end =
        sorted[index...].firstIndex {
          $0.element.measure != first.measure || $0.element.time != first.time
        } ?? sorted.count
      var unmatched: [(order: Int, end: MusicXMLPartReading.SlurEnd)] = []
      func join(_ start: MusicXMLPartReading.SlurEnd, _ stop: MusicXMLPartReading.SlurEnd) {
        guard start.staff == stop.staff else {
          losses.add("slurs from one staff to another", start.element, in: start.place)
          return
        }
        matched[start.mark] = (start.mark, start.isPhrase)
        matched[stop.mark] = (start.mark, start.isPhrase)
      }
      for (order, stop) in sorted[index..<end].map({ ($0.offset, $0.element) }) where stop.isStop {
        guard let starts = open[stop.number], !starts.isEmpty else {
          unmatched.append((order, stop))
          continue
        }
        let place = starts.firstIndex { $0.voice == stop.voice && $0.staff == stop.staff } ?? 0
        join(starts[place], stop)
        open[stop.number]?.remove(at: place)
      }
      for (order, start) in sorted[index..<end].map({ ($0.offset, $0.element) })
      where !start.isStop {
        if let stop = unmatched.firstIndex(where: {
          $0.end.number == start.number && $0.order > order
        }) {
          join(start, unmatched[stop].end)
          unmatched.remove(at: stop)
        } else {
          open[start.number, default: []].append(start)
        }
      }
      for (_, stop) in unmatched {
        losses.add("slurs that have one end", stop.element, in: stop.place)
      }
      index = end
    }
    for start in open.values.joined() {
      losses.add("slurs that have one end", start.element, in: start.place)
    }
    apply(matched, reading, &score, firstStaff)
  }

  private func apply(
    _ matched: [Int: (number: Int, isPhrase: Bool)],
    _ reading: MusicXMLPartReading,
    _ score: inout Score,
    _ firstStaff: Int
  ) {
    guard !reading.slurEnds.isEmpty else { return }
    for measure in score.measures.indices {
      for staff in firstStaff..<firstStaff + reading.staffCount {
        for voice in score.measures[measure].staves[staff].voices.indices {
          score.measures[measure].staves[staff].voices[voice].joinSlurs(matched)
        }
      }
    }
  }
}

extension Voice {
  /// Replaces provisional marks by pairs.
  fileprivate mutating func joinSlurs(_ matched: [Int: (number: Int, isPhrase: Bool)]) {
    for index in events.indices where !events[index].slurs.isEmpty {
      let marks = events[index].slurs
      func chosen(phrases: Bool) -> [SlurMark] {
        marks.compactMap { mark in
          matched[mark.number].flatMap {
            $0.isPhrase == phrases ? SlurMark(mark.end, number: $0.number) : nil
          }
        }
      }
      events[index].phrases = chosen(phrases: true)
      events[index].slurs = chosen(phrases: false)
    }
  }
}
