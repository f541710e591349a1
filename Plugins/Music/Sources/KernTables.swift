/// The spellings of a fixed set of words, as a tree whose nodes are numbered so that the children of
/// a node follow one another.
struct WordTree: Sendable {
  struct Node: Sendable {
    /// The byte that leads here.
    var byte: UInt8 = 0
    var childCount: UInt8 = 0
    /// Whether a word ends here.
    var isWord = false
    /// Bytes to the nearest word below, 0 for a word.
    var distance: UInt8 = 0
    var firstChild: UInt16 = 0
    /// The child on the way to the nearest word.
    var nearest: UInt16 = 0
    var parent: UInt16 = 0
    /// Bytes from the root.
    var depth: UInt8 = 0
    /// What the word stands for.
    var value: UInt32 = 0
  }

  let nodes: [Node]

  /// The tree of some words of at most 255 bytes, with what they stand for; at most 65535 nodes are
  /// kept.
  init(_ words: some Sequence<String>, values: [String: UInt32] = [:]) {
    var nodes = [Node()]
    var groups: [(node: Int, words: ArraySlice<[UInt8]>)] = []
    let sorted = Set(words.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    groups.append((0, sorted[...]))
    var next = 0
    while next < groups.count {
      let (node, words) = groups[next]
      next += 1
      let depth = Int(nodes[node].depth)
      var rest = words
      if let first = rest.first, first.count == depth {
        nodes[node].isWord = true
        nodes[node].value = values[String(decoding: first, as: UTF8.self)] ?? 0
        rest = rest.dropFirst()
      }
      nodes[node].firstChild = UInt16(clamping: nodes.count)
      while let first = rest.first, depth < first.count {
        let byte = first[depth]
        let end = rest.firstIndex { $0[depth] != byte } ?? rest.endIndex
        guard nodes.count < Int(UInt16.max) else { break }
        var child = Node()
        child.byte = byte
        child.parent = UInt16(node)
        child.depth = UInt8(depth + 1)
        groups.append((nodes.count, rest[rest.startIndex..<end]))
        nodes.append(child)
        nodes[node].childCount += 1
        rest = rest[end...]
      }
    }
    for index in nodes.indices.reversed() where !nodes[index].isWord {
      let first = Int(nodes[index].firstChild)
      let children = first..<first + Int(nodes[index].childCount)
      guard let best = children.min(by: { nodes[$0].distance < nodes[$1].distance }) else {
        continue
      }
      nodes[index].nearest = UInt16(best)
      nodes[index].distance = nodes[best].distance + 1
    }
    self.nodes = nodes
  }

  /// The child under a byte.
  @inline(__always)
  func child(of node: UInt16, _ byte: UInt8) -> UInt16? {
    let parent = nodes[Int(node)]
    var index = Int(parent.firstChild)
    let end = index + Int(parent.childCount)
    while index < end {
      if nodes[index].byte == byte { return UInt16(truncatingIfNeeded: index) }
      index += 1
    }
    return nil
  }

  /// The byte at a place of the way from the root to a node.
  func byte(of node: UInt16, at offset: Int) -> UInt8 {
    var node = node
    while Int(nodes[Int(node)].depth) > offset + 1 { node = nodes[Int(node)].parent }
    return nodes[Int(node)].byte
  }
}

/// What the constraint looks things up in.
struct KernTables: Sendable {
  /// Steps in a whole note: 2^8 · 3^2 · 5 · 7 · 11 · 13.
  static let whole: UInt32 = 256 * 9 * 5 * 7 * 11 * 13
  /// Longest note or rest: eight whole notes.
  static let longest = 8 * whole

  /// Usual durations, with their length in steps.
  let recips: WordTree
  /// Tandem interpretations after their asterisk.
  let tandems: WordTree
  /// Styles of barlines after `=` and the number.
  let barlines: WordTree

  static let shared = KernTables()

  private init() {
    let recips = Self.recipLengths
    self.recips = WordTree(recips.keys, values: recips)
    tandems = WordTree(Self.tandemWords)
    barlines = WordTree(Barline.kernStyles.map(\.0))
  }

  private static var tandemWords: [String] {
    var words = ["MX", "met(c)", "met(c|)", "clefX"]
    for line in 1...5 {
      for sign in ["G", "F", "C", "Gv", "G^", "Fv", "F^", "Cv", "Gvv", "G^^", "Fvv", "C^"] {
        words.append("clef\(sign)\(line)")
      }
    }
    for fifths in -7...7 {
      words.append(String(KeySignature(fifths: fifths).kern.dropFirst()))
    }
    for letter in "ABCDEFGabcdefg" {
      for sign in ["", "#", "-"] {
        for mode in ["", "dor", "phr", "lyd", "mix", "aeo", "ion", "loc"] {
          words.append("\(letter)\(sign):\(mode)")
        }
      }
    }
    for beats in 1...128 {
      for type in [1, 2, 4, 8, 16, 32, 64] { words.append("M\(beats)/\(type)") }
    }
    for tempo in 1...999 { words.append("MM\(tempo)") }
    for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") {
      let name = String(UnicodeScalar(letter))
      words.append(">\(name)")
      for number in 1...99 { words.append(">\(name)\(number)") }
    }
    words += [
      "staff1", "staff2", "part1", "part2", "ped", "Xped", "tuplet", "Xtuplet", "tremolo",
      "Xtremolo", "cue", "Xcue", "below", "above", "kcancel", "rscale:1", "rscale:1/2",
      "rscale:2", "8va", "X8va", "8ba", "X8ba", "15ma", "X15ma", "Ipiano", "Icemba", "Iorgan",
    ]
    return words
  }
}

extension KernTables {
  /// Breve and long, whole notes to 256ths, tuplets of 3 to 15 of them, and usual quotients: `3%2`
  /// (a whole note in a triplet) or `8%5` (five eighths).
  fileprivate static var recipLengths: [String: UInt32] {
    var lengths = ["0": 2 * whole, "00": 4 * whole]
    for odd in [1, 3, 5, 7, 9, 11, 13, 15] as [UInt32] {
      var recip = odd
      while recip <= 256, whole % recip == 0 {
        lengths[String(recip)] = whole / recip
        recip *= 2
      }
    }
    for bottom in [1, 2, 4, 8, 16, 32] as [UInt32] {
      for top in [3, 5, 7, 9] as [UInt32] where top <= 8 * bottom && top != bottom {
        lengths["\(bottom)%\(top)"] = whole / bottom * top
      }
    }
    for bottom in [3, 5, 6, 7, 9, 12] as [UInt32] {
      for top in [2, 4, 8] as [UInt32] { lengths["\(bottom)%\(top)"] = whole / bottom * top }
    }
    return lengths
  }
}

/// How a length is spelled: `d`, `d%n`, `0` or `00`.
struct RecipText {
  var denominator: UInt32
  /// 1 for none.
  var numerator: UInt32
  /// Zeros of a breve or a long, 0 for others.
  var zeros: UInt8

  /// The spelling of a number of steps from 1 to ``KernTables/longest``.
  init(steps: UInt32) {
    let whole = KernTables.whole
    zeros = 0
    numerator = 1
    if steps == 0 {
      denominator = 4
    } else if whole % steps == 0 {
      denominator = whole / steps
    } else if steps == 2 * whole || steps == 4 * whole {
      denominator = 0
      zeros = steps == 2 * whole ? 1 : 2
    } else {
      var (a, b) = (steps, whole)
      while b != 0 { (a, b) = (b, a % b) }
      denominator = whole / a
      numerator = steps / a
    }
  }

  /// Bytes before any `%`.
  var headCount: Int { zeros > 0 ? Int(zeros) : decimalCount(denominator) }

  /// Bytes of the whole spelling.
  var count: Int { headCount + (numerator == 1 ? 0 : 1 + decimalCount(numerator)) }

  func byte(at offset: Int) -> UInt8 {
    if offset < headCount {
      return zeros > 0 ? UInt8(ascii: "0") : decimalDigit(denominator, offset, headCount)
    }
    if offset == headCount { return UInt8(ascii: "%") }
    return decimalDigit(numerator, offset - headCount - 1, decimalCount(numerator))
  }
}

/// Decimal digits of a number.
func decimalCount(_ value: UInt32) -> Int {
  var count = 1
  var limit: UInt32 = 10
  while value >= limit {
    count += 1
    let (product, overflow) = limit.multipliedReportingOverflow(by: 10)
    if overflow { break }
    limit = product
  }
  return count
}

/// The digit at a place from the left.
func decimalDigit(_ value: UInt32, _ offset: Int, _ count: Int) -> UInt8 {
  var value = value
  for _ in 0..<max(0, count - 1 - offset) { value /= 10 }
  return 0x30 + UInt8(truncatingIfNeeded: value % 10)
}
