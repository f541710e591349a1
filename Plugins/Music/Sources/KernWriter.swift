/// Writes a score as **kern in one of its three forms: one text for one score.
///
/// Signs of a note stand in a fixed order. Sub-spines are split off where a voice begins and joined
/// where it ends; the first voice of a staff is padded with invisible rests where it has gaps.
package struct KernWriter {
  let form: KernForm
  private let score: Score
  private let staffCount: Int
  private var lines: [String] = []
  /// Where every measure's text begins and ends, in lines.
  private(set) var measureLines: [Range<Int>] = []
  /// Live voices by spine, from the left; ascending within a spine.
  private var live: [[Int]]

  /// The text of a score; it ends with a newline.
  ///
  /// - Parameters:
  ///   - score: Any score; staves that a measure lacks are written as rests.
  ///   - form: How tokens are spelled.
  ///   - includesReferences: Whether bibliographic records come first.
  package static func write(
    _ score: Score,
    as form: KernForm = .kern,
    includesReferences: Bool = true
  ) -> String {
    var writer = KernWriter(score, form)
    return writer.write(includesReferences: includesReferences)
  }

  private init(_ score: Score, _ form: KernForm) {
    self.score = score
    self.form = form
    staffCount = max(1, score.staffCount)
    live = Array(repeating: [0], count: staffCount)
  }

  private mutating func write(includesReferences: Bool) -> String {
    if includesReferences {
      for record in score.references {
        let value = record.value.split(whereSeparator: \.isNewline).joined(separator: " ")
        lines.append("!!!\(record.key): \(value)")
      }
    }
    lines.append(row { _, _ in form.header })
    writeParts()
    var opening = score.opening
    if opening == nil, score.measures.first?.number != nil { opening = Barline(.invisible) }
    // What holds from the beginning stands before the first barline.
    if let first = score.measures.first {
      writeAttributes(of: first, after: nil, upTo: .zero)
    }
    if let opening { writeBarline(opening, number: score.measures.first?.number) }
    var ending: Int?
    var letter = 0
    for (index, measure) in score.measures.enumerated() {
      if measure.ending != ending {
        if measure.ending == nil { letter += 1 }
        ending = measure.ending
        let name = String(UnicodeScalar(UInt8(0x41 + letter % 26)))
        let label = "*>\(name)\(ending.map { String($0) } ?? "")"
        lines.append(row { _, _ in label })
      }
      let next = index + 1 < score.measures.count ? score.measures[index + 1] : nil
      writeMusic(of: measure, before: next, after: index == 0 ? .zero : nil)
      if let barline = measure.barline ?? (next == nil ? nil : Barline()) {
        writeBarline(barline, number: next?.number)
      }
    }
    lines.append(row { _, _ in "*-" })
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line with one field for every live sub-spine, given its spine and voice.
  private func row(_ field: (_ spine: Int, _ voice: Int) -> String) -> String {
    live.indices.flatMap { spine in live[spine].map { field(spine, $0) } }
      .joined(separator: "\t")
  }

  private mutating func writeParts() {
    var partOfSpine: [Int] = []
    for (index, part) in score.parts.enumerated() {
      partOfSpine += Array(repeating: index, count: max(0, min(part.staffCount, 1024)))
    }
    partOfSpine = partOfSpine.prefix(staffCount).reversed()
    guard partOfSpine.count == staffCount else { return }
    let isPlain =
      score.parts.allSatisfy { $0.staffCount == 1 } && score.parts.count != 2
      || score.parts.count == 1 && staffCount == 2
    if !isPlain { lines.append(row { spine, _ in "*part\(partOfSpine[spine] + 1)" }) }
    guard score.parts.contains(where: { $0.name != nil }) else { return }
    lines.append(
      row { spine, _ in
        let part = partOfSpine[spine]
        let isTop = spine + 1 == staffCount || partOfSpine[spine + 1] != part
        let name = score.parts[part].name?.split { $0.isNewline || $0 == "\t" }
        guard isTop, let name else { return "*" }
        return "*I\"\(name.joined(separator: " "))"
      }
    )
  }

  private mutating func writeBarline(_ barline: Barline, number: String?) {
    var style = barline.kern
    let digits = number?.prefix { $0.isASCII && ($0.isNumber || $0.isLowercase) }
    // == bears no number.
    if digits != nil, style.hasPrefix("=") { style = "|!" + style.dropFirst() }
    let text = "=\(digits ?? "")\(style)"
    lines.append(row { _, _ in text })
  }

  // MARK: Music

  /// What a voice does at its places, padded and in order.
  private struct Track {
    var events: [Event]
    var next = 0

    var onset: Fraction? { next < events.count ? events[next].onset : nil }
  }

  /// The voices of every spine, by voice index, without overlaps and the first one without gaps.
  private func tracks(of measure: Measure) -> (tracks: [[Int: Track]], end: Fraction) {
    var all: [[Int: Track]] = []
    var end = Fraction.zero
    for spine in 0..<staffCount {
      let row = staffCount - 1 - spine
      var voices: [Int: Track] = [:]
      let staff = row < measure.staves.count ? measure.staves[row] : StaffMeasure()
      for (index, voice) in staff.voices.prefix(256).enumerated() where !voice.events.isEmpty {
        var place = Fraction.zero
        var events = voice.events
        for event in events.indices {
          if events[event].onset < place { events[event].onset = place }
          place = events[event].onset + events[event].length
        }
        end = max(end, place)
        voices[index] = Track(events: events)
      }
      for change in staff.attributes { end = max(end, change.onset) }
      all.append(voices)
    }
    if end == .zero {
      let metre = measure.staves.lazy.flatMap(\.attributes).compactMap { $0.metre?.length }.first
      end = metre ?? Fraction(exactly: 1, over: 1) ?? .zero
    }
    for spine in all.indices {
      let first = all[spine][0]?.events ?? []
      var padded: [Event] = []
      var place = Fraction.zero
      for event in first {
        if event.onset > place { padded += Self.rests(from: place, to: event.onset) }
        padded.append(event)
        place = event.onset + event.length
      }
      if place < end { padded += Self.rests(from: place, to: end) }
      all[spine][0] = Track(events: padded)
    }
    return (all, end)
  }

  /// Invisible rests over a stretch of time.
  static func rests(from start: Fraction, to end: Fraction) -> [Event] {
    var events: [Event] = []
    var place = start
    while place < end, events.count < 64 {
      var gap = end - place
      // Longer than a long: a breve at a time.
      if let most = Fraction(exactly: 4, over: 1), gap > most { gap = most }
      guard let written = WrittenDuration(length: gap), let length = written.length else { break }
      events.append(Event(onset: place, written: written, isVisible: false))
      place += length
    }
    return events
  }

  /// Writes a measure without its barlines; attributes up to `previous` are written already.
  private mutating func writeMusic(
    of measure: Measure,
    before next: Measure?,
    after previous: Fraction?
  ) {
    var (tracks, end) = tracks(of: measure)
    var time = Fraction.zero
    var previous = previous
    while true {
      writeJoins(tracks, at: time, end: end, next)
      writeAttributes(of: measure, after: previous, upTo: time)
      writeSplits(tracks, at: time)
      writeGraceNotes(&tracks, at: time)
      writeJoins(tracks, at: time, end: end, next)
      if time >= end { break }
      let starts = tracks.contains { $0.values.contains { $0.onset == time } }
      if starts {
        let now = tracks
        lines.append(
          row { spine, voice in
            guard let track = now[spine][voice], track.onset == time else { return "." }
            return KernSpelling.token(track.events[track.next], form)
          }
        )
      }
      var following = end
      for spine in tracks.indices {
        for voice in live[spine] {
          guard var track = tracks[spine][voice] else { continue }
          if track.onset == time {
            let event = track.events[track.next]
            following = min(following, event.onset + event.length)
            track.next += 1
          } else if track.next > 0 {
            let event = track.events[track.next - 1]
            let stop = event.onset + event.length
            if stop > time { following = min(following, stop) }
          }
          tracks[spine][voice] = track
        }
        for track in tracks[spine].values {
          if let onset = track.onset, onset > time { following = min(following, onset) }
        }
      }
      previous = time
      time = following
    }
  }

  /// Joins voices that have ended.
  private mutating func writeJoins(
    _ tracks: [[Int: Track]],
    at time: Fraction,
    end: Fraction,
    _ next: Measure?
  ) {
    for spine in live.indices {
      let row = staffCount - 1 - spine
      let ended = live[spine].filter { voice in
        guard voice > 0 else { return false }
        guard let track = tracks[spine][voice] else { return true }
        if let onset = track.onset { return onset > time && hasEnded(track, at: time) }
        guard hasEnded(track, at: time) else { return false }
        guard time >= end, let next, row < next.staves.count,
          voice < next.staves[row].voices.count
        else { return true }
        return next.staves[row].voices[voice].events.first?.onset != .zero
      }
      // One run of neighbours at a time, from the right.
      for voice in ended.reversed() where live[spine].contains(voice) {
        guard var first = live[spine].firstIndex(of: voice) else { continue }
        let last = first
        while first > 0, ended.contains(live[spine][first]) { first -= 1 }
        let joined = Set(live[spine][first...last])
        lines.append(self.row { $0 == spine && joined.contains($1) ? "*v" : "*" })
        live[spine].removeSubrange(first + 1...last)
      }
    }
  }

  private func hasEnded(_ track: Track, at time: Fraction) -> Bool {
    guard track.next > 0 else { return false }
    let event = track.events[track.next - 1]
    return event.onset + event.length <= time
  }

  private mutating func writeSplits(_ tracks: [[Int: Track]], at time: Fraction) {
    while true {
      var parents: [Int?] = Array(repeating: nil, count: staffCount)
      var children: [Int] = Array(repeating: 0, count: staffCount)
      for spine in live.indices {
        let starting = tracks[spine].filter { voice, track in
          track.onset == time && !live[spine].contains(voice)
        }.keys.min()
        guard let starting else { continue }
        parents[spine] = live[spine].last { $0 < starting }
        children[spine] = starting
      }
      guard parents.contains(where: { $0 != nil }) else { return }
      lines.append(row { parents[$0] == $1 ? "*^" : "*" })
      for spine in live.indices where parents[spine] != nil {
        let place = live[spine].firstIndex { $0 > children[spine] } ?? live[spine].count
        live[spine].insert(children[spine], at: place)
      }
    }
  }

  /// Grace notes before what begins at a place, the last ones of all voices on one line.
  private mutating func writeGraceNotes(_ tracks: inout [[Int: Track]], at time: Fraction) {
    func count(_ track: Track) -> Int {
      track.events[track.next...].prefix { $0.onset == time && $0.grace != nil }.count
    }
    var most = tracks.lazy.flatMap(\.values).map(count).max() ?? 0
    while most > 0 {
      let tracksNow = tracks
      lines.append(
        row { spine, voice in
          guard let track = tracksNow[spine][voice], count(track) >= most else { return "." }
          return KernSpelling.token(track.events[track.next], form)
        }
      )
      for spine in tracks.indices {
        for (voice, track) in tracks[spine] where count(track) >= most {
          tracks[spine][voice]?.next += 1
        }
      }
      most -= 1
    }
  }

  /// Writes what began after one place and not after another, in a fixed order.
  ///
  /// What begins within a note has no line of its own; it goes before the next event.
  private mutating func writeAttributes(
    of measure: Measure,
    after previous: Fraction?,
    upTo time: Fraction
  ) {
    var changes: [[StaffAttributes]] = []
    for spine in 0..<staffCount {
      let row = staffCount - 1 - spine
      let staff = row < measure.staves.count ? measure.staves[row] : StaffMeasure()
      changes.append(
        staff.attributes.filter { change in
          change.onset <= time && previous.map { change.onset > $0 } ?? true
        }
      )
    }
    let kinds: [(StaffAttributes) -> String?] = [
      { $0.clef?.kern }, { $0.key?.kern }, { $0.key?.kernMode },
      { $0.metre?.kern },
      { $0.metre?.kernSymbol },
      { $0.tempo.map { "*MM\($0)" } },
    ]
    for kind in kinds {
      let fields = changes.map { $0.lazy.compactMap(kind).last }
      guard fields.contains(where: { $0 != nil }) else { continue }
      lines.append(row { spine, _ in fields[spine] ?? "*" })
    }
  }
}

extension Metre {
  /// `*M3/4`, and `*MX` for free metre.
  var kern: String { beats == 0 ? "*MX" : "*M\(beats)/\(beatType)" }

  /// `*met(c)` and `*met(c|)`, which only a measure of a whole note has.
  var kernSymbol: String? {
    guard length == Fraction(exactly: 1, over: 1) else { return nil }
    switch symbol {
    case .common: return "*met(c)"
    case .cut: return "*met(c|)"
    case nil: return nil
    }
  }
}
