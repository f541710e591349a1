extension RegularLanguage {
  /// The texts that match a regular expression as a whole.
  ///
  /// Understood are characters, `.` (any character but control characters), classes such as `[a-z_]`
  /// and `[^"]` with ASCII members, `\d \w \s \n \t \r` and escaped punctuation, groups `( )` and
  /// `(?: )`, `|`, and `* + ? {n} {n,} {n,m}` with counts up to 1000. Classes and `.` never match a
  /// newline unless it is a member.
  ///
  /// - Throws: ``ConstraintDefinitionError/expression(pattern:offset:reason:)``.
  public static func regularExpression(
    _ pattern: String
  ) throws(ConstraintDefinitionError) -> RegularLanguage {
    var parser = ExpressionParser(pattern)
    return RegularLanguage(try parser.parse())
  }
}

private struct ExpressionParser {
  private let pattern: String
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  /// Groups within groups, at most.
  private static let maximumDepth = 64
  private static let maximumCount = 1000

  init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  mutating func parse() throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    let node = try choice()
    guard index == scalars.count else { throw failure("a ) without its (") }
    return node
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private func failure(_ reason: String) -> ConstraintDefinitionError {
    let offset = scalars[..<index].reduce(0) { $0 + UTF8.width($1) }
    return .expression(pattern: pattern, offset: offset, reason: reason)
  }

  private mutating func choice() throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    var options = [try sequence()]
    while accept("|") { options.append(try sequence()) }
    return options.count == 1 ? options[0] : .choice(options)
  }

  private mutating func sequence() throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    var parts: [RegularLanguage.Node] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      parts.append(try repetition(of: try atom()))
    }
    return .sequence(parts)
  }

  private mutating func repetition(
    of atom: RegularLanguage.Node
  ) throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    if accept("*") { return .repetition(atom, least: 0, most: nil) }
    if accept("+") { return .repetition(atom, least: 1, most: nil) }
    if accept("?") { return .repetition(atom, least: 0, most: 1) }
    guard accept("{") else { return atom }
    let least = try count()
    guard accept(",") else {
      guard accept("}") else { throw failure("expected } or , after a count") }
      return .repetition(atom, least: least, most: least)
    }
    if accept("}") { return .repetition(atom, least: least, most: nil) }
    let most = try count()
    guard accept("}"), most >= least else { throw failure("expected {n,m} with n <= m") }
    return .repetition(atom, least: least, most: most)
  }

  private mutating func count() throws(ConstraintDefinitionError) -> Int {
    var value = 0
    let start = index
    while let digit = next, ("0"..."9").contains(digit) {
      value = value * 10 + Int(digit.value - 0x30)
      index += 1
      guard value <= Self.maximumCount else {
        throw failure("a count above \(Self.maximumCount)")
      }
    }
    guard index > start else { throw failure("expected a count; write \\{ for the character") }
    return value
  }

  private mutating func atom() throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    guard let scalar = next else { return .sequence([]) }
    index += 1
    switch scalar {
    case "(":
      if accept("?"), !accept(":") { throw failure("only (?: ) is understood of groups with ?") }
      depth += 1
      guard depth <= Self.maximumDepth else { throw failure("too many groups in each other") }
      let node = try choice()
      depth -= 1
      guard accept(")") else { throw failure("a ( without its )") }
      return node
    case ".": return RegularLanguage.characterNode(ascii: ByteSet(0x20...0x7E))
    case "[": return try characterClass()
    case "\\": return .oneOf(try escaped())
    case "*", "+", "?", "{", "}", "]", "^", "$":
      index -= 1
      throw failure("\(scalar) cannot stand here; write \\\(scalar) for the character")
    default: return .literal(Array(String(Character(scalar)).utf8))
    }
  }

  /// What follows a backslash.
  private mutating func escaped() throws(ConstraintDefinitionError) -> ByteSet {
    guard let scalar = next, scalar.isASCII else { throw failure("a \\ before nothing") }
    index += 1
    switch scalar {
    case "n": return ByteSet([0x0A])
    case "r": return ByteSet([0x0D])
    case "t": return ByteSet([0x09])
    case "d": return ByteSet(0x30...0x39)
    case "s": return ByteSet([0x09, 0x0A, 0x0D, 0x20])
    case "w":
      return ByteSet(0x30...0x39).union(ByteSet(0x41...0x5A)).union(ByteSet(0x61...0x7A))
        .union(ByteSet([0x5F]))
    default:
      let byte = UInt8(scalar.value)
      guard
        (0x21...0x2F).contains(byte) || (0x3A...0x40).contains(byte)
          || (0x5B...0x60).contains(byte) || (0x7B...0x7E).contains(byte)
      else {
        index -= 1
        throw failure("\\\(scalar) means nothing here")
      }
      return ByteSet([byte])
    }
  }

  private mutating func characterClass() throws(ConstraintDefinitionError) -> RegularLanguage.Node {
    let isNegated = accept("^")
    var members = ByteSet()
    var isFirst = true
    while isFirst || next != "]" {
      isFirst = false
      guard let scalar = next else { throw failure("a [ without its ]") }
      guard scalar.isASCII else { throw failure("only ASCII characters may be class members") }
      index += 1
      if scalar == "\\" {
        members = members.union(try escaped())
        continue
      }
      let first = UInt8(scalar.value)
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        members.insert(first)
        continue
      }
      let last = scalars[index + 1]
      guard last.isASCII, last != "\\", UInt8(last.value) >= first else {
        throw failure("a range that does not ascend")
      }
      index += 2
      members = members.union(ByteSet(first...UInt8(last.value)))
    }
    index += 1
    guard isNegated else { return .oneOf(members) }
    return RegularLanguage.characterNode(ascii: ByteSet(0x20...0x7E).subtracting(members))
  }
}
