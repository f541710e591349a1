/// A deterministic automaton in which every state reaches acceptance.
///
/// State 0 is the start; a language without any text has no state at all.
struct ByteAutomaton: Sendable {
  /// Bytes that no state tells apart share a class.
  private(set) var classes: [UInt8]
  private(set) var classCount: Int
  /// Target by `state * classCount + class`, -1 for none.
  private(set) var table: [Int32]
  private(set) var accepts: [Bool]
  /// Bytes of the shortest text from each state to acceptance.
  private(set) var distances: [Int32] = []

  var count: Int { accepts.count }

  func target(of state: Int, _ byte: UInt8) -> Int {
    Int(table[state * classCount + Int(classes[Int(byte)])])
  }

  /// The states that follow a state, with the bytes that lead there.
  func targets(of state: Int) -> [(target: Int, bytes: ByteSet)] {
    var sets: [Int: ByteSet] = [:]
    for byte in UInt8.min...UInt8.max {
      let target = target(of: state, byte)
      if target >= 0 { sets[target, default: ByteSet()].insert(byte) }
    }
    return sets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The automaton of a language, by the subset construction.
  ///
  /// - Parameters:
  ///   - node: The language.
  ///   - limit: Most states.
  /// - Throws: ``ConstraintDefinitionError/tooManyStates(limit:)``.
  init(_ node: RegularLanguage.Node, limit: Int) throws(ConstraintDefinitionError) {
    let source = try NondeterministicAutomaton(node, limit: limit)
    var known: [[Int]: Int] = [:]
    var sets: [[Int]] = [source.closure([source.start])]
    known[sets[0]] = 0
    let classes = byteClasses(Set(source.edges.lazy.joined().map(\.bytes)))
    let representatives = (0..<classes.count).compactMap { index in
      classes.byteClass.firstIndex(of: UInt8(index))
    }
    var table: [Int32] = []
    var index = 0
    while index < sets.count {
      let edges = sets[index].flatMap { source.edges[$0] }
      for byte in representatives {
        let targets = edges.filter { $0.bytes.contains(UInt8(byte)) }.map(\.target)
        guard !targets.isEmpty else {
          table.append(-1)
          continue
        }
        let set = source.closure(targets)
        if known[set] == nil {
          guard sets.count < limit else { throw .tooManyStates(limit: limit) }
          known[set] = sets.count
          sets.append(set)
        }
        table.append(Int32(known[set] ?? 0))
      }
      index += 1
    }
    self.init(
      classes: classes.byteClass,
      classCount: classes.count,
      table: table,
      accepts: sets.map { $0.contains(source.end) }
    )
  }

  /// Takes out the states from which nothing is accepted, and joins those that accept the same.
  private init(classes: [UInt8], classCount: Int, table: [Int32], accepts: [Bool]) {
    self.classes = classes
    self.classCount = classCount
    var sources = [[Int]](repeating: [], count: accepts.count)
    for (index, target) in table.enumerated() where target >= 0 {
      sources[Int(target)].append(index / classCount)
    }
    var distances = [Int32](repeating: -1, count: accepts.count)
    var frontier = accepts.indices.filter { accepts[$0] }
    for state in frontier { distances[state] = 0 }
    while !frontier.isEmpty {
      var next: [Int] = []
      for state in frontier {
        for source in sources[state] where distances[source] < 0 {
          distances[source] = distances[state] + 1
          next.append(source)
        }
      }
      frontier = next
    }
    let blocks = equivalentStates(distances, table: table, classCount: classCount)
    // The first state of each block stands for it, renumbered in order of appearance.
    var names = [Int32](repeating: -1, count: blocks.count + 1)
    var kept: [Int] = []
    if let first = distances.first, first >= 0 {
      for state in accepts.indices where distances[state] >= 0 && names[blocks[state]] < 0 {
        names[blocks[state]] = Int32(kept.count)
        kept.append(state)
      }
    }
    self.table = kept.flatMap { state in
      (0..<classCount).map { column -> Int32 in
        let target = table[state * classCount + column]
        return target < 0 ? -1 : names[blocks[Int(target)]]
      }
    }
    self.accepts = kept.map { accepts[$0] }
    self.distances = kept.map { distances[$0] }
  }

  /// The texts that contain none of some words, by Aho and Corasick's construction.
  static func withoutWords(_ words: [[UInt8]]) -> ByteAutomaton {
    var next: [[UInt8: Int]] = [[:]]
    var isWord = [false]
    for word in words {
      var state = 0
      for byte in word {
        if let target = next[state][byte] {
          state = target
        } else {
          next[state][byte] = next.count
          state = next.count
          next.append([:])
          isWord.append(false)
        }
      }
      isWord[state] = true
    }
    var fallback = [Int](repeating: 0, count: next.count)
    var table = [Int32](repeating: 0, count: next.count * 256)
    var queue = [0]
    var index = 0
    while index < queue.count {
      let state = queue[index]
      index += 1
      isWord[state] = isWord[state] || isWord[fallback[state]]
      for byte in 0..<256 {
        let inherited = state == 0 ? 0 : Int(table[fallback[state] * 256 + byte])
        if let target = next[state][UInt8(byte)] {
          fallback[target] = inherited
          table[state * 256 + byte] = Int32(target)
          queue.append(target)
        } else {
          table[state * 256 + byte] = Int32(inherited)
        }
      }
    }
    for entry in table.indices where isWord[Int(table[entry])] { table[entry] = -1 }
    return ByteAutomaton(
      classes: Array(UInt8.min...UInt8.max),
      classCount: 256,
      table: table,
      accepts: isWord.map { !$0 }
    )
  }

  /// The texts of both.
  func intersection(
    with other: ByteAutomaton,
    limit: Int
  ) throws(ConstraintDefinitionError) -> ByteAutomaton {
    guard count > 0, other.count > 0 else {
      return ByteAutomaton(classes: classes, classCount: classCount, table: [], accepts: [])
    }
    var known: [SIMD2<Int32>: Int32] = [SIMD2(0, 0): 0]
    var pairs: [SIMD2<Int32>] = [SIMD2(0, 0)]
    var table: [Int32] = []
    var index = 0
    while index < pairs.count {
      let pair = pairs[index]
      index += 1
      for byte in UInt8.min...UInt8.max {
        let mine = target(of: Int(pair.x), byte)
        let theirs = other.target(of: Int(pair.y), byte)
        guard mine >= 0, theirs >= 0 else {
          table.append(-1)
          continue
        }
        let next = SIMD2(Int32(mine), Int32(theirs))
        if known[next] == nil {
          guard pairs.count < limit else { throw .tooManyStates(limit: limit) }
          known[next] = Int32(pairs.count)
          pairs.append(next)
        }
        table.append(known[next] ?? 0)
      }
    }
    return ByteAutomaton(
      classes: Array(UInt8.min...UInt8.max),
      classCount: 256,
      table: table,
      accepts: pairs.map { accepts[Int($0.x)] && other.accepts[Int($0.y)] }
    )
  }
}

/// A block for each state such that states of one block accept the same texts.
///
/// Moore's refinement, begun with the distance to acceptance, which equivalent states share; so long
/// chains are told apart at once. Dead states, of distance -1, form one block.
private func equivalentStates(
  _ distances: [Int32],
  table: [Int32],
  classCount: Int
) -> [Int] {
  var blocks = distances.map { Int($0) + 1 }
  var count = Set(blocks).count
  while true {
    var names: [[Int]: Int] = [:]
    let refined = blocks.indices.map { state in
      guard distances[state] >= 0 else { return 0 }
      let row = (0..<classCount).map { column in
        let target = Int(table[state * classCount + column])
        return target < 0 ? 0 : blocks[target]
      }
      let key = [blocks[state]] + row
      let name = names[key] ?? names.count + 1
      names[key] = name
      return name
    }
    blocks = refined
    let found = Set(refined).count
    guard found > count else { return blocks }
    count = found
  }
}

/// The coarsest classes of bytes that every one of some sets is a union of.
private func byteClasses(_ sets: Set<ByteSet>) -> (byteClass: [UInt8], count: Int) {
  var byteClass = [Int](repeating: 0, count: 256)
  var count = 1
  for set in sets {
    var names: [Int: Int] = [:]
    var renamed = byteClass
    for byte in 0..<256 {
      let key = byteClass[byte] * 2 + (set.contains(UInt8(byte)) ? 1 : 0)
      if names[key] == nil { names[key] = names.count }
      renamed[byte] = names[key] ?? 0
    }
    byteClass = renamed
    count = names.count
  }
  return (byteClass.map { UInt8($0) }, count)
}
