import Metrics
import TestSupport
import Testing

@Suite struct PlattScalingTests {
  private struct Case: Decodable {
    let scores: [Double]
    let right: [Int]
    let slope: Double
    let intercept: Double
  }

  @Test func `300 recorded curves are those of scikit-learn`() throws {
    let cases: [Case] = try recorded("PlattScaling/platt.json")
    #expect(cases.count == 300)
    for one in cases {
      let curve = try #require(PlattScaling(scores: one.scores, isRight: one.right.map { $0 == 1 }))
      #expect(abs(curve.slope - one.slope) < 1e-6 && abs(curve.intercept - one.intercept) < 1e-6)
    }
  }

  @Test func `a curve never promises certainty, and none is fitted to scores that say nothing`()
    throws
  {
    let all = try #require(
      PlattScaling(scores: [-2, -1, 1, 2], isRight: [true, true, true, true])
    )
    #expect(abs(all.probability(0) - 5.0 / 6) < 0.01)
    let parted = try #require(
      PlattScaling(scores: [-2, -1, 1, 2], isRight: [false, false, true, true])
    )
    #expect(parted.probability(2) < 1 && parted.probability(-2) > 0 && parted.slope > 0)
    #expect(PlattScaling(scores: [1, 1], isRight: [true, false]) == nil)
    #expect(PlattScaling(scores: [1, .infinity], isRight: [true, false]) == nil)
    #expect(PlattScaling(scores: [], isRight: []) == nil)
  }
}
