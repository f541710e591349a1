import Metrics
public import TaskProtocol

extension MusicPlugin {
  /// Character, symbol and line error rates, in per cent of the reference's length; lower is better.
  ///
  /// Over many pairs the sum of all edits is divided by the sum of all lengths, as it is published.
  public var metrics: [TaskMetric] {
    [
      Self.rate(
        "cer-smt",
        "Character error rate in per cent, lower is better; spaces, tabs and newlines count"
          + " as characters, as in the Sheet Music Transformer.",
        KernPieces.characters
      ),
      Self.rate(
        "cer-e2e-pianoform",
        "Character error rate in per cent, lower is better; tabs and newlines are symbols and"
          + " spaces nothing, as in e2e-pianoform.",
        KernPieces.letters
      ),
      Self.rate(
        "ser",
        "Symbol error rate in per cent, lower is better; symbols are tokens between spaces,"
          + " tabs and newlines, the latter two included.",
        KernPieces.symbols
      ),
      Self.rate("ler", "Line error rate in per cent, lower is better.", KernPieces.lines),
      TaskMetric(
        name: "omr-ned",
        summary:
          "Edits of printed symbols over the symbols of both scores, 0 to 1, 0 is best, as musicdiff 5.2;"
          + " a prediction that is no score has none.",
        best: 0,
        counts: { prediction, reference in
          guard let wanted = Self.symbols(reference) else { return nil }
          let found = Self.symbols(prediction) ?? ScoreSymbols()
          return [
            Double(OMREditDistance.distance(found, wanted)), Double(found.size + wanted.size),
          ]
        },
        total: Self.share
      ),
    ]
  }

  /// The symbols of a text in any form of **kern; `nil` where it is no score.
  private static func symbols(_ text: String) -> ScoreSymbols? {
    KernReader.read(text, isStrict: false).score.map { ScoreSymbols($0) }
  }

  private static let share: @Sendable ([Double]) -> Double = { sums in
    sums.count > 1 && sums[1] > 0 ? sums[0] / sums[1] : (sums.first ?? 0)
  }

  private static func rate(
    _ name: String,
    _ summary: String,
    _ pieces: @escaping @Sendable (String) -> [Substring]
  ) -> TaskMetric {
    TaskMetric(
      name: name,
      summary: summary,
      best: 0,
      counts: { ErrorRate.counts(pieces($0), pieces($1)) },
      total: { 100 * ErrorRate.rate($0) }
    )
  }
}

/// The pieces of a text that error rates count.
package enum KernPieces {
  /// Unicode scalars, white space included.
  package static func characters(_ text: String) -> [Substring] {
    ErrorRate.scalars(Substring(text))
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
      symbol == "<t>" || symbol == "<b>" ? [symbol] : ErrorRate.scalars(symbol)
    }
  }

  /// Lines, an empty one after a last newline included.
  package static func lines(_ text: String) -> [Substring] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Substring($0) }
  }
}
