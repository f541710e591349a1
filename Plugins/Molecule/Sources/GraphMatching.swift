/// Maximum matching in a general graph: Edmonds' blossom algorithm (1965), O(V^3).
struct GraphMatching {
  private var neighbours: [[Int]]
  private var mate: [Int]

  init(vertexCount: Int) {
    neighbours = [[Int]](repeating: [], count: vertexCount)
    mate = [Int](repeating: -1, count: vertexCount)
  }

  mutating func connect(_ first: Int, _ second: Int) {
    neighbours[first].append(second)
    neighbours[second].append(first)
  }

  /// Matches as many of the given vertices as possible, others only as it serves them.
  ///
  /// - Returns: The given vertices that stay unmatched, ascending; empty when all can be matched.
  mutating func unmatchedAfterServing(_ isNeeded: [Bool]) -> [Int] {
    // A vertex that needs no partner gets one of its own to fall back on, so that it can always give
    // up the one it has.
    for vertex in isNeeded.indices where !isNeeded[vertex] && !neighbours[vertex].isEmpty {
      neighbours.append([])
      mate.append(-1)
      connect(vertex, neighbours.count - 1)
    }
    let needed = isNeeded.indices.filter { isNeeded[$0] }
    for vertex in needed where mate[vertex] < 0 {
      if let free = neighbours[vertex].first(where: { mate[$0] < 0 }) {
        mate[vertex] = free
        mate[free] = vertex
      }
    }
    for vertex in needed where mate[vertex] < 0 { augment(from: vertex) }
    return needed.filter { mate[$0] < 0 }
  }

  private mutating func augment(from root: Int) {
    var search = BlossomSearch(neighbours: neighbours, mate: mate, root: root)
    guard var vertex = search.findPathEnd() else { return }
    while vertex >= 0 {
      let previous = search.parent[vertex]
      let next = mate[previous]
      mate[vertex] = previous
      mate[previous] = vertex
      vertex = next
    }
  }
}

/// One search for an augmenting path.
private struct BlossomSearch {
  let neighbours: [[Int]]
  let mate: [Int]
  let root: Int
  var parent: [Int]
  var base: [Int]
  var isOuter: [Bool]
  var queue: [Int]

  init(neighbours: [[Int]], mate: [Int], root: Int) {
    self.neighbours = neighbours
    self.mate = mate
    self.root = root
    let count = neighbours.count
    parent = [Int](repeating: -1, count: count)
    base = Array(0..<count)
    isOuter = [Bool](repeating: false, count: count)
    isOuter[root] = true
    queue = [root]
  }

  mutating func findPathEnd() -> Int? {
    var head = 0
    while head < queue.count {
      let vertex = queue[head]
      head += 1
      for next in neighbours[vertex] where base[vertex] != base[next] && mate[vertex] != next {
        if next == root || mate[next] >= 0 && parent[mate[next]] >= 0 {
          contract(vertex, next)
        } else if parent[next] < 0 {
          parent[next] = vertex
          guard mate[next] >= 0 else { return next }
          let partner = mate[next]
          isOuter[partner] = true
          queue.append(partner)
        }
      }
    }
    return nil
  }

  private mutating func contract(_ first: Int, _ second: Int) {
    let common = lowestCommonBase(first, second)
    var inBlossom = [Bool](repeating: false, count: base.count)
    mark(first, common, second, &inBlossom)
    mark(second, common, first, &inBlossom)
    for vertex in base.indices where inBlossom[base[vertex]] {
      base[vertex] = common
      if !isOuter[vertex] {
        isOuter[vertex] = true
        queue.append(vertex)
      }
    }
  }

  private mutating func mark(_ start: Int, _ common: Int, _ child: Int, _ inBlossom: inout [Bool]) {
    var (vertex, child) = (start, child)
    while base[vertex] != common {
      inBlossom[base[vertex]] = true
      inBlossom[base[mate[vertex]]] = true
      parent[vertex] = child
      child = mate[vertex]
      vertex = parent[mate[vertex]]
    }
  }

  private func lowestCommonBase(_ first: Int, _ second: Int) -> Int {
    var seen = [Bool](repeating: false, count: base.count)
    var vertex = first
    while true {
      vertex = base[vertex]
      seen[vertex] = true
      if mate[vertex] < 0 { break }
      vertex = parent[mate[vertex]]
    }
    vertex = second
    while true {
      vertex = base[vertex]
      if seen[vertex] { return vertex }
      vertex = parent[mate[vertex]]
    }
  }
}
