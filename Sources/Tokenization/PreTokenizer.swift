/// How `tokenizer.json` splits normalised text into words that are encoded one by one.
indirect enum PreTokenizer: Sendable {
  /// Splits at a string.
  case split(pattern: [UInt8], SplitBehavior)
  /// Writes spaces as a visible character and splits before each.
  case metaspace(replacement: [UInt8], Prefix, splits: Bool)
  case sequence([PreTokenizer])

  /// Where ``metaspace(replacement:_:splits:)`` adds a leading replacement.
  enum Prefix: String {
    case first, never, always
  }

  /// Which side of a split keeps the separator.
  enum SplitBehavior: String {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  /// A word and whether it starts the whole text.
  struct Word {
    var bytes: [UInt8]
    var isAtStart: Bool
  }

  /// Splits every word further; words are never empty.
  func apply(_ words: [Word]) -> [Word] {
    switch self {
    case .sequence(let steps): return steps.reduce(words) { $1.apply($0) }
    case .split(let pattern, let behavior):
      return words.flatMap { PreTokenizer.split($0, pattern, behavior) }
    case .metaspace(let replacement, let prefix, let splits):
      return words.flatMap { word in
        var word = word
        word.bytes = replacing(word.bytes, [0x20], with: replacement)
        let isWanted = prefix == .always || (prefix == .first && word.isAtStart)
        if isWanted, !word.bytes.isEmpty, !word.bytes.starts(with: replacement) {
          word.bytes = replacement + word.bytes
        }
        return splits ? PreTokenizer.split(word, replacement, .mergedWithNext) : [word]
      }
    }
  }

  private static func split(
    _ word: Word,
    _ pattern: [UInt8],
    _ behavior: SplitBehavior
  ) -> [Word] {
    let bytes = word.bytes
    var parts: [(range: Range<Int>, isMatch: Bool)] = []
    var (index, start) = (0, 0)
    while index < bytes.count {
      guard bytes[index] == pattern.first, bytes[index...].starts(with: pattern) else {
        index += 1
        continue
      }
      if start < index { parts.append((start..<index, false)) }
      start = index + pattern.count
      parts.append((index..<start, true))
      index = start
    }
    if start < bytes.count { parts.append((start..<bytes.count, false)) }
    if parts.count == 1, behavior != .removed { return [word] }
    return merged(parts, behavior).map { range in
      Word(
        bytes: Array(bytes[range]),
        isAtStart: word.isAtStart && range.lowerBound == 0
      )
    }
  }

  /// Joins separators with their neighbours; of a run of separators only the nearest joins.
  private static func merged(
    _ parts: [(range: Range<Int>, isMatch: Bool)],
    _ behavior: SplitBehavior
  ) -> [Range<Int>] {
    var out: [Range<Int>] = []
    var wasMatch: Bool?
    switch behavior {
    case .removed: return parts.filter { !$0.isMatch }.map(\.range)
    case .isolated: return parts.map(\.range)
    case .contiguous:
      for part in parts {
        if wasMatch == part.isMatch, let last = out.popLast() {
          out.append(last.lowerBound..<part.range.upperBound)
        } else {
          out.append(part.range)
        }
        wasMatch = part.isMatch
      }
    case .mergedWithPrevious:
      for part in parts {
        if part.isMatch, wasMatch == false, let last = out.popLast() {
          out.append(last.lowerBound..<part.range.upperBound)
        } else {
          out.append(part.range)
        }
        wasMatch = part.isMatch
      }
    case .mergedWithNext:
      for part in parts.reversed() {
        if part.isMatch, wasMatch == false, let last = out.popLast() {
          out.append(part.range.lowerBound..<last.upperBound)
        } else {
          out.append(part.range)
        }
        wasMatch = part.isMatch
      }
      out.reverse()
    }
    return out
  }

  /// Reads the `pre_tokenizer` of a tokenizer file.
  init(_ node: JSONNode) throws(TokenizerError) {
    let type = try node.required("type")
    switch try type.string() {
    case "Split":
      let behavior = try node.required("behavior")
      guard let known = SplitBehavior(rawValue: try behavior.string()) else {
        throw behavior.failure(expected: "a known split behaviour")
      }
      if let invert = try node.member("invert"), try invert.flag() {
        throw invert.failure(expected: "false")
      }
      self = .split(pattern: try literalPattern(try node.required("pattern")), known)
    case "Metaspace":
      let replacement = try node.required("replacement")
      guard try replacement.string().unicodeScalars.count == 1 else {
        throw replacement.failure(expected: "one character")
      }
      self = .metaspace(
        replacement: try replacement.text(),
        try metaspacePrefix(node),
        splits: try node.flag("split", default: true)
      )
    case "Sequence":
      var steps: [PreTokenizer] = []
      for step in try node.required("pretokenizers").elements() {
        steps.append(try PreTokenizer(step))
      }
      self = .sequence(steps)
    default: throw type.failure(expected: "Split, Metaspace or Sequence")
    }
  }
}

/// Reads the prefix rule of a Metaspace step, in its present or its older spelling.
func metaspacePrefix(_ node: JSONNode) throws(TokenizerError) -> PreTokenizer.Prefix {
  let scheme = try node.member("prepend_scheme")
  if let older = try node.member("add_prefix_space"), try !older.flag() {
    if let scheme, try scheme.string() != "never" {
      throw older.failure(expected: "true, as prepend_scheme is not \"never\"")
    }
    return .never
  }
  guard let scheme else { return .always }
  guard let prefix = PreTokenizer.Prefix(rawValue: try scheme.string()) else {
    throw scheme.failure(expected: "first, never or always")
  }
  return prefix
}
