import Metrics
import TestSupport
import Testing

@Suite struct GriTSTests {
  struct Pair: Decodable {
    let prediction: String
    let reference: String
    let top: [Double]
    let con: [Double]
    let loc: [Double]?
  }

  @Test func `400 recorded pairs agree with grits.py in topology, content and location`() throws {
    let pairs: [Pair] = try recorded("GriTS/grits.json")
    #expect(pairs.count == 400 && pairs.count { $0.loc != nil } >= 100)
    for pair in pairs {
      for (feature, expected) in [
        (GriTS.Feature.topology, pair.top), (.content, pair.con), (.location, pair.loc),
      ] {
        let score = GriTS(feature).score(prediction: pair.prediction, reference: pair.reference)
        guard let expected else {
          #expect(score == nil, "boxes in \(pair.prediction)")
          continue
        }
        let found = try #require(score)
        for (value, wanted) in zip([found.f, found.precision, found.recall], expected) {
          #expect(
            abs(value - wanted) < 1e-6,
            "\(feature): \(value), not \(wanted): \(pair.prediction)"
          )
        }
      }
    }
  }

  private func f(_ feature: GriTS.Feature, _ prediction: String, _ reference: String) -> Double? {
    GriTS(feature).score(prediction: prediction, reference: reference)?.f
  }

  private let square = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"

  @Test func `the golden values of grits.py are met`() {
    let wrong = square.replacing("<td>d", with: "<td>x")
    #expect(f(.topology, square, square) == 1 && f(.content, square, square) == 1)
    #expect(f(.topology, wrong, square) == 1 && f(.content, wrong, square) == 0.75)
  }

  @Test func `matching blocks are those of difflib, its automatic junk included`() {
    let long = String(repeating: "x", count: 210)
    func ratio(_ first: String, _ second: String) -> Double {
      var similarity = SequenceSimilarity(to: Array(second.unicodeScalars))
      return similarity.ratio(of: Array(first.unicodeScalars))
    }
    #expect(ratio("\(long)b", "c\(long)") == 0)
    let pairs = [String(repeating: "ab", count: 30), String(repeating: "ba", count: 30)]
    #expect(abs(ratio(pairs[0], pairs[1]) - 0.983333333) < 1e-6)
    #expect(ratio("abcd", "bdac") == 0.5 && ratio("", "") == 1 && ratio("", "a") == 0)
  }

  @Test func `every table is like itself, also where grits.py stops with an error`() {
    for table in [
      "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
      "<table><tr><td>a<br>b&nbsp;c</td></tr></table>",
      "<table><tr><td rowspan=\"3\" colspan=\"2\">a</td><td>b</td></tr></table>",
      "<table><tr><td rowspan=\"x\" colspan=\"0\">a</td></tr></table>",
      "<table><td>a</td><tr><td>b</td></tr></table>",
      "<table></table>", "", "no table at all",
    ] {
      #expect(f(.topology, table, table) == 1, "\(table)")
      #expect(f(.content, table, table) == 1, "\(table)")
    }
  }

  @Test func `text without a table has nothing in common with a table`() {
    for text in ["", "no table", "<p>a</p>"] {
      for (prediction, reference) in [(text, square), (square, text)] {
        #expect(f(.topology, prediction, reference) == 0, "\(prediction)")
        #expect(f(.content, prediction, reference) == 0, "\(prediction)")
      }
    }
  }

  @Test func `a table that claims more slots than are compared has no score`() {
    let wide =
      "<table><tr><td colspan=\"65536\">a</td></tr><tr><td colspan=\"60000\">b</td></tr></table>"
    #expect(f(.content, wide, wide) == nil)
    #expect(
      f(
        .content,
        "<table><tr><td colspan=\"99999999999\" rowspan=\"9\">a</td></tr></table>",
        square
      ) == nil
    )
  }
}
