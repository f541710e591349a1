/// Edits that turn one sequence of pieces into another, per piece of what is right.
///
/// Over a corpus the sum of all edits is divided by the sum of all lengths, which is what is published;
/// it is not the mean of the rates.
package enum ErrorRate {
  /// Edits and length of one pair, which add up over a corpus.
  package static func counts(_ found: [Substring], _ wanted: [Substring]) -> [Double] {
    var known: [Substring: Int32] = [:]
    func numbered(_ pieces: [Substring]) -> [Int32] {
      pieces.map { piece in
        if let number = known[piece] { return number }
        let number = Int32(clamping: known.count)
        known[piece] = number
        return number
      }
    }
    let (left, right) = (numbered(wanted), numbered(found))
    let edits = EditDistance(from: left, symbolCount: known.count).distance(to: right)
    return [Double(edits), Double(wanted.count)]
  }

  /// The rate from sums of ``counts(_:_:)``; for nothing to be found 0, or 1 where something was found.
  package static func rate(_ sums: [Double]) -> Double {
    sums[1] > 0 ? sums[0] / sums[1] : min(sums[0], 1)
  }

  /// Unicode scalars of a text without blanks at its ends, as jiwer's `cer` takes them.
  package static func characters(_ text: String) -> [Substring] {
    scalars(Substring(trimmed(text)))
  }

  /// Words of a text, as jiwer's `wer` takes them: runs of blanks are one, and words stand between spaces.
  package static func words(_ text: String) -> [Substring] {
    var collapsed = String.UnicodeScalarView()
    var blanks: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        blanks.append(scalar)
      } else {
        if blanks.count == 1 {
          collapsed += blanks
        } else if blanks.count > 1 {
          collapsed.append(" ")
        }
        blanks = []
        collapsed.append(scalar)
      }
    }
    return Substring(trimmed(String(collapsed))).unicodeScalars.split(separator: " ").map {
      Substring($0)
    }
  }

  /// Each Unicode scalar of a text.
  package static func scalars(_ text: Substring) -> [Substring] {
    text.unicodeScalars.indices.map { Substring(text.unicodeScalars[$0...$0]) }
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
