internal import Foundation

/// What `tokenizer.json` does to text before it is split and encoded.
indirect enum TextNormalizer: Sendable {
  /// Replaces every occurrence of a string, left to right.
  case replace(pattern: [UInt8], content: [UInt8])
  /// Puts a string before text that is not empty.
  case prepend([UInt8])
  /// A Unicode normalisation form (UAX 15).
  case form(Form)
  case sequence([TextNormalizer])

  enum Form: String, CaseIterable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"
  }

  /// Applies the step to well-formed UTF-8.
  func apply(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .replace(let pattern, let content): return replacing(bytes, pattern, with: content)
    case .prepend(let prefix): return bytes.isEmpty ? bytes : prefix + bytes
    case .form(let form):
      if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
      let text = String(decoding: bytes, as: UTF8.self)
      switch form {
      case .nfc: return Array(text.precomposedStringWithCanonicalMapping.utf8)
      case .nfd: return Array(text.decomposedStringWithCanonicalMapping.utf8)
      case .nfkc: return Array(text.precomposedStringWithCompatibilityMapping.utf8)
      case .nfkd: return Array(text.decomposedStringWithCompatibilityMapping.utf8)
      }
    case .sequence(let steps):
      return steps.reduce(bytes) { $1.apply($0) }
    }
  }

  /// Longest string that a step may put before a text, in bytes.
  private static let longestPrefix = 1000

  /// How many times as long as before the replacements can make a text.
  private var growth: Double {
    switch self {
    case .replace(let pattern, let content): replacementGrowth(pattern, content)
    case .prepend, .form: 1
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    }
  }

  /// Reads the `normalizer` of a tokenizer file.
  ///
  /// - Throws: ``TokenizerError`` for steps that are not known, and for replacements that could blow up
  ///   a text.
  init(checking node: JSONNode) throws(TokenizerError) {
    self = try TextNormalizer(node)
    guard growth <= largestGrowth else { throw growthFailure(node) }
  }

  private init(_ node: JSONNode) throws(TokenizerError) {
    let type = try node.required("type")
    let name = try type.string()
    if let form = Form(rawValue: name) {
      self = .form(form)
      return
    }
    switch name {
    case "Replace":
      self = .replace(
        pattern: try literalPattern(try node.required("pattern")),
        content: try node.required("content").text()
      )
    case "Prepend":
      let prefix = try node.required("prepend")
      let text = try prefix.text()
      guard text.count <= Self.longestPrefix else {
        throw prefix.failure(expected: "at most \(Self.longestPrefix) bytes")
      }
      self = .prepend(text)
    case "Sequence":
      var steps: [TextNormalizer] = []
      for step in try node.required("normalizers").elements() {
        steps.append(try TextNormalizer(step))
      }
      self = .sequence(steps)
    default:
      throw type.failure(expected: "Replace, Prepend, Sequence, NFC, NFD, NFKC or NFKD")
    }
  }
}

/// How many times as long as before all replacements of a file together may make a text.
///
/// Published files stay at 3: a space becomes "▁". Without a limit forty steps that double a text would
/// fill any memory.
let largestGrowth = 64.0

/// How many times as long as before a replacement can make a text.
func replacementGrowth(_ pattern: [UInt8], _ content: [UInt8]) -> Double {
  max(1, Double(content.count) / Double(max(1, pattern.count)))
}

func growthFailure(_ node: JSONNode) -> TokenizerError {
  node.failure(
    expected: "replacements that make a text at most \(Int(largestGrowth)) times as long"
  )
}

/// Replaces every occurrence of a string that is not empty, left to right.
func replacing(_ bytes: [UInt8], _ pattern: [UInt8], with content: [UInt8]) -> [UInt8] {
  guard let first = pattern.first, bytes.contains(first) else { return bytes }
  var out: [UInt8] = []
  out.reserveCapacity(bytes.count + content.count)
  var index = 0
  while index < bytes.count {
    if bytes[index] == first, bytes[index...].starts(with: pattern) {
      out.append(contentsOf: content)
      index += pattern.count
    } else {
      out.append(bytes[index])
      index += 1
    }
  }
  return out
}

/// Reads `{"String": s}`, or `{"Regex": r}` where `r` is a plain string with at most escapes.
///
/// - Throws: ``TokenizerError`` for a real regular expression or an empty string.
func literalPattern(_ node: JSONNode) throws(TokenizerError) -> [UInt8] {
  var pattern: [UInt8] = []
  if let text = try node.member("String") {
    pattern = try text.text()
  } else {
    let regex = try node.required("Regex")
    var isEscaped = false
    for byte in try regex.text() {
      let isLetter = Character(Unicode.Scalar(byte)).isLetter || 0x30...0x39 ~= byte
      if byte == 0x5C, !isEscaped {
        isEscaped = true
        continue
      }
      if isEscaped ? isLetter : ".^$|?*+()[]{}".utf8.contains(byte) {
        throw regex.failure(expected: "a regular expression that is a plain string")
      }
      isEscaped = false
      pattern.append(byte)
    }
  }
  guard !pattern.isEmpty else { throw node.failure(expected: "a pattern that is not empty") }
  return pattern
}
