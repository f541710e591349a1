import OutputConstraints

/// The fixed texts that a language is made of: at most 32, ASCII, none a prefix of another, numbered
/// from 0.
///
/// Where several are possible, an ending takes the one with the lowest number.
protocol ConstraintLiteral: CaseIterable, Hashable, RawRepresentable, Sendable
where RawValue == Int {
  /// The literal as it is written; not empty.
  var text: String { get }
}

/// A set of literals.
struct LiteralSet<Literal: ConstraintLiteral>: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ literals: Literal...) {
    rawValue = literals.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  /// Adds a literal.
  mutating func add(_ literal: Literal) {
    self = LiteralSet(rawValue: rawValue | 1 << UInt32(literal.rawValue))
  }

  /// Whether a literal is a member.
  func has(_ literal: Literal) -> Bool { rawValue >> UInt32(literal.rawValue) & 1 == 1 }

  /// The literal that an ending takes; `nil` for the empty set.
  var first: Literal? {
    Literal(rawValue: rawValue.trailingZeroBitCount)
  }

  /// The members' texts, for messages.
  var texts: [String] { Literal.allCases.filter(has).map(\.text) }
}

/// Which literals have which byte at which place, for following all of them at once.
struct LiteralTable<Literal: ConstraintLiteral>: Sendable {
  /// Bit sets by `place * 128 + byte`.
  private let sets: [UInt32]
  private let texts: [[UInt8]]

  init() {
    texts = Literal.allCases.map { Array($0.text.utf8) }
    let longest = texts.map(\.count).max() ?? 0
    var sets = [UInt32](repeating: 0, count: longest * 128)
    for (literal, text) in texts.enumerated() {
      for (place, byte) in text.enumerated() {
        sets[place * 128 + Int(byte)] |= 1 << UInt32(literal)
      }
    }
    self.sets = sets
  }

  /// Members of `candidates` whose byte at `place`, below the length of the longest, is `byte`.
  func narrow(
    _ candidates: LiteralSet<Literal>,
    at place: Int,
    to byte: UInt8
  ) -> LiteralSet<Literal> {
    guard byte < 0x80 else { return [] }
    return LiteralSet(rawValue: candidates.rawValue & sets[place * 128 + Int(byte)])
  }

  func length(of literal: Literal) -> Int { texts[literal.rawValue].count }

  /// The byte of a literal at a place below its length.
  func byte(of literal: Literal, at place: Int) -> UInt8 {
    texts[literal.rawValue][place]
  }

  /// The bytes that the candidates have at a place below the length of each.
  func bytes(of candidates: LiteralSet<Literal>, at place: Int) -> ByteSet {
    var result = ByteSet()
    var bits = candidates.rawValue
    while bits != 0 {
      result.insert(texts[bits.trailingZeroBitCount][place])
      bits &= bits - 1
    }
    return result
  }
}
