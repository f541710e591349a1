import Metrics
import Testing

@Suite struct TradeOffTests {
  @Test func `the front and the cheapest are as defined, in every small world`() {
    for size in 0...4 {
      for code in 0..<(0..<size).reduce(1, { product, _ in product * 9 }) {
        var rest = code
        var costs: [Double] = []
        var values: [Double] = []
        for _ in 0..<size {
          costs.append(Double(rest % 3))
          values.append(Double(rest / 3 % 3))
          rest /= 9
        }
        let front = TradeOff.front(costs: costs, values: values)
        for index in 0..<size {
          let isBeaten = (0..<size).contains { other in
            let isNoWorse = costs[other] <= costs[index] && values[other] >= values[index]
            return isNoWorse && (costs[other], values[other]) != (costs[index], values[index])
          }
          #expect(front[index] == !isBeaten, "world \(code) of \(size)")
        }
        #expect(size == 0 || front.contains(true))
        for loss in [0.0, 1, 2] {
          let chosen = TradeOff.cheapest(costs: costs, values: values, loss: loss)
          guard let chosen else {
            #expect(size == 0)
            continue
          }
          let best = values.max() ?? 0
          #expect(values[chosen] >= best - loss)
          let isCheapest = (0..<size).allSatisfy {
            values[$0] < best - loss || costs[$0] >= costs[chosen]
          }
          #expect(isCheapest)
        }
      }
    }
  }
}
