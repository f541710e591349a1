import Foundation
import MusicDomain
import TaskProtocol
import TestSupport
import Testing

@Suite struct MusicXMLRoundTripTests {
  @Test func `a score comes back from MusicXML as it was`() throws {
    let count = UInt64(ProcessInfo.processInfo.environment["COPYIST_MUSIC_SCORES"] ?? "") ?? 300
    for seed in 0..<count {
      var scores = RandomScores(seed: seed)
      let score = scores.score()
      let text = try MusicXMLWriter.text(of: score)
      let reading: MusicXMLReader.Reading
      do {
        reading = try MusicXMLReader.read(Array(text.utf8), acceptsLoss: true)
      } catch {
        Issue.record("seed \(seed): \(error)")
        continue
      }
      #expect(reading.losses.filter { $0.code != "measure-too-short" } == [], "seed \(seed)")
      if reading.score != score {
        Issue.record("seed \(seed): \(firstDifference(score, reading.score))")
      }
      #expect(try MusicXMLWriter.text(of: reading.score) == text, "seed \(seed)")
    }
  }

  /// Where two scores part, in words.
  private func firstDifference(_ a: Score, _ b: Score) -> String {
    if a.references != b.references { return "references \(a.references) \(b.references)" }
    if a.parts != b.parts { return "parts \(a.parts) \(b.parts)" }
    if a.opening != b.opening {
      return "opening \(String(describing: a.opening)) \(String(describing: b.opening))"
    }
    for (index, (left, right)) in zip(a.measures, b.measures).enumerated() where left != right {
      for (staff, (x, y)) in zip(left.staves, right.staves).enumerated() where x != y {
        if x.attributes != y.attributes {
          return "measure \(index) staff \(staff) attributes\n\(x.attributes)\n\(y.attributes)"
        }
        for (voice, (v, w)) in zip(x.voices, y.voices).enumerated() where v != w {
          for (event, (e, f)) in zip(v.events, w.events).enumerated() where e != f {
            return "measure \(index) staff \(staff) voice \(voice) event \(event)\n\(e)\n\(f)"
          }
          return "measure \(index) staff \(staff) voice \(voice): \(v.events.count) \(w.events.count)"
        }
        return "measure \(index) staff \(staff): \(x.voices.count) \(y.voices.count) voices"
      }
      return "measure \(index): \(left.number ?? "-") \(right.number ?? "-")"
        + " \(String(describing: left.barline)) \(String(describing: right.barline))"
        + " \(left.ending ?? 0) \(right.ending ?? 0)"
    }
    return "measures \(a.measures.count) \(b.measures.count)"
  }
}
