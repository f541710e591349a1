import Metrics
public import TaskProtocol

extension MusicPlugin {
  /// Character, symbol and line error rates, in per cent of the reference's length; lower is better.
  ///
  /// Rates of a single pair: over a corpus the published figures divide the sum of all edits by the
  /// sum of all lengths.
  public var metrics: [TaskMetric] {
    [
      TaskMetric(
        name: "cer-smt",
        summary:
          "Character error rate in per cent, lower is better; spaces, tabs and newlines count"
          + " as characters, as in the Sheet Music Transformer.",
        best: 0
      ) { KernErrorRate.rate(of: $0, against: $1, in: KernErrorRate.characters) },
      TaskMetric(
        name: "cer-e2e-pianoform",
        summary:
          "Character error rate in per cent, lower is better; tabs and newlines are symbols and"
          + " spaces nothing, as in e2e-pianoform.",
        best: 0
      ) { KernErrorRate.rate(of: $0, against: $1, in: KernErrorRate.letters) },
      TaskMetric(
        name: "ser",
        summary:
          "Symbol error rate in per cent, lower is better; symbols are tokens between spaces,"
          + " tabs and newlines, the latter two included.",
        best: 0
      ) { KernErrorRate.rate(of: $0, against: $1, in: KernErrorRate.symbols) },
      TaskMetric(
        name: "ler",
        summary: "Line error rate in per cent, lower is better.",
        best: 0
      ) { KernErrorRate.rate(of: $0, against: $1, in: KernErrorRate.lines) },
    ]
  }
}

/// Error rates over the pieces of a text.
package enum KernErrorRate {
  /// Unicode scalars, white space included.
  package static func characters(_ text: String) -> [Substring] {
    text.unicodeScalars.indices.map {
      Substring(text.unicodeScalars[$0...$0])
    }
  }

  /// Tokens, `<t>` for a tab and `<b>` for a newline; two separators in a row have an empty token
  /// between them.
  package static func symbols(_ text: String) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      guard scalar == " " || scalar == "\t" || scalar == "\n" else { continue }
      pieces.append(text[start..<index])
      if scalar != " " { pieces.append(scalar == "\t" ? "<t>" : "<b>") }
      start = text.unicodeScalars.index(after: index)
    }
    pieces.append(text[start...])
    return pieces
  }

  /// The letters of ``symbols(_:)``, with `<t>` and `<b>` kept whole.
  package static func letters(_ text: String) -> [Substring] {
    symbols(text).flatMap { symbol -> [Substring] in
      symbol == "<t>" || symbol == "<b>" ? [symbol] : characters(String(symbol))
    }
  }

  /// Lines, an empty one after a last newline included.
  package static func lines(_ text: String) -> [Substring] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Substring($0) }
  }

  /// Edits that turn one text into the other, in per cent of the reference's pieces; for an empty
  /// reference 0 or 100.
  package static func rate(
    of prediction: String,
    against reference: String,
    in pieces: (String) -> [Substring]
  ) -> Double {
    var known: [Substring: Int32] = [:]
    func numbered(_ text: String) -> [Int32] {
      pieces(text).map { piece in
        if let number = known[piece] { return number }
        let number = Int32(clamping: known.count)
        known[piece] = number
        return number
      }
    }
    let wanted = numbered(reference)
    let found = numbered(prediction)
    guard !wanted.isEmpty else { return found.isEmpty ? 0 : 100 }
    let distance = EditDistance(from: wanted, symbolCount: known.count).distance(to: found)
    return 100 * Double(distance) / Double(wanted.count)
  }
}
