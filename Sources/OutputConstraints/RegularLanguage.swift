/// A set of texts put together from literals, choices, repetitions and bans.
///
/// Make a ``RegularConstraint`` of it to decode with. Everything here is exact: the constraint knows
/// of every prefix whether a completion exists and how long the shortest one is.
public struct RegularLanguage: Hashable, Sendable {
  indirect enum Node: Hashable, Sendable {
    case literal([UInt8])
    case oneOf(ByteSet)
    case sequence([Node])
    case choice([Node])
    /// `most` is `nil` for any number.
    case repetition(Node, least: Int, most: Int?)
    case banning(Node, words: [[UInt8]])
  }

  let node: Node

  init(_ node: Node) { self.node = node }

  /// One text.
  public static func literal(_ text: String) -> RegularLanguage {
    RegularLanguage(.literal(Array(text.utf8)))
  }

  /// Any single byte of a set.
  public static func oneByte(of set: ByteSet) -> RegularLanguage { RegularLanguage(.oneOf(set)) }

  /// Any one character but control characters and noncharacters.
  public static let character = RegularLanguage(characterNode(ascii: ByteSet(0x20...0x7E)))

  /// One after the other.
  public static func sequence(_ parts: RegularLanguage...) -> RegularLanguage {
    RegularLanguage(.sequence(parts.map(\.node)))
  }

  /// Any of them.
  public static func choice(_ options: RegularLanguage...) -> RegularLanguage {
    RegularLanguage(.choice(options.map(\.node)))
  }

  /// Any of some texts.
  public static func choice(of texts: [String]) -> RegularLanguage {
    RegularLanguage(.choice(texts.map { .literal(Array($0.utf8)) }))
  }

  /// As many times as the range says.
  public func repeated(_ range: ClosedRange<Int>) -> RegularLanguage {
    RegularLanguage(
      .repetition(node, least: max(0, range.lowerBound), most: max(0, range.upperBound))
    )
  }

  /// That many times or more.
  public func repeated(atLeast least: Int) -> RegularLanguage {
    RegularLanguage(.repetition(node, least: max(0, least), most: nil))
  }

  /// Items with something between each two, as many as the range says.
  public static func counted(
    _ item: RegularLanguage,
    _ range: ClosedRange<Int>,
    separatedBy separator: RegularLanguage
  ) -> RegularLanguage {
    let least = max(0, range.lowerBound)
    guard range.upperBound > 0 else { return .literal("") }
    let more = Node.repetition(
      .sequence([separator.node, item.node]),
      least: max(0, least - 1),
      most: range.upperBound - 1
    )
    let some = Node.sequence([item.node, more])
    return RegularLanguage(least == 0 ? .choice([.literal([]), some]) : some)
  }

  /// Lines with a newline between each two and none at the end.
  public static func lines(_ line: RegularLanguage, _ range: ClosedRange<Int>) -> RegularLanguage {
    counted(line, range, separatedBy: .literal("\n"))
  }

  /// The texts of this language in which none of some words occurs anywhere; empty words are
  /// ignored.
  public func banning(_ words: [String]) -> RegularLanguage {
    let bytes = words.map { Array($0.utf8) }.filter { !$0.isEmpty }
    return RegularLanguage(.banning(node, words: bytes))
  }

  /// One character: an ASCII byte of the set, or a character past ASCII.
  static func characterNode(ascii: ByteSet) -> Node {
    .choice([.oneOf(ascii)] + unicodeNodes)
  }

  private static func bytes(_ range: ClosedRange<UInt8>) -> Node { .oneOf(ByteSet(range)) }

  /// What ``UTF8Progress`` accepts, spelled out.
  private static let unicodeNodes: [Node] = {
    let any = bytes(0x80...0xBF)
    let fourth = Node.choice([
      .sequence([bytes(0x80...0xBE), any]), .sequence([bytes(0xBF...0xBF), bytes(0x80...0xBD)]),
    ])
    /// The second byte of four: all but those that end in F, and those.
    func four(_ leads: ClosedRange<UInt8>, _ seconds: ClosedRange<UInt8>) -> [Node] {
      let ends = ByteSet(seconds.filter { $0 & 0x0F == 0x0F })
      return [
        .sequence([bytes(leads), .oneOf(ByteSet(seconds).subtracting(ends)), any, any]),
        .sequence([bytes(leads), .oneOf(ends), fourth]),
      ]
    }
    return [
      .sequence([bytes(0xC2...0xC2), bytes(0xA0...0xBF)]),
      .sequence([bytes(0xC3...0xDF), any]),
      .sequence([bytes(0xE0...0xE0), bytes(0xA0...0xBF), any]),
      .sequence([.oneOf(ByteSet(0xE1...0xEC).union(ByteSet([0xEE]))), any, any]),
      .sequence([bytes(0xED...0xED), bytes(0x80...0x9F), any]),
      .sequence([
        bytes(0xEF...0xEF), .oneOf(ByteSet(0x80...0xBE).subtracting(ByteSet([0xB7]))), any,
      ]),
      .sequence([
        bytes(0xEF...0xEF), bytes(0xB7...0xB7),
        .oneOf(ByteSet(0x80...0x8F).union(ByteSet(0xB0...0xBF))),
      ]),
      .sequence([bytes(0xEF...0xEF), bytes(0xBF...0xBF), bytes(0x80...0xBD)]),
    ] + four(0xF0...0xF0, 0x90...0xBF) + four(0xF1...0xF3, 0x80...0xBF)
      + four(0xF4...0xF4, 0x80...0x8F)
  }()
}
