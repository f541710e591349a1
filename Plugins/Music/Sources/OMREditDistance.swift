/// Edits that turn the symbols of one score into those of another, as musicdiff 5.2 counts them with all
/// objects and without voicing (its defaults).
///
/// Bars that both staves have are found first (Myers, "An O(ND) difference algorithm", 1986); between them
/// bars are inserted, deleted, or edited symbol by symbol, whichever is least.
enum OMREditDistance {
  /// The edit distance.
  static func distance(_ first: ScoreSymbols, _ second: ScoreSymbols) -> Int {
    var cost = 0
    let common = min(first.staves.count, second.staves.count)
    for staff in first.staves[common...] + second.staves[common...] {
      cost += staff.reduce(0) { $0 + $1.size }
    }
    for (one, other) in zip(first.staves, second.staves) {
      for (bars, others) in differences(one, other) { cost += blockCost(bars, others) }
    }
    return cost + (first.hasBrace == second.hasBrace ? 0 : ScoreSymbols.braceSize)
  }

  private typealias Bar = ScoreSymbols.Bar

  /// Runs of bars between those that both have.
  private static func differences(_ first: [Bar], _ second: [Bar]) -> [([Bar], [Bar])] {
    let (a, b) = (first.map(\.content), second.map(\.content))
    enum Step { case first(Int), second(Int), both }
    var frontier: [Int: (x: Int, steps: [Step])] = [1: (0, [])]
    for d in 0...(a.count + b.count) {
      for k in stride(from: -d, through: d, by: 2) {
        let (left, right) = (frontier[k - 1]?.x ?? -1, frontier[k + 1]?.x ?? -1)
        let goesDown = k == -d || (k != d && left < right)
        guard var (x, steps) = frontier[goesDown ? k + 1 : k - 1] else { continue }
        if !goesDown { x += 1 }
        var y = x - k
        if goesDown, (1...max(b.count, 1)).contains(y), y <= b.count {
          steps.append(.second(y - 1))
        } else if x >= 1, x <= a.count {
          steps.append(.first(x - 1))
        }
        while x < a.count, y >= 0, y < b.count, a[x] == b[y] {
          (x, y) = (x + 1, y + 1)
          steps.append(.both)
        }
        if x >= a.count, y >= b.count {
          var runs: [([Bar], [Bar])] = [([], [])]
          for step in steps {
            switch step {
            case .first(let index): runs[runs.count - 1].0.append(first[index])
            case .second(let index): runs[runs.count - 1].1.append(second[index])
            case .both: runs.append(([], []))
            }
          }
          return runs.filter { !$0.0.isEmpty || !$0.1.isEmpty }
        }
        frontier[k] = (x, steps)
      }
    }
    return [(first, second)]
  }

  private static func blockCost(_ first: [Bar], _ second: [Bar]) -> Int {
    leastCost(first.map(\.size), second.map(\.size)) { i, j in
      first[i].content == second[j].content ? 0 : barCost(first[i], second[j])
    }
  }

  /// The least cost of deleting, inserting and editing elements in order.
  private static func leastCost(
    _ deletions: [Int],
    _ insertions: [Int],
    _ edit: (Int, Int) -> Int
  ) -> Int {
    var row = [0]
    for cost in insertions { row.append(row[row.count - 1] + cost) }
    for (i, deletion) in deletions.enumerated() {
      var diagonal = row[0]
      row[0] += deletion
      for (j, insertion) in insertions.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + deletion, row[j] + insertion, diagonal + edit(i, j))
        diagonal = above
      }
    }
    return row[insertions.count]
  }

  private static func barCost(_ first: Bar, _ second: Bar) -> Int {
    pairedCost(
      first.heads,
      second.heads,
      size: \.size,
      mayPair: {
        $0.looks.pitch == $1.looks.pitch && $0.onset == $1.onset
          && ($0.looks.grace == nil) == ($1.looks.grace == nil)
      },
      isBetter: { $0.value == $1.value && $0.looks.dots == $1.looks.dots },
      edit: { cost($0.looks, $1.looks) }
    )
      + pairedCost(
        first.signs,
        second.signs,
        size: \.size,
        mayPair: { $0.kind == $1.kind && $0.onset == $1.onset },
        isBetter: {
          guard $0.length == $1.length else { return false }
          switch $0.kind {
          case .clef: return $0.symbol == $1.symbol
          case .keysig, .timesig: return $0.details == $1.details
          default: return true
          }
        },
        edit: cost
      )
  }

  /// The cost when each element of the first list takes the first of the second that suits it best.
  private static func pairedCost<Element>(
    _ first: [Element],
    _ second: [Element],
    size: (Element) -> Int,
    mayPair: (Element, Element) -> Bool,
    isBetter: (Element, Element) -> Bool,
    edit: (Element, Element) -> Int
  ) -> Int {
    var left = second
    var cost = 0
    for element in first {
      let candidates = left.indices.filter { mayPair(element, left[$0]) }
      guard let match = candidates.first(where: { isBetter(element, left[$0]) }) ?? candidates.first
      else {
        cost += size(element)
        continue
      }
      cost += edit(element, left.remove(at: match))
    }
    return cost + left.reduce(0) { $0 + size($1) }
  }

  private static func cost(
    _ first: ScoreSymbols.Head.Looks,
    _ second: ScoreSymbols.Head.Looks
  ) -> Int {
    var cost = 0
    if first.accidental != second.accidental {
      cost += first.accidental == nil || second.accidental == nil ? 1 : 2
    }
    if first.startsTie != second.startsTie { cost += 1 }
    if first.head != second.head { cost += 2 }
    cost += abs(first.dots - second.dots)
    if first.grace != second.grace {
      // One kind for another, and the stroke.
      cost += 2 + ((first.grace == .slashed) != (second.grace == .slashed) ? 1 : 0)
    }
    cost += edits(first.beams, second.beams)
    cost += edits(first.tuplets.map(\.place), second.tuplets.map(\.place))
    cost += edits(first.tuplets.map(\.number), second.tuplets.map(\.number))
    cost += edits(first.articulations, second.articulations)
    return cost + edits(first.expressions, second.expressions)
  }

  private static func edits<Element: Equatable>(_ first: [Element], _ second: [Element]) -> Int {
    leastCost(first.map { _ in 1 }, second.map { _ in 1 }) { first[$0] == second[$1] ? 0 : 1 }
  }

  private static func cost(_ first: ScoreSymbols.Sign, _ second: ScoreSymbols.Sign) -> Int {
    var cost = first.symbol == second.symbol ? 0 : 2
    for (key, value) in first.details where second.details[key] != value {
      cost += second.details[key] == nil ? 1 : 2
    }
    cost += second.details.keys.count { first.details[$0] == nil }
    return cost + (first.length == second.length ? 0 : 1)
  }
}
