import Foundation
import MusicDomain
import TaskProtocol
import Testing

/// What musicdiff 5.2 says of 360 pairs; see Reference/record_omr_ned.py.
@Suite struct OMREditDistanceTests {
  private struct Pair: Decodable {
    let prediction: String
    let reference: String
    let distance: Int
    let sizes: [Int]
    let bars: [[[String]]]
  }

  private let metric: TaskMetric

  init() throws {
    metric = try #require(MusicPlugin().metrics.first { $0.name == "omr-ned" })
  }

  private func pairs() throws -> [Pair] {
    try JSONDecoder().decode([Pair].self, from: Data(try MusicFixtures.text("omr-ned.json").utf8))
  }

  /// A head as musicdiff prints it.
  private func text(_ head: ScoreSymbols.Head) -> String {
    let looks = head.looks
    var text = "[\(looks.pitch)\(looks.accidental ?? "")\(looks.startsTie ? "T" : "")]"
    text += "\(1 << max(looks.head, 0))" + String(repeating: "*", count: looks.dots)
    if let grace = looks.grace { text += grace == .slashed ? "unacc/" : "acc" }
    if !looks.beams.isEmpty { text += "B" }
    for beam in looks.beams {
      text += beam == .start ? "sr" : beam == .continue ? "co" : beam == .stop ? "sp" : "pa"
    }
    if !looks.tuplets.isEmpty { text += "T" }
    for tuplet in looks.tuplets {
      let place = tuplet.place
      text += place == .start ? "sr" : place == .continue ? "co" : place == .stop ? "sp" : "ss"
      if let number = tuplet.number { text += "(\(number))" }
    }
    return (([text] + looks.articulations) + looks.expressions).joined(separator: " ")
  }

  @Test func `the symbols of each bar are those that musicdiff counts`() throws {
    let pairs = try pairs()
    #expect(pairs.count >= 300)
    for (index, pair) in pairs.enumerated() {
      let score = try #require(
        KernReader.read(pair.reference, isStrict: false).score,
        "\(pair.reference)"
      )
      let symbols = ScoreSymbols(score)
      #expect(symbols.size == pair.sizes[1], "pair \(index):\n\(pair.reference)")
      for (staff, expected) in zip(symbols.staves, pair.bars) {
        for (bar, lines) in zip(staff, expected) {
          let found = bar.heads.map(text)
          #expect(found == Array(lines.prefix(found.count)), "pair \(index)")
          #expect(bar.heads.count + bar.signs.count == lines.count, "pair \(index): \(lines)")
        }
      }
    }
  }

  @Test func `the distance of each pair is musicdiff's`() throws {
    for (index, pair) in try pairs().enumerated() {
      let evidence = metric.evidence(
        ScoredPair(prediction: pair.prediction, references: [pair.reference])
      )
      #expect(
        evidence == [Double(pair.distance), Double(pair.sizes[0] + pair.sizes[1])],
        "pair \(index):\n\(pair.prediction)\n\(pair.reference)"
      )
    }
  }

  @Test func `a bar that is too long costs what is wrong with it`() throws {
    let (ok, long) = (try MusicFixtures.text("ok.krn"), try MusicFixtures.text("long.krn"))
    #expect(metric.evidence(ScoredPair(prediction: ok, references: [ok])) == [0, 104])
    // One head. musicdiff says 78 of 112: where bars do not add up its reader loses the place of every note.
    #expect(metric.evidence(ScoredPair(prediction: ok, references: [long])) == [3, 104])
  }

  @Test func `a prediction that is no score has nothing, and two that are empty are equal`() throws
  {
    let ok = try MusicFixtures.text("ok.krn")
    #expect(metric.score("no score", ok) == 1)
    #expect(metric.score(ok, "no score").isNaN)
    #expect(metric.evidence(ScoredPair(prediction: "no score", references: [ok])) == [52, 52])
  }
}
