/// An automaton that refuses the last letter of any of some terms, wherever one begins a word.
///
/// Aho and Corasick's construction over words: a term is a run of letters, or several with single
/// spaces between, and matches without regard to case where a word begins. Hyphens and slashes stand
/// for spaces, and several of these for one, so that `follow-up` and `follow up` are the same. All
/// else ends a word and, with it, whatever term has begun.
struct TermBan: Sendable {
  /// The node within a word that begins no term; the node after a word that ends none.
  static let withinWord: UInt16 = 0
  static let betweenWords: UInt16 = 1

  /// Symbols: 26 letters, a separator, and all else.
  private static let separator = 26
  private static let other = 27
  private static let symbolCount = 28

  /// Next nodes, `symbolCount` a node; -1 refuses.
  private let table: [Int16]
  /// Symbol of each byte.
  private let symbols: [UInt8]
  /// For each node, beginnings of separators and letters after them after which it differs from
  /// ``withinWord``; for nodes after a separator, beginnings after which it differs from
  /// ``betweenWords``.
  let exceptions: [[[UInt8]]]
  /// For each node, whether the last byte was no letter.
  let isBetweenWords: [Bool]

  /// Most nodes that the terms of one set may need.
  static let nodeLimit = 16_000

  /// The automaton of some terms, `nil` when they need more than ``nodeLimit`` nodes.
  ///
  /// - Parameter terms: ASCII letters with single spaces between words, at least two letters each.
  init?(_ terms: [String]) {
    var children: [[Int16]] = [[Int16](repeating: -1, count: Self.symbolCount)]
    var endsWithSeparator = [false]
    var isTerm = [false]
    func child(of node: Int, _ symbol: Int) -> Int {
      if children[node][symbol] < 0 {
        children[node][symbol] = Int16(truncatingIfNeeded: children.count)
        children.append([Int16](repeating: -1, count: Self.symbolCount))
        endsWithSeparator.append(symbol == Self.separator)
        isTerm.append(false)
      }
      return Int(children[node][symbol])
    }
    _ = child(of: 0, Self.separator)
    for term in terms {
      var node = Int(Self.betweenWords)
      for byte in term.utf8 {
        node = child(of: node, Int(Self.symbol(of: byte)))
        guard children.count <= Self.nodeLimit else { return nil }
      }
      isTerm[node] = true
    }

    var fallback = [Int](repeating: 0, count: children.count)
    var table = [Int16](repeating: 0, count: children.count * Self.symbolCount)
    var queue = [0]
    var index = 0
    while index < queue.count {
      let node = queue[index]
      index += 1
      isTerm[node] = isTerm[node] || isTerm[fallback[node]]
      for symbol in 0..<Self.symbolCount {
        let entry = node * Self.symbolCount + symbol
        let inherited = node == 0 ? 0 : table[fallback[node] * Self.symbolCount + symbol]
        if symbol == Self.other {
          table[entry] = Int16(Self.betweenWords)
        } else if symbol == Self.separator, endsWithSeparator[node] {
          table[entry] = Int16(node)
        } else if children[node][symbol] >= 0 {
          table[entry] = children[node][symbol]
          fallback[Int(children[node][symbol])] = Int(inherited)
          queue.append(Int(children[node][symbol]))
        } else {
          table[entry] = inherited
        }
      }
    }
    for entry in table.indices where isTerm[Int(table[entry])] { table[entry] = -1 }
    self.table = table
    symbols = (UInt8.min...UInt8.max).map { Self.symbol(of: $0) }
    isBetweenWords = endsWithSeparator
    let plain = TermBan(table: table, symbols: symbols)
    exceptions = endsWithSeparator.indices.map { node in
      plain.differences(
        of: UInt16(node),
        from: endsWithSeparator[node] ? Self.betweenWords : Self.withinWord
      )
    }
  }

  private init(table: [Int16], symbols: [UInt8]) {
    self.table = table
    self.symbols = symbols
    exceptions = []
    isBetweenWords = []
  }

  /// Appends a byte; `false` when it completes a term.
  func advance(_ node: inout UInt16, _ byte: UInt8) -> Bool {
    let next = table[Int(node) * Self.symbolCount + Int(symbols[Int(byte)])]
    guard next >= 0 else { return false }
    node = UInt16(truncatingIfNeeded: next)
    return true
  }

  /// Whether a text completes no term when it follows at a node.
  func accepts(_ text: some Sequence<UInt8>, at node: UInt16) -> Bool {
    var node = node
    return text.allSatisfy { advance(&node, $0) }
  }

  private static func symbol(of byte: UInt8) -> UInt8 {
    switch byte {
    case 0x61...0x7A: byte - 0x61
    case 0x41...0x5A: byte - 0x41
    case 0x20, 0x2D, 0x2F, 0x0A: UInt8(separator)
    default: UInt8(other)
    }
  }

  /// Longest beginning in ``exceptions``, in bytes.
  private static let exceptionLength = 4

  /// Beginnings of separators and letters after them, after which two nodes are not the same.
  private func differences(of node: UInt16, from other: UInt16) -> [[UInt8]] {
    var found: [[UInt8]] = []
    collectDifferences(node, other, after: [], into: &found)
    return found
  }

  private func collectDifferences(
    _ node: UInt16,
    _ other: UInt16,
    after prefix: [UInt8],
    into found: inout [[UInt8]]
  ) {
    guard node != other else { return }
    let letters = Array(UInt8(0x41)...0x5A) + Array(UInt8(0x61)...0x7A)
    let hasLetter = prefix.last.map(letters.contains) ?? false
    for byte in hasLetter ? letters : letters + Self.joints {
      var (mine, theirs) = (node, other)
      let areAccepted = (advance(&mine, byte), advance(&theirs, byte))
      if areAccepted.0 != areAccepted.1 {
        found.append(prefix + [byte])
      } else if areAccepted.0, mine != theirs {
        // Few tokens begin with two separators.
        let isLong = prefix.count + 1 == Self.exceptionLength
        if isLong || !prefix.isEmpty && Self.joints.contains(byte) {
          found.append(prefix + [byte])
        } else {
          collectDifferences(mine, theirs, after: prefix + [byte], into: &found)
        }
      }
    }
  }

  /// What may stand between the words of a term.
  private static let joints = Array(" -/".utf8)
}
