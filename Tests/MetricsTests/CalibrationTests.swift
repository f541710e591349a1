import Foundation
import Metrics
import Testing

@Suite struct CalibrationTests {
  private struct Case: Decodable {
    let confidences: [Double]
    let right: [Int]
    let bins: Int
    let error: Double
    let brier: Double
  }

  @Test func `300 recorded cases agree with torchmetrics and scikit-learn`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../Goldens/Calibration/calibration.json").standardized
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
    #expect(cases.count == 300)
    for (index, one) in cases.enumerated() {
      let right = one.right.map { $0 == 1 }
      let error = Calibration.expectedError(one.confidences, isRight: right, bins: one.bins)
      let brier = Calibration.brierScore(one.confidences, isRight: right)
      #expect(abs(error - one.error) < 1e-6, "case \(index): \(error), expected \(one.error)")
      #expect(abs(brier - one.brier) < 1e-6, "case \(index): \(brier), expected \(one.brier)")
    }
  }

  /// All orders of the indices in which confidences do not rise.
  private func orders(_ confidences: [Double]) -> [[Int]] {
    func permutations(_ left: [Int]) -> [[Int]] {
      guard !left.isEmpty else { return [[]] }
      return left.flatMap { first in
        permutations(left.filter { $0 != first }).map { [first] + $0 }
      }
    }
    return permutations(Array(confidences.indices)).filter { order in
      zip(order, order.dropFirst()).allSatisfy { confidences[$0] >= confidences[$1] }
    }
  }

  @Test func `risks are the means over all orders, in every small world`() {
    let levels = [0.2, 0.7]
    for size in 0...5 {
      for code in 0..<1 << (2 * size) {
        let confidences = (0..<size).map { levels[code >> (2 * $0) & 1] }
        let losses = (0..<size).map { Double(code >> (2 * $0 + 1) & 1) }
        let all = orders(confidences)
        var expected = [Double](repeating: 0, count: size)
        for order in all {
          var sum = 0.0
          for (index, answer) in order.enumerated() {
            sum += losses[answer]
            expected[index] += sum / Double(index + 1) / Double(all.count)
          }
        }
        let found = Calibration.risks(confidences, losses: losses)
        #expect(found.count == size)
        #expect(
          zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 },
          "world \(code) of \(size)"
        )
        let area = Calibration.riskArea(confidences, losses: losses)
        #expect(abs(area - (size == 0 ? 0 : expected.reduce(0, +) / Double(size))) < 1e-12)
      }
    }
  }

  @Test func `confidence that sorts errors last has the least area`() {
    let losses = [0.0, 0, 0, 1]
    let best = Calibration.riskArea([0.9, 0.8, 0.7, 0.1], losses: losses)
    let worst = Calibration.riskArea([0.1, 0.2, 0.3, 0.9], losses: losses)
    #expect(abs(best - 0.0625) < 1e-12)
    #expect(best < worst)
    #expect(Calibration.riskArea([0.5, 0.5, 0.5, 0.5], losses: losses) == 0.25)
  }

  @Test func `nothing has no error`() {
    #expect(Calibration.expectedError([], isRight: []) == 0)
    #expect(Calibration.brierScore([], isRight: []) == 0)
    #expect(Calibration.riskArea([], losses: []) == 0)
  }
}
