package import TaskProtocol
import XMLValidation

/// Reads MusicXML of any tool as a score.
///
/// What the score has no place for, such as lyrics and dynamics, is refused, or left out on request;
/// either way it is named. Layout, sound settings and credits are not music and pass without a word.
package struct MusicXMLReader {
  /// A score and what of the file is not in it.
  package struct Reading {
    /// The score.
    package var score: Score
    /// Warnings that say what was left out.
    package var losses: [Finding]
  }

  let isOwn: Bool
  /// Whether the file prints accidentals at all; without any, none can be missing.
  let hasAccidentals: Bool
  var losses = MusicXMLLosses()
  /// Things that keep the file from being read whatever the user accepts.
  var failures: [Finding] = []
  var nextSlur = 1

  /// Reads the text of a file that is not compressed.
  ///
  /// - Parameter acceptsLoss: Whether what a score cannot hold may be left out.
  /// - Throws: ``ParseFailure`` with the validator's errors, or with what would be lost.
  package static func read(
    _ bytes: [UInt8],
    acceptsLoss: Bool = false
  ) throws(ParseFailure) -> Reading {
    let document = MarkupDocument.xml(bytes)
    guard let root = document.root else {
      throw ParseFailure(
        findings: MusicXMLValidator.sortedAndLimited(document.diagnostics.map { Finding(xml: $0) })
      )
    }
    let found = MusicXMLValidator.findings(root)
    let fatal = found.filter {
      $0.severity == .error && !(acceptsLoss && mendableCodes.contains($0.code))
    }
    guard fatal.isEmpty else {
      throw ParseFailure(findings: MusicXMLValidator.sortedAndLimited(fatal))
    }
    let file = MusicXMLFile(root)
    var reader = MusicXMLReader(
      isOwn: root.child("identification")?.child("encoding")?.children("software")
        .contains { $0.text == MusicXMLWriter.software } ?? false,
      hasAccidentals: file.parts.contains { part in
        part.measures.contains { $0.content.contains { $0.child("accidental") != nil } }
      }
    )
    let score = reader.score(of: file)
    var problems = reader.failures
    if !acceptsLoss { problems += reader.losses.findings(.error) }
    guard problems.isEmpty else {
      throw ParseFailure(findings: MusicXMLValidator.sortedAndLimited(problems))
    }
    let mended = found.filter { $0.severity == .error }.map { finding in
      var finding = finding
      finding.severity = .warning
      return finding
    }
    return Reading(score: score, losses: mended + reader.losses.findings(.warning))
  }

  /// Errors that a reading may go on after, when losses are accepted: the signs are left out, the
  /// measures stay as long as they are.
  private static let mendableCodes: Set<String> = [
    "slur-without-start", "slur-without-stop", "slur-twice", "tie-without-start",
    "tie-without-stop", "tie-gap", "tie-rest", "beam-without-begin", "beam-without-end",
    "tuplet-without-start", "tuplet-without-stop", "octave-shift-without-start",
    "octave-shift-without-stop", "octave-shift-twice", "measure-too-short", "voice-too-long",
    "repeat-without-end", "ending-without-start", "ending-without-stop",
  ]

  private init(isOwn: Bool, hasAccidentals: Bool) {
    self.isOwn = isOwn
    self.hasAccidentals = hasAccidentals
  }

  mutating func fail(_ code: String, _ message: String, _ element: MarkupElement, in place: String) {
    failures.append(
      Finding(
        code: code,
        severity: .error,
        message: message,
        line: element.position.line,
        column: element.position.column,
        part: place
      )
    )
  }

  private mutating func score(of file: MusicXMLFile) -> Score {
    var score = Score(references: references(of: file.root), parts: [])
    let count = file.parts.map(\.measures.count).max() ?? 0
    score.measures = Array(repeating: Measure(barline: nil), count: count)
    for (index, part) in file.parts.enumerated() {
      var walk = MusicXMLPartWalk(partName: file.parts.count > 1 ? part.name ?? part.id : nil)
      let measures = part.measures.map { walk.walk($0) }
      let staffCount = measures.map(\.staffCount).max() ?? 1
      score.parts.append(Part(name: part.name, staffCount: staffCount))
      var reading = MusicXMLPartReading(staffCount: staffCount)
      for (number, measure) in measures.enumerated() {
        score.measures[number].staves += staves(of: measure, number, &reading)
      }
      let first = score.measures.first.map { $0.staves.count - staffCount } ?? 0
      pairSlurs(reading, &score, firstStaff: first)
      if index == 0 { readBarlines(measures, &score) }
    }
    fillStaves(&score)
    for staff in 0..<score.staffCount {
      dropLooseTies(&score, staff)
      readAccidentals(&score, staff)
    }
    score.numberSlurs()
    return score
  }

  private func references(of root: MarkupElement) -> [ReferenceRecord] {
    let identification = root.child("identification")
    let fields = identification?.child("miscellaneous")?.children("miscellaneous-field") ?? []
    let own = fields.compactMap { field -> ReferenceRecord? in
      guard let name = field[attribute: "name"], name.hasPrefix("!!!") else { return nil }
      return ReferenceRecord(key: String(name.dropFirst(3)), value: field.rawText)
    }
    guard !isOwn else { return own }
    var records: [ReferenceRecord] = []
    let work = root.child("work")
    func add(_ key: String, _ value: String?) {
      if let value, !value.isEmpty { records.append(ReferenceRecord(key: key, value: value)) }
    }
    add("OTL", work?.text(of: "work-title") ?? root.text(of: "movement-title"))
    add("OPS", work?.text(of: "work-number"))
    let keys = ["composer": "COM", "lyricist": "LYR", "poet": "LYR", "arranger": "LAR"]
    for creator in identification?.children("creator") ?? [] {
      add(keys[creator[attribute: "type"] ?? "composer"] ?? "", creator.text)
    }
    add("YEC", identification?.child("rights")?.text)
    return records.filter { !$0.key.isEmpty }
  }

  /// Every first voice reaches from the start of its measure to the end, so that all staves meet at
  /// the barline.
  private mutating func fillStaves(_ score: inout Score) {
    for index in score.measures.indices {
      let length = score.measures[index].length
      for staff in score.measures[index].staves.indices {
        var voices = score.measures[index].staves[staff].voices
        if voices.isEmpty { voices = [Voice()] }
        voices[0] = voices[0].filled(to: length)
        score.measures[index].staves[staff].voices = voices
      }
    }
  }

  private func readAccidentals(_ score: inout Score, _ staff: Int) {
    var printed = PrintedAccidentals()
    for index in score.measures.indices {
      guard score.measures[index].staves.indices.contains(staff) else { continue }
      let needed = printed.needed(in: score.measures[index].staves[staff])
      for voice in score.measures[index].staves[staff].voices.indices {
        let count = score.measures[index].staves[staff].voices[voice].events.count
        for event in 0..<count {
          let notes = score.measures[index].staves[staff].voices[voice].events[event].notes
          for (number, note) in notes.enumerated() {
            let place = PrintedAccidentals.Place(voice: voice, event: event, note: number)
            score.measures[index].staves[staff].voices[voice].events[event].notes[number]
              .accidental = display(of: note, isNeeded: needed.contains(place))
          }
        }
      }
    }
  }

  /// While a note is read, its accidental says only what the file prints: `forced` for a cautionary
  /// one, `natural` for one that is written out, `forcedNatural` for any other, `nil` for none.
  private func display(of note: Note, isNeeded: Bool) -> AccidentalDisplay? {
    let isNatural = note.pitch.alter == 0
    switch note.accidental {
    case nil, .hidden?: return isNeeded && hasAccidentals ? .hidden : nil
    case .natural?: return isNatural ? .natural : isNeeded ? nil : .forced
    case .forced?: return isNatural ? .forcedNatural : .forced
    case .forcedNatural?: return isNeeded ? nil : isNatural ? .forcedNatural : .forced
    }
  }
}

extension MarkupElement {
  /// The element's own characters as they stand.
  var rawText: String {
    var text = ""
    for case .text(let piece, _) in content { text += piece }
    return text
  }
}

extension Voice {
  /// The voice with invisible rests where it pauses, up to a length; where no rest can be written, the
  /// pause stays.
  func filled(to length: Fraction) -> Voice {
    var filled = Voice()
    var end = Fraction.zero
    for event in events {
      if event.onset > end { filled.events += Self.rests(from: end, to: event.onset) }
      filled.events.append(event)
      end = event.onset + event.length
    }
    if length > end { filled.events += Self.rests(from: end, to: length) }
    return filled
  }

  /// Invisible rests: one where a value with dots makes the length, else plain values from the
  /// longest down, and at last one in a tuplet.
  static func rests(from start: Fraction, to end: Fraction) -> [Event] {
    var rests: [Event] = []
    var start = start
    while start < end {
      let gap = end - start
      var written = WrittenDuration(length: gap)
      if written?.tuplet != nil || written == nil {
        let plain = NoteValue.allCases.lazy.map { WrittenDuration($0) }
          .first { $0.length.map { $0 < gap } ?? false }
        if gap.denominator & (gap.denominator - 1) == 0 { written = plain }
      }
      guard let written, let length = written.length, rests.count < 64 else { return rests }
      rests.append(Event(onset: start, written: written, isVisible: false))
      start += length
    }
    return rests
  }
}
