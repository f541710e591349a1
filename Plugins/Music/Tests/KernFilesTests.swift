import Foundation
import Testing

import MusicDomain
import TaskProtocol

/// The files under `Fixtures`.
enum MusicFixtures {
  static func text(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }
}

@Suite struct KernFilesTests {
  private func findings(_ name: String) throws -> [String] {
    KernReader.read(try MusicFixtures.text(name), isStrict: false).findings.map {
      "\($0.line ?? 0):\($0.column ?? 0) \($0.severity.rawValue) \($0.code): \($0.message)"
    }
  }

  @Test func `a file without faults has no finding`() throws {
    #expect(try findings("ok.krn") == [])
  }

  @Test func `a voice that is too long is named`() throws {
    #expect(
      try findings("long.krn") == [
        "10:4 error voice-too-long: Voice too long: measure 1, staff 1, voice 1. Found 4/4."
          + " Expected 3/4."
      ]
    )
  }

  /// Inputs that once ended the process.
  @Test(arguments: ["header-cut.krn", "header-mixed.krn"])
  func `what fuzzing found has findings and no score`(name: String) throws {
    let outcome = KernReader.read(try MusicFixtures.text("fuzz/" + name), isStrict: false)
    #expect(outcome.score == nil)
    #expect(outcome.findings.contains { $0.code == "no-header" && $0.line == 1 })
  }

  @Test func `a join of one spine is an error`() throws {
    #expect(
      try findings("badjoin.krn") == [
        "16:1 error spine-join: *v stands alone.",
        "17:4 error field-count: Expected 3 fields, but found 2.",
      ]
    )
  }

  @Test func `a note without a pitch is an error`() throws {
    #expect(
      try findings("badpitch.krn") == ["7:5 error pitch: An accidental without a pitch."]
    )
  }

  @Test func `a field too many is an error`() throws {
    #expect(
      try findings("extra.krn") == [
        "8:8 error field-count: Expected 2 fields, but found 3."
      ]
    )
  }

  @Test func `a file comes back as it was written, its barlines and order of signs aside`() throws {
    let text = try MusicFixtures.text("ok.krn")
    guard let score = KernReader.read(text, isStrict: true).score else {
      Issue.record("no score")
      return
    }
    #expect(KernWriter.write(score) == text)
    #expect(score.parts == [Part(staffCount: 2)])
    #expect(score.measures.count == 2)
    for form in KernForm.allCases {
      let written = KernWriter.write(score, as: form)
      let again = KernReader.read(written, isStrict: true)
      #expect(again.form == form)
      #expect(again.findings == [], "\(written)")
      if form == .ekern { #expect(again.score == score) }
    }
  }
}
