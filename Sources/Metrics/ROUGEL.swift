/// ROUGE-L: how much of two texts is a common subsequence of words.
///
/// Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, in two variants that give
/// different figures.
package enum ROUGEL {
  /// As `pycocoevalcap` 1.2.
  ///
  /// Recall weighs 1.2 times precision, and the best precision and the best recall
  /// over all references are combined. An empty text counts as one empty word.
  package static func coco(_ words: [String], _ references: [[String]]) -> Double {
    let found = words.isEmpty ? [""] : words
    var (precision, recall) = (0.0, 0.0)
    for reference in references {
      let wanted = reference.isEmpty ? [""] : reference
      let common = Double(commonLength(found, wanted))
      precision = max(precision, common / Double(found.count))
      recall = max(recall, common / Double(wanted.count))
    }
    guard precision > 0, recall > 0 else { return 0 }
    let square = 1.2 * 1.2
    return (1 + square) * precision * recall / (recall + square * precision)
  }

  /// As google's `rouge_score` 0.1.2: the harmonic mean of precision and recall.
  ///
  /// Of several references the one that gives the best score counts. Words are runs of ASCII letters and
  /// digits; with `stems`, which is `use_stemmer=True`, those of more than three letters are stemmed.
  package static func google(_ text: String, _ references: [String], stems: Bool) -> Double {
    let found = googleWords(text, stems: stems)
    return references.map { reference in
      let wanted = googleWords(reference, stems: stems)
      let sum = found.count + wanted.count
      guard !found.isEmpty, !wanted.isEmpty else { return 0 }
      return 2 * Double(commonLength(found, wanted)) / Double(sum)
    }.max() ?? 0
  }

  private static func googleWords(_ text: String, stems: Bool) -> [String] {
    let stemmer = PorterStemmer()
    return text.lowercased().unicodeScalars
      .split { !("a"..."z").contains($0) && !("0"..."9").contains($0) }
      .map { part in
        let word = String(part)
        return stems && word.utf8.count > 3 ? stemmer.stem(word) : word
      }
  }

  /// Length of the longest common subsequence.
  static func commonLength(_ first: [String], _ second: [String]) -> Int {
    var row = [Int](repeating: 0, count: second.count + 1)
    for word in first {
      var diagonal = 0
      for (place, other) in second.enumerated() {
        let above = row[place + 1]
        row[place + 1] = word == other ? diagonal + 1 : max(above, row[place])
        diagonal = above
      }
    }
    return row[second.count]
  }
}
