import Foundation
import MusicDomain
import TaskProtocol
import TestSupport
import Testing

@Suite struct MusicXMLReaderTests {
  private func score(_ notes: String, attributes: String = "") -> [UInt8] {
    Array(
      """
      <score-partwise version="4.0">
        <part-list><score-part id="P1"><part-name>Voice</part-name></score-part></part-list>
        <part id="P1"><measure number="1">
          <attributes><divisions>2</divisions><key><fifths>1</fifths></key>\
      <time><beats>2</beats><beat-type>4</beat-type></time>\(attributes)</attributes>
          \(notes)
        </measure></part>
      </score-partwise>
      """.utf8
    )
  }

  private func note(_ step: String, alter: Int = 0, _ rest: String = "") -> String {
    "<note><pitch><step>\(step)</step>\(alter == 0 ? "" : "<alter>\(alter)</alter>")<octave>4</octave>"
      + "</pitch><duration>2</duration>\(rest)</note>"
  }

  @Test func `what a score cannot hold is refused, and left out on request, and named either way`()
    throws
  {
    let text = score(
      "<direction><direction-type><words>dolce</words></direction-type></direction>"
        + note("G", "<lyric><text>La</text></lyric>") + note("A", "<lyric><text>la</text></lyric>")
    )
    let failure = #expect(throws: ParseFailure.self) { try MusicXMLReader.read(text) }
    let messages = failure?.findings.map(\.message) ?? []
    #expect(
      messages == [
        "A score holds no words; they stand once in measure 1.",
        "A score holds no lyrics; they stand 2 times, first in measure 1, staff 1, voice 1.",
      ]
    )
    #expect(failure?.findings.allSatisfy { $0.severity == .error && $0.code == "left-out" } == true)
    let reading = try MusicXMLReader.read(text, acceptsLoss: true)
    #expect(reading.losses.map(\.severity) == [.warning, .warning])
    #expect(
      reading.score.measures[0].staves[0].voices[0].events.map(\.notes.first?.pitch.step) == [
        .g, .a,
      ]
    )
  }

  @Test func `accidentals are read as what they add to key and measure`() throws {
    let sharp = "<accidental>sharp</accidental>"
    let text = score(
      note("F", alter: 1).replacing("<duration>2", with: "<duration>1")
        + note("F", alter: 1, sharp).replacing("<duration>2", with: "<duration>1")
        + note("C", alter: 1, sharp).replacing("<duration>2", with: "<duration>1")
        + note("D", alter: 1).replacing("<duration>2", with: "<duration>1")
    )
    let events = try MusicXMLReader.read(text).score.measures[0].staves[0].voices[0].events
    // In one sharp: F sharp needs no sign, a second sign is a reminder, C sharp needs one and has it,
    // D sharp needs one and has none.
    #expect(events.map { $0.notes[0].accidental } == [nil, .forced, nil, .hidden])
    // A file that prints no accidental at all leaves them to the reader.
    let bare = score(note("C", alter: 1) + note("D", alter: 1))
    let plain = try MusicXMLReader.read(bare).score.measures[0].staves[0].voices[0].events
    #expect(plain.map { $0.notes[0].accidental } == [nil, nil])
  }

  @Test func `written values are found where a file says only durations`() throws {
    let text = score(
      note("C").replacing("<duration>2", with: "<duration>3")
        + note("D").replacing("<duration>2", with: "<duration>1")
    )
    let events = try MusicXMLReader.read(text).score.measures[0].staves[0].voices[0].events
    #expect(
      events.map(\.written) == [WrittenDuration(.quarter, dots: 1), WrittenDuration(.eighth)]
    )
  }

  @Test func `a staff without music is filled with a rest that does not show`() throws {
    let text = score(note("C") + note("D"), attributes: "<staves>2</staves>")
    let score = try MusicXMLReader.read(text).score
    #expect(score.parts == [Part(name: "Voice", staffCount: 2)])
    let events = score.measures[0].staves[1].voices[0].events
    #expect(events == [Event(onset: .zero, written: WrittenDuration(.half), isVisible: false)])
  }

  @Test func `sound files of the fixtures are read`() throws {
    let folder = MusicXMLSchemaTests.path("Plugins/Music/Fixtures/musicxml/sound")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let reading = try MusicXMLReader.read(try readBytes("\(folder)/\(name)"), acceptsLoss: true)
      #expect(reading.losses.allSatisfy { $0.severity == .warning }, "\(name)")
      let text = try MusicXMLWriter.text(of: reading.score)
      #expect(try MusicXMLReader.read(Array(text.utf8)).score == reading.score, "\(name)")
    }
  }

  @Test func `a file with errors is refused with them`() throws {
    let failure = #expect(throws: ParseFailure.self) {
      try MusicXMLReader.read(score(note("C") + note("D") + note("E")), acceptsLoss: false)
    }
    #expect(failure?.findings.map(\.code) == ["voice-too-long"])
  }

  @Test func `a character that XML lacks is an error of the export`() {
    let score = Score(
      references: [ReferenceRecord(key: "OTL", value: "a\u{1}b")],
      measures: [Measure(staves: [StaffMeasure()])]
    )
    let failure = #expect(throws: ExportFailure.self) { try MusicXMLWriter.text(of: score) }
    #expect(failure?.reason.contains("U+1") == true)
    #expect(throws: ExportFailure.self) { try MusicXMLWriter.text(of: Score()) }
  }

  @Test func `a voice that begins beside a held note after a join is another voice`() throws {
    // The quarter note of the third spine still sounds where its spine, joined, is split again.
    let kern = """
      **kern
      *^
      4c\t8e
      .\t8f
      *\t*^
      8c\t8ryy\t4g
      *\t*v\t*v
      *\t*^
      8c\t.\t8a
      *v\t*v\t*v
      *-

      """
    let outcome = KernReader.read(kern, isStrict: false)
    #expect(outcome.findings.filter { $0.severity == .error } == [])
    let score = try #require(outcome.score)
    let text = try MusicXMLWriter.text(of: score)
    let findings = MusicXMLValidator.findings(Array(text.utf8))
    #expect(findings.filter { $0.severity == .error } == [])
  }

  @Test func `a measure rest of five quarters is no tuplet in MusicXML`() throws {
    let length = try #require(Fraction(exactly: 5, over: 4))
    let written = try #require(WrittenDuration(length: length))
    let rest = Event(onset: .zero, written: written, isMeasureRest: true)
    let score = Score(
      measures: [Measure(number: "1", staves: [StaffMeasure(voices: [Voice(events: [rest])])])]
    )
    let text = try MusicXMLWriter.text(of: score)
    #expect(!text.contains("<time-modification>"))
    #expect(!text.contains("<tuplet"))
    #expect(try MusicXMLReader.read(Array(text.utf8)).score == score)
  }

  @Test func `a record without text comes back and names no creator`() throws {
    let rest = Event(onset: .zero, written: WrittenDuration(.whole))
    let score = Score(
      references: [ReferenceRecord(key: "COM", value: "")],
      measures: [Measure(number: "1", staves: [StaffMeasure(voices: [Voice(events: [rest])])])]
    )
    let text = try MusicXMLWriter.text(of: score)
    #expect(!text.contains("<creator"))
    #expect(try MusicXMLReader.read(Array(text.utf8)).score == score)
  }

  /// Writes scores for `Reference/cross_check.py` into the folder that COPYIST_MUSIC_EXPORT names.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["COPYIST_MUSIC_EXPORT"] != nil,
      "writes files where COPYIST_MUSIC_EXPORT names a folder"
    )
  )
  func `random scores are exported`() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["COPYIST_MUSIC_EXPORT"])
    func export(_ score: Score, _ name: String) throws {
      let path = "\(folder)/\(name)"
      let text = try MusicXMLWriter.text(of: score)
      let again = try MusicXMLReader.read(Array(text.utf8), acceptsLoss: true).score
      try Data(KernWriter.write(score).utf8).write(to: URL(filePath: path + ".krn"))
      try Data(text.utf8).write(to: URL(filePath: path + ".musicxml"))
      try Data(try MIDIWriter.bytes(of: score)).write(to: URL(filePath: path + ".mid"))
      try Data(KernWriter.write(again).utf8).write(to: URL(filePath: path + ".again"))
    }
    for seed in UInt64(0)..<200 {
      var scores = RandomScores(seed: seed)
      try export(scores.score(), "random-\(seed)")
    }
    for (name, text) in try Self.kernFixtures() {
      try export(try #require(KernReader.read(text, isStrict: false).score), name)
    }
  }

  /// Hand-written **kern, by name.
  private static func kernFixtures() throws -> [(String, String)] {
    let folder = MusicXMLSchemaTests.path("Plugins/Music/Fixtures/kern")
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      let bytes = try readBytes("\(folder)/\(name)")
      return (String(name.prefix { $0 != "." }), String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `hand-written kern comes back through MusicXML as it was`() throws {
    let fixtures = try Self.kernFixtures()
    #expect(fixtures.count >= 6)
    for (name, text) in fixtures {
      let outcome = KernReader.read(text, isStrict: false)
      #expect(outcome.findings.filter { $0.severity == .error } == [], "\(name)")
      var score = try #require(outcome.score, "\(name)")
      let written = try MusicXMLWriter.text(of: score)
      #expect(
        MusicXMLValidator.findings(Array(written.utf8)).filter { $0.severity == .error } == [],
        "\(name)"
      )
      let again = try MusicXMLReader.read(Array(written.utf8)).score
      score.numberSlurs()
      #expect(KernWriter.write(again) == KernWriter.write(score), "\(name)")
    }
  }
}
