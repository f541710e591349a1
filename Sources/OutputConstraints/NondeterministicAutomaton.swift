/// Thompson's automaton of a regular language: transitions on byte sets, and empty ones.
struct NondeterministicAutomaton {
  private(set) var edges: [[(bytes: ByteSet, target: Int)]] = []
  private(set) var empty: [[Int]] = []
  private(set) var start = 0
  private(set) var end = 0
  private let limit: Int

  /// The automaton of a language.
  ///
  /// - Parameters:
  ///   - node: The language.
  ///   - limit: Most states, of this and of every automaton on the way.
  /// - Throws: ``ConstraintDefinitionError/tooManyStates(limit:)``.
  init(
    _ node: RegularLanguage.Node,
    limit: Int
  ) throws(ConstraintDefinitionError) {
    self.limit = limit
    (start, end) = try add(node)
  }

  private mutating func state() throws(ConstraintDefinitionError) -> Int {
    // Copies of a fragment for its counts come before the subset construction shares them.
    guard edges.count < limit * 8 else { throw .tooManyStates(limit: limit) }
    edges.append([])
    empty.append([])
    return edges.count - 1
  }

  private mutating func add(
    _ node: RegularLanguage.Node
  ) throws(ConstraintDefinitionError) -> (start: Int, end: Int) {
    switch node {
    case .literal(let bytes):
      let start = try state()
      var last = start
      for byte in bytes {
        let next = try state()
        edges[last].append((ByteSet([byte]), next))
        last = next
      }
      return (start, last)
    case .oneOf(let set):
      let (start, end) = (try state(), try state())
      edges[start].append((set, end))
      return (start, end)
    case .sequence(let parts):
      let start = try state()
      var last = start
      for part in parts {
        let fragment = try add(part)
        empty[last].append(fragment.start)
        last = fragment.end
      }
      return (start, last)
    case .choice(let options):
      let (start, end) = (try state(), try state())
      for option in options {
        let fragment = try add(option)
        empty[start].append(fragment.start)
        empty[fragment.end].append(end)
      }
      return (start, end)
    case .repetition(let inner, let least, let most):
      return try addRepetition(inner, least: least, most: most)
    case .banning(let inner, let words):
      let automaton = try ByteAutomaton(inner, limit: limit)
        .intersection(with: .withoutWords(words), limit: limit)
      return try embed(automaton)
    }
  }

  private mutating func addRepetition(
    _ inner: RegularLanguage.Node,
    least: Int,
    most: Int?
  ) throws(ConstraintDefinitionError) -> (start: Int, end: Int) {
    let (start, end) = (try state(), try state())
    var last = start
    for _ in 0..<least {
      let fragment = try add(inner)
      empty[last].append(fragment.start)
      last = fragment.end
    }
    if let most {
      for _ in least..<max(least, most) {
        empty[last].append(end)
        let fragment = try add(inner)
        empty[last].append(fragment.start)
        last = fragment.end
      }
    } else {
      let fragment = try add(inner)
      empty[last].append(fragment.start)
      empty[fragment.end].append(last)
    }
    empty[last].append(end)
    return (start, end)
  }

  private mutating func embed(
    _ automaton: ByteAutomaton
  ) throws(ConstraintDefinitionError) -> (start: Int, end: Int) {
    let end = try state()
    let first = edges.count
    for _ in 0..<automaton.count { _ = try state() }
    for index in 0..<automaton.count {
      if automaton.accepts[index] { empty[first + index].append(end) }
      for (target, bytes) in automaton.targets(of: index) {
        edges[first + index].append((bytes, first + target))
      }
    }
    // A language without any text has no state: then nothing leads on.
    return (automaton.count == 0 ? try state() : first, end)
  }

  /// The states reached from some states without a byte, ascending.
  func closure(_ states: [Int]) -> [Int] {
    var seen = Set(states)
    var pending = states
    while let state = pending.popLast() {
      for next in empty[state] where seen.insert(next).inserted { pending.append(next) }
    }
    return seen.sorted()
  }
}
