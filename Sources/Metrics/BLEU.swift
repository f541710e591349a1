import Foundation

/// BLEU of a corpus: how many of the runs of words are also in a reference.
///
/// Papineni et al., "BLEU: a method for automatic evaluation of machine translation", 2002, as
/// `pycocoevalcap` 1.2 computes it: counts clipped by the reference that has most, the reference length
/// nearest to the text's, 1e-15 and 1e-9 added against divisions by 0.
package enum BLEU {
  /// Counts of one text, which add up over a corpus: words, words of the nearest reference, then for each
  /// length of 1 to 4 the runs there are and those that are right.
  package static func counts(_ words: [String], _ references: [[String]]) -> [Double] {
    let found = NGrams(words)
    let wanted = references.map { NGrams($0) }
    let nearest = wanted.map(\.wordCount)
      .min { (abs($0 - found.wordCount), $0) < (abs($1 - found.wordCount), $1) }
    var counts = [Double(found.wordCount), Double(nearest ?? 0)]
    for length in 0..<NGrams.maximum {
      let right = found.counts[length].reduce(0) { sum, run in
        sum + min(run.value, wanted.map { $0.counts[length][run.key] ?? 0 }.max() ?? 0)
      }
      counts += [Double(max(found.wordCount - length, 0)), Double(right)]
    }
    return counts
  }

  /// BLEU up to runs of some length, 0 to 1, from sums of ``counts(_:_:)``.
  package static func score(_ sums: [Double], length: Int) -> Double {
    let (small, tiny) = (1e-9, 1e-15)
    var product = 1.0
    for index in 0..<length {
      product *= (sums[3 + 2 * index] + tiny) / (sums[2 + 2 * index] + small)
    }
    let ratio = (sums[0] + tiny) / (sums[1] + small)
    let brevity = ratio < 1 ? exp(1 - 1 / ratio) : 1
    return pow(product, 1 / Double(length)) * brevity
  }
}
