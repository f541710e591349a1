import MusicDomain
import TaskProtocol
import Testing

/// Random scores through **kern and back.
@Suite struct KernRoundTripTests {
  /// Every note of a score with its measure, staff, place and length, sorted.
  ///
  /// No round trip may change them. Voices may be numbered anew, and pauses of a first voice become invisible rests.
  private func notes(of score: Score) -> [String] {
    var all: [String] = []
    for (index, measure) in score.measures.enumerated() {
      for (row, staff) in measure.staves.enumerated() {
        for event in staff.voices.flatMap(\.events) {
          for note in event.notes {
            let tie = note.tie?.rawValue ?? "-"
            all.append(
              "\(index) \(row) \(event.onset) \(event.length) \(note.pitch) \(tie)"
                + " \(event.grace?.rawValue ?? "-")"
            )
          }
        }
      }
    }
    return all.sorted()
  }

  private func read(_ text: String, _ seed: UInt64) throws -> Score {
    let outcome = KernReader.read(text, isStrict: false)
    let errors = outcome.findings.filter { $0.severity == .error }
    #expect(errors == [], "seed \(seed):\n\(text)")
    return try #require(outcome.score, "seed \(seed)")
  }

  @Test func `notes, places, lengths and ties survive, and a second pass changes nothing`() throws {
    for seed in UInt64(0)..<200 {
      var scores = RandomScores(seed: seed)
      let score = scores.score()
      let first = try read(KernWriter.write(score), seed)
      #expect(notes(of: first) == notes(of: score), "seed \(seed)")
      #expect(first.measures.map(\.ending) == score.measures.map(\.ending), "seed \(seed)")
      #expect(first.references.map(\.key) == score.references.map(\.key), "seed \(seed)")
      #expect(first.parts.map(\.staffCount) == score.parts.map(\.staffCount), "seed \(seed)")
      let text = KernWriter.write(first)
      let second = try read(text, seed)
      #expect(KernWriter.write(second) == text, "seed \(seed)")
      #expect(try read(KernWriter.write(second), seed) == second, "seed \(seed)")
    }
  }

  @Test func `the extended form holds what plain kern holds, and the basic one the pitches`() throws
  {
    for seed in UInt64(200)..<300 {
      var scores = RandomScores(seed: seed)
      // Voices and slurs have their final numbers after the second pass.
      let once = try read(KernWriter.write(scores.score()), seed)
      let score = try read(KernWriter.write(once), seed)
      #expect(try read(KernWriter.write(score, as: .ekern), seed) == score, "seed \(seed)")
      let basic = try read(KernWriter.write(score, as: .bekern), seed)
      var plain = score
      for measure in plain.measures.indices {
        for staff in plain.measures[measure].staves.indices {
          for voice in plain.measures[measure].staves[staff].voices.indices {
            for event in plain.measures[measure].staves[staff].voices[voice].events.indices {
              let old = plain.measures[measure].staves[staff].voices[voice].events[event]
              plain.measures[measure].staves[staff].voices[voice].events[event].notes =
                old.notes.map { Note($0.pitch, accidental: $0.accidental) }
            }
          }
        }
      }
      #expect(notes(of: basic) == notes(of: plain), "seed \(seed)")
    }
  }
}
