import MusicDomain
import TaskProtocol
import Testing

/// Values recorded with the reference implementations.
@Suite struct KernMetricsTests {
  private func score(_ name: String, _ prediction: String, _ reference: String) throws -> Double {
    let metric = try #require(MusicPlugin().metrics.first { $0.name == name })
    return metric.score(prediction, reference)
  }

  @Test func `a score against itself is at the best of every metric`() throws {
    let gold = try MusicFixtures.text("ok.krn")
    for metric in MusicPlugin().metrics {
      #expect(metric.best == 0 && metric.loss(of: metric.score(gold, gold)) == 0, "\(metric.name)")
      #expect(metric.loss(of: metric.score("", gold)) > 0, "\(metric.name)")
    }
  }

  @Test func `two edits in a file give the recorded rates`() throws {
    var gold = try MusicFixtures.text("ok.krn")
    gold.removeLast()
    let prediction = gold.replacing("4B\t4g)", with: "4B\t2g)").replacing("6bL", with: "12bL")
    #expect(abs(try score("cer-smt", prediction, gold) - 1.875) < 1e-9)
    #expect(abs(try score("ser", prediction, gold) - 2.469_135_802_469_136) < 1e-9)
    #expect(abs(try score("ler", prediction, gold) - 11.111_111_111_111_11) < 1e-9)
  }

  @Test func `the two definitions of the character error rate differ at chords`() throws {
    let (gold, prediction) = ("2.A 2.E\t4c", "2.A\t4c")
    #expect(abs(try score("cer-smt", prediction, gold) - 40) < 1e-9)
    #expect(abs(try score("cer-e2e-pianoform", prediction, gold) - 100.0 / 3) < 1e-9)
  }

  @Test func `equal texts have no errors and an empty reference is all or nothing`() throws {
    // The last one compares scores, which these are not.
    for metric in MusicPlugin().metrics.dropLast() {
      #expect(metric.score("4c\t4d\n", "4c\t4d\n") == 0)
      #expect(metric.score("", "4c") > 0)
    }
    #expect(try score("cer-smt", "", "") == 0)
    #expect(try score("cer-smt", "4c", "") == 100)
  }
}
