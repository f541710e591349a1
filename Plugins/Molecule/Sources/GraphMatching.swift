/// Maximum matching in a general graph: Edmonds' blossom algorithm (1965), O(V^3) in each component.
struct GraphMatching {
  /// Largest component that is matched.
  static let maximumComponentSize = 2000

  /// Matches as many of the given vertices as possible, others only as it serves them.
  ///
  /// - Parameters:
  ///   - isNeeded: For each vertex whether it must be matched.
  ///   - edges: Pairs that may be matched.
  /// - Returns: The needed vertices that stay unmatched, ascending, and the partner of each vertex, -1
  ///   for none; `nil` where a component is larger than ``maximumComponentSize``.
  static func match(
    _ isNeeded: [Bool],
    edges: [(Int, Int)]
  ) -> (unmatched: [Int], partners: [Int])? {
    var neighbours = [[Int]](repeating: [], count: isNeeded.count)
    for (first, second) in edges {
      neighbours[first].append(second)
      neighbours[second].append(first)
    }
    var local = [Int](repeating: -1, count: isNeeded.count)
    var unmatched: [Int] = []
    var partners = [Int](repeating: -1, count: isNeeded.count)
    for start in isNeeded.indices where local[start] < 0 && isNeeded[start] {
      var component = [start]
      local[start] = 0
      var next = 0
      while next < component.count {
        for other in neighbours[component[next]] where local[other] < 0 {
          local[other] = component.count
          component.append(other)
        }
        next += 1
      }
      guard component.count <= maximumComponentSize else { return nil }
      component.sort()
      for (index, vertex) in component.enumerated() { local[vertex] = index }
      var matching = GraphMatching(vertexCount: component.count)
      for vertex in component {
        for other in neighbours[vertex] where vertex < other {
          matching.connect(local[vertex], local[other])
        }
      }
      unmatched += matching.unmatchedAfterServing(component.map { isNeeded[$0] })
        .map { component[$0] }
      for (index, vertex) in component.enumerated() {
        // Partners past the component are those that were made up to fall back on.
        let mate = matching.mate[index]
        if mate >= 0, mate < component.count { partners[vertex] = component[mate] }
      }
    }
    return (unmatched.sorted(), partners)
  }

  private var neighbours: [[Int]]
  private var mate: [Int]

  private init(vertexCount: Int) {
    neighbours = [[Int]](repeating: [], count: vertexCount)
    mate = [Int](repeating: -1, count: vertexCount)
  }

  private mutating func connect(_ first: Int, _ second: Int) {
    neighbours[first].append(second)
    neighbours[second].append(first)
  }

  /// Matches as many of the given vertices as possible, others only as it serves them.
  ///
  /// - Returns: The given vertices that stay unmatched, ascending; empty when all can be matched.
  private mutating func unmatchedAfterServing(_ isNeeded: [Bool]) -> [Int] {
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
