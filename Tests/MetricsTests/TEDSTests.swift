import Foundation
import Metrics
import Testing

@Suite struct TEDSTests {
  struct Pair: Decodable {
    let prediction: String
    let reference: String
    let pubTabNet: Double
    let structure: Double
    let tableRecognitionMetric: Double

    enum CodingKeys: String, CodingKey {
      case prediction, reference
      case pubTabNet = "teds-pubtabnet"
      case structure = "teds-struct-pubtabnet"
      case tableRecognitionMetric = "teds-trm"
    }
  }

  struct Golden: Decodable {
    let pairs: [Pair]
  }

  private func recorded<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../Goldens/TEDS/\(name)").standardized
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  private func check(_ pair: Pair, within tolerance: Double, _ wrap: (String) -> String) {
    let (prediction, reference) = (wrap(pair.prediction), wrap(pair.reference))
    func difference(_ metric: TEDS, _ expected: Double) -> Double {
      abs(metric.score(prediction: prediction, reference: reference) - expected)
    }
    #expect(difference(TEDS(.pubTabNet), pair.pubTabNet) <= tolerance, "\(prediction)")
    #expect(
      difference(TEDS(.pubTabNet, structureOnly: true), pair.structure) <= tolerance,
      "\(prediction)"
    )
    #expect(
      difference(TEDS(.tableRecognitionMetric), pair.tableRecognitionMetric) <= tolerance,
      "\(prediction)"
    )
  }

  @Test func `recorded pairs get the values of the reference programs`() throws {
    let pairs = try recorded("teds.json", as: [Pair].self)
    #expect(pairs.count >= 300)
    for pair in pairs { check(pair, within: 1e-6) { $0 } }
  }

  @Test func `values measured with PubTabNet's own program are met`() throws {
    let golden = try recorded("golden_teds.json", as: Golden.self)
    #expect(golden.pairs.count == 6)
    for pair in golden.pairs {
      check(pair, within: 5.1e-5) { "<html><body><table>\($0)</table></body></html>" }
    }
  }

  @Test func `a fragment counts as a page`() {
    let fragment = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    let other = "<table><tbody><tr><td>a</td><td>c</td></tr></tbody></table>"
    let page = "<html><body>\(other)</body></html>"
    #expect(TEDS(.pubTabNet).score(prediction: fragment, reference: page) == 0.75)
    #expect(TEDS(.pubTabNet).score(prediction: fragment, reference: other) == 0.75)
  }

  @Test func `texts without a usable table score 0`() {
    let table = "<table><tbody><tr><td>a</td></tr></tbody></table>"
    let texts = [
      "", " ", "a", "<div>\(table)</div>", "<table><tr><td colspan=x>a", "\u{0}",
      "<table><tr><td rowspan=--1>a", "<table><tr><td rowspan=--9223372036854775808>a",
    ]
    for text in texts {
      for metric in [TEDS(.pubTabNet), TEDS(.tableRecognitionMetric)] {
        #expect(metric.score(prediction: text, reference: table) == 0, "\(text)")
        #expect(metric.score(prediction: table, reference: text) == 0, "\(text)")
      }
    }
    let empty = "<table></table>"
    #expect(TEDS(.pubTabNet).score(prediction: empty, reference: empty) == 1)
  }

  @Test func `tables of 40 by 8 cells are compared in well under a second`() {
    func page(_ mark: String) -> String {
      let rows = (0..<40).map { row in
        let cells = (0..<8).map { "<td>cell \(row * 8 + $0) \(mark)</td>" }.joined()
        return "<tr>\(cells)</tr>"
      }
      return "<table><tbody>\(rows.joined())</tbody></table>"
    }
    // Time of this thread, so that other tests do not count.
    let start = clock()
    let score = TEDS(.pubTabNet).score(prediction: page("a"), reference: page("b"))
    let seconds = clock() - start
    #expect(score > 0.8 && score < 1)
    #expect(seconds < 0.5, "\(seconds) s")
  }

  /// CPU time of the calling thread in seconds.
  private func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  @Test func `tables past the limit give no number`() {
    let cells = String(repeating: "<td></td>", count: 4200)
    let wide = "<table><tbody><tr>\(cells)</tr></tbody></table>"
    #expect(TEDS(.pubTabNet).score(prediction: wide, reference: wide).isNaN)
  }
}
