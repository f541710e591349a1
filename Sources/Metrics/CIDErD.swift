import Foundation

/// CIDEr-D: how alike a text's runs of words are to those of its references, rare ones counting more.
///
/// Vedantam, Zitnick and Parikh, "CIDEr: consensus-based image description evaluation", 2015, as
/// `pycocoevalcap` 1.2 computes it under the name CIDEr: counts clipped, a Gaussian penalty (sigma 6) on
/// the difference in length, which is measured in runs of two words, all times 10.
///
/// How rare a run is comes from the references of the corpus itself, so that a score depends on the
/// other pairs and is 0 for a single one.
package struct CIDErD: Sendable {
  private let frequencies: [ArraySlice<String>: Int]
  private let logCount: Double

  /// Counts runs in a corpus.
  ///
  /// - Parameter corpus: For each text the words of its references.
  package init(_ corpus: [[[String]]]) {
    var frequencies: [ArraySlice<String>: Int] = [:]
    for references in corpus {
      let runs = references.map { Set(NGrams($0).counts.flatMap(\.keys)) }
      for run in runs.reduce(into: Set(), { $0.formUnion($1) }) {
        frequencies[run, default: 0] += 1
      }
    }
    self.frequencies = frequencies
    logCount = log(Double(corpus.count))
  }

  /// A text's weights.
  private struct Vector {
    /// By length of the run.
    var weights: [[ArraySlice<String>: Double]] = []
    var norms: [Double] = []
    /// Runs of two words.
    var length: Int
  }

  private func vector(_ words: [String]) -> Vector {
    let grams = NGrams(words)
    var vector = Vector(length: max(words.count - 1, 0))
    for counts in grams.counts {
      var weights: [ArraySlice<String>: Double] = [:]
      for (run, count) in counts {
        weights[run] = Double(count) * (logCount - log(Double(max(frequencies[run] ?? 0, 1))))
      }
      vector.norms.append(weights.values.reduce(0) { $0 + $1 * $1 }.squareRoot())
      vector.weights.append(weights)
    }
    return vector
  }

  /// The score of one text, 0 to 10.
  package func score(_ words: [String], _ references: [[String]]) -> Double {
    let found = vector(words)
    var sum = 0.0
    for reference in references {
      let wanted = vector(reference)
      let difference = Double(found.length - wanted.length)
      let penalty = exp(-difference * difference / (2 * 6 * 6))
      for length in 0..<NGrams.maximum {
        let product = found.weights[length].reduce(0) { sum, run in
          let weight = wanted.weights[length][run.key] ?? 0
          return sum + min(run.value, weight) * weight
        }
        let norm = found.norms[length] * wanted.norms[length]
        sum += (norm == 0 ? product : product / norm) * penalty
      }
    }
    return references.isEmpty ? 0 : sum / Double(NGrams.maximum * references.count) * 10
  }
}
