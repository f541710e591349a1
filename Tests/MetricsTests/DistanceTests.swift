import Metrics
import Testing

@Suite struct DistanceTests {
  /// The textbook table.
  private func slowDistance(_ a: [Int32], _ b: [Int32]) -> Int {
    var row = Array(0...b.count)
    for (i, symbol) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let best = min(diagonal + (symbol == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
  }

  /// Every sequence over `0..<symbols` of at most `length` symbols.
  private func sequences(symbols: Int32, length: Int) -> [[Int32]] {
    var all: [[Int32]] = [[]]
    var longest = all
    for _ in 0..<length {
      longest = longest.flatMap { start in (0..<symbols).map { start + [$0] } }
      all += longest
    }
    return all
  }

  @Test func `all short sequences have the textbook's distance`() {
    let all = sequences(symbols: 3, length: 4)
    for a in all {
      let pattern = EditDistance(from: a, symbolCount: 3)
      for b in all { #expect(pattern.distance(to: b) == slowDistance(a, b), "\(a) \(b)") }
    }
  }

  @Test func `sequences around the length of a machine word have the textbook's distance`() {
    var generator = SplitMix(state: 7)
    for length in [62, 63, 64, 65, 127, 128, 129, 200] {
      for other in [0, 1, 60, 64, 65, 130, 210] {
        let a = (0..<length).map { _ in Int32.random(in: 0..<4, using: &generator) }
        let b = (0..<other).map { _ in Int32.random(in: 0..<5, using: &generator) }
        let fast = EditDistance(from: a, symbolCount: 5).distance(to: b)
        #expect(fast == slowDistance(a, b), "lengths \(length) and \(other), seed 7")
      }
    }
  }

  /// A tree for the slow definition.
  private indirect enum Tree: Equatable {
    case node(Int, [Tree])
  }

  /// The distance of two forests by its recursive definition: the last root of one is deleted, of
  /// the other inserted, or the two are matched.
  private func slowDistance(_ a: [Tree], _ b: [Tree]) -> Int {
    if a.isEmpty && b.isEmpty { return 0 }
    var best = Int.max
    if case .node(_, let children) = a.last {
      best = min(best, slowDistance(a.dropLast() + children, b) + 1)
    }
    if case .node(_, let children) = b.last {
      best = min(best, slowDistance(a, b.dropLast() + children) + 1)
    }
    if case .node(let label, let left) = a.last, case .node(let other, let right) = b.last {
      let matched = slowDistance(left, right) + slowDistance(a.dropLast(), b.dropLast())
      best = min(best, matched + (label == other ? 0 : 1))
    }
    return best
  }

  /// Every forest of `count` nodes with labels 0 and 1.
  private func forests(_ count: Int) -> [[Tree]] {
    guard count > 0 else { return [[]] }
    var all: [[Tree]] = []
    for inside in 0..<count {
      for children in forests(inside) {
        for rest in forests(count - 1 - inside) {
          for label in 0...1 { all.append([.node(label, children)] + rest) }
        }
      }
    }
    return all
  }

  private func flatten(_ tree: Tree, _ shape: inout OrderedTree, _ labels: inout [Int]) {
    guard case .node(let label, let children) = tree else { return }
    let first = shape.count
    for child in children { flatten(child, &shape, &labels) }
    shape.append(firstDescendant: first)
    labels.append(label)
  }

  @Test func `all small trees have the distance of the recursive definition`() {
    let trees = (1...4).flatMap { count in forests(count).filter { $0.count == 1 } }
    #expect(trees.count == 2 + 4 + 16 + 80)
    var flat: [(OrderedTree, [Int])] = []
    for tree in trees {
      var shape = OrderedTree()
      var labels: [Int] = []
      flatten(tree[0], &shape, &labels)
      flat.append((shape, labels))
    }
    for (i, a) in trees.enumerated() {
      for (j, b) in trees.enumerated() where (i + j).isMultiple(of: 3) {
        let fast = flat[i].0.distance(to: flat[j].0) {
          flat[i].1[$0] == flat[j].1[$1] ? 0 : 1
        }
        #expect(fast == Double(slowDistance(a, b)), "\(a) \(b)")
      }
    }
  }
}

/// Numbers that are the same in every run: SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
