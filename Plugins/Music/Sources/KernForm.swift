/// The three ways in which **kern is spelled.
///
/// The extended forms put `@` between duration, dots, pitch and accidental, and `·` before every
/// other signifier, so that each piece is a token of its own: `4.c#L` is `4@.@c@#·L`. They are the
/// encodings `ekern` and `bekern` of kernpy (OMR-PRAIG-UA-ES/kernpy, docs/concepts/encodings.md and
/// kernpy/core/tokenizers.py) and of the GrandStaff files that the Sheet Music Transformer reads.
public enum KernForm: String, Codable, Sendable, CaseIterable {
  /// Plain **kern.
  case kern
  /// Extended: every signifier is kept.
  case ekern
  /// Basic and extended: durations, pitches and accidentals only.
  case bekern

  /// The exclusive interpretation that begins a spine.
  public var header: String {
    switch self {
    case .kern: "**kern"
    case .ekern: "**ekern_1.0"
    case .bekern: "**bekern_1.0"
    }
  }

  /// The form that an exclusive interpretation announces, `nil` for another kind of spine; versions
  /// are ignored.
  package init?(header: Substring) {
    guard header.hasPrefix("**") else { return nil }
    let name = header.dropFirst(2).prefix { $0 != "_" }
    self.init(rawValue: String(name))
  }

  /// Separates duration, dots, pitch and accidental.
  static let tokenSeparator = UInt8(ascii: "@")
  /// `·`, U+00B7, before every other signifier.
  static let decorationSeparator: [UInt8] = [0xC2, 0xB7]

  /// A data token without separators.
  ///
  /// - Returns: The token as plain **kern writes it, and the byte in the original from which each of
  ///   its bytes comes.
  static func plain(_ token: Substring) -> (text: String, origins: [Int]) {
    var bytes: [UInt8] = []
    var origins: [Int] = []
    for (index, byte) in token.utf8.enumerated() where byte != tokenSeparator {
      if byte == decorationSeparator[1], bytes.last == decorationSeparator[0] {
        bytes.removeLast()
        origins.removeLast()
        continue
      }
      bytes.append(byte)
      origins.append(index)
    }
    return (String(decoding: bytes, as: UTF8.self), origins)
  }
}
