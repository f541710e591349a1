extension SentenceReading {
  private static let prepositions: Set<String> = [
    "in", "on", "at", "of", "within", "over", "along", "involving", "near", "to", "from",
    "overlying", "projecting", "about", "through", "via", "into", "above", "below",
  ]
  private static let articles: Set<String> = ["the", "a", "an", "both", "its", "either"]

  /// Gives each side to the mention it belongs to.
  mutating func attachSides() {
    for match in lexicon.sides.matches(in: words) where match.meaning != .unspecified {
      guard let index = owner(of: match.range, where: \.observation.hasSide) else { continue }
      let old = mentions[index].side
      mentions[index].side =
        old == .unspecified || old == match.meaning ? match.meaning : .bilateral
    }
  }

  mutating func attachPlaces() {
    for match in lexicon.places.matches(in: words) {
      guard !mentions.contains(where: { $0.range.overlaps(match.range) }),
        let index = owner(of: match.range, where: { _ in true }), mentions[index].place == nil
      else { continue }
      mentions[index].place = match.meaning.name
    }
  }

  /// The mention that a side or a place belongs to: the one before a preposition, else the next in
  /// the clause, else the last.
  private func owner(of range: Range<Int>, where fits: (Mention) -> Bool) -> Int? {
    let here = clause[range.lowerBound]
    var candidates = mentions.indices.filter {
      fits(mentions[$0]) && clause(of: mentions[$0]) == here
    }
    if candidates.isEmpty { candidates = candidatesInNextClause(after: here, where: fits) }
    // A mention around the words, as "opacification of the left lung".
    if let around = candidates.first(where: {
      mentions[$0].range.lowerBound <= range.lowerBound
        && mentions[$0].range.upperBound >= range.upperBound
    }) {
      return around
    }
    let before = candidates.last { mentions[$0].range.upperBound <= range.lowerBound }
    let after = candidates.first { mentions[$0].range.lowerBound >= range.upperBound }
    var index = range.lowerBound - 1
    while index >= 0, Self.articles.contains(words[index].text) || isPlace[index] { index -= 1 }
    if index >= 0, Self.prepositions.contains(words[index].text) { return before ?? after }
    if let after, !isParted(range.upperBound..<mentions[after].range.lowerBound) { return after }
    return before
  }

  /// "Left and moderate right effusions", "In the left base, there is an opacity": mentions of the
  /// next clause where this one has none.
  private func candidatesInNextClause(after here: Int, where fits: (Mention) -> Bool) -> [Int] {
    guard here + 1 < clauseStarts.count, !mentions.contains(where: { clause(of: $0) == here }),
      ["and", ","].contains(words[clauseStarts[here + 1]].text)
    else { return [] }
    return mentions.indices.filter {
      fits(mentions[$0]) && clause(of: mentions[$0]) == here + 1
    }
  }

  /// Whether the words before a mention keep a side or place from it: a denial, or a comma and a
  /// verb.
  private func isParted(_ between: Range<Int>) -> Bool {
    let texts = words[between].map(\.text)
    return texts.contains(",") && texts.contains(where: Self.verbs.contains)
      || cues.contains {
        between.contains($0.range.lowerBound) && $0.meaning.contains(.deniedBefore)
      }
  }

  /// "Left effusion and adjacent atelectasis": a side holds for what is joined to its mention.
  mutating func carrySides() {
    for index in mentions.indices.dropFirst() {
      let (previous, mention) = (mentions[index - 1], mentions[index])
      guard mention.side == .unspecified, mention.observation.hasSide,
        previous.side != .unspecified, mention.range.lowerBound >= previous.range.upperBound
      else { continue }
      let between = previous.range.upperBound..<mention.range.lowerBound
      let texts = words[between].map(\.text)
      let isJoined =
        between.count <= 5
        && texts.contains { ["and", "or", "with", "versus", "vs", ","].contains($0) }
      let isApart = texts.contains { Self.verbs.contains($0) || $0 == ";" || $0 == "but" }
      let hasCue = cues.contains {
        $0.range.overlaps(between) && $0.meaning.contains(.deniedBefore)
      }
      if isJoined, !isApart, !hasCue { mentions[index].side = previous.side }
    }
  }
}
