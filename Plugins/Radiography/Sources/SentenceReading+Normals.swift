extension SentenceReading {
  /// Denials that follow from something being normal or clear, and from nothing being acute.
  func normals() -> [StatementExtractor.Found] {
    var found: [StatementExtractor.Found] = []
    for match in lexicon.everythingNormal.matches(in: words) {
      found.append(denial(of: Lexicon.acuteDisease, at: match.range))
    }
    let predicates = lexicon.normals.map { $0.predicates.matches(in: words).map(\.range) }
    let allPredicates = predicates.flatMap { $0 }
    for (normal, ranges) in zip(lexicon.normals, predicates) {
      let subjects = normal.subjects.matches(in: words).map(\.range)
      for range in ranges {
        guard !isUndone(range) else { continue }
        let matching = subjects.filter { subject in
          guard clause[subject.lowerBound] == clause[range.lowerBound] else { return false }
          if subject.upperBound <= range.lowerBound {
            return !allPredicates.contains {
              $0.lowerBound >= subject.upperBound && $0.upperBound <= range.lowerBound
            }
          }
          return subject.lowerBound >= range.upperBound
            && subject.lowerBound - range.upperBound <= 1
        }
        guard let subject = matching.first else { continue }
        found += normal.denied.map { denial(of: $0, at: subject) }
      }
    }
    return found
  }

  /// Whether a word before says the opposite, or the words belong to a cue, as in `clear of`.
  private func isUndone(_ range: Range<Int>) -> Bool {
    let isInCue = cues.contains {
      $0.range.overlaps(range) && $0.range.upperBound > range.upperBound
        || $0.range.overlaps(range) && $0.meaning.contains(.notDenied)
    }
    let isDenied =
      range.lowerBound > 0 && ["not", "no", "otherwise"].contains(words[range.lowerBound - 1].text)
    let isLimited =
      range.upperBound < words.count && words[range.upperBound].text == "elsewhere"
    return isInCue || isDenied || isLimited
  }

  private func denial(
    of observation: Lexicon.Observation,
    at range: Range<Int>
  ) -> StatementExtractor.Found {
    var side = Laterality.unspecified
    if observation.hasSide, range.lowerBound > 0 {
      let match = lexicon.sides.match(in: words, at: range.lowerBound - 1)
      if let match, match.range.count == 1, match.meaning != .bilateral { side = match.meaning }
    }
    return StatementExtractor.Found(
      statement: ReportStatement(
        observation: observation.name,
        category: observation.category,
        anatomy: observation.usualPlace,
        laterality: side,
        polarity: .negative
      ),
      words: range
    )
  }
}
