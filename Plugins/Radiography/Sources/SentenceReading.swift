/// What was found in one sentence.
struct SentenceReading {
  struct Mention {
    var range: Range<Int>
    var observation: Lexicon.Observation
    var side = Laterality.unspecified
    var place: String?
  }

  let words: [SentenceWord]
  let lexicon: Lexicon
  let cues: [TermIndex<Lexicon.Cue>.Match]
  /// The clause and, within it, the part between commas that each word belongs to.
  let clause: [Int]
  let segment: [Int]
  /// The word each clause begins with.
  private(set) var clauseStarts: [Int] = []
  /// Whether a side or a place begins with the word, which may stand between a preposition and another.
  let isPlace: [Bool]
  /// Words about the course in time, in order.
  let courses: [TermIndex<TemporalCourse>.Match]
  var mentions: [Mention] = []

  init(_ words: [SentenceWord], _ lexicon: Lexicon) {
    self.words = words
    self.lexicon = lexicon
    cues = lexicon.cues.matches(in: words)
    (clause, segment, clauseStarts) = Self.parts(of: words, lexicon, cues)
    isPlace = words.indices.map {
      lexicon.sides.match(in: words, at: $0) != nil
        || lexicon.places.match(in: words, at: $0) != nil
    }
    courses = Self.courses(in: words, lexicon, cues)
    mentions = lexicon.observations.matches(in: words).map {
      Mention(range: $0.range, observation: $0.meaning)
    }
    attachSides()
    attachPlaces()
    carrySides()
  }

  static let verbs: Set<String> = [
    "is", "are", "was", "were", "has", "have", "appears", "appear", "shows", "show", "measures",
    "demonstrates", "remains", "remain",
  ]
  private static let openers: Set<String> = [
    "the", "there", "a", "an", "it", "this", "these", "otherwise", "heart", "lungs",
  ]
  static let joiners: Set<String> = ["or", "nor", "and", "versus", "vs", "less"]

  /// Clauses end at semicolons, colons and brackets, before the stops of the lexicon, and at commas
  /// behind which a sentence of its own begins.
  private static func parts(
    of words: [SentenceWord],
    _ lexicon: Lexicon,
    _ cues: [TermIndex<Lexicon.Cue>.Match]
  ) -> (clause: [Int], segment: [Int], starts: [Int]) {
    var starts = Set([0])
    var commas: Set<Int> = []
    for (index, word) in words.enumerated() where word.kind == .mark {
      if [";", ":", "(", ")"].contains(word.text) {
        starts.insert(index)
      } else if word.text == "," {
        commas.insert(index)
        let rest = words[(index + 1)...].prefix { $0.text != "," && $0.text != ";" }
        guard let first = rest.first else { continue }
        let hasVerb = rest.contains { verbs.contains($0.text) }
        if openers.contains(first.text) || hasVerb && !joiners.contains(first.text) {
          starts.insert(index)
        }
      }
    }
    for match in lexicon.stops.matches(in: words) {
      let isInCue = cues.contains {
        $0.range.lowerBound < match.range.lowerBound && $0.range.contains(match.range.lowerBound)
      }
      if !isInCue { starts.insert(match.range.lowerBound) }
    }
    var clause: [Int] = []
    var segment: [Int] = []
    var ordered: [Int] = []
    for index in words.indices {
      let isNew = starts.contains(index)
      if isNew { ordered.append(index) }
      let last = (clause.last ?? -1, segment.last ?? -1)
      clause.append(isNew ? last.0 + 1 : last.0)
      segment.append(isNew || commas.contains(index) ? last.1 + 1 : last.1)
    }
    return (clause, segment, ordered)
  }

  /// The clause that a mention stands in: that of its last word.
  func clause(of mention: Mention) -> Int { clause[mention.range.upperBound - 1] }

  /// The first word of the part between commas that a word stands in, the comma aside.
  private func segmentStart(_ index: Int) -> Int {
    var start = index
    while start > 0, segment[start - 1] == segment[index] { start -= 1 }
    return words[start].text == "," && start < index ? start + 1 : start
  }

  /// Whether a cue reaches forwards to a mention, up to the end of the clause.
  private func reachesForward(_ cue: Range<Int>, _ mention: Mention) -> Bool {
    mention.range.upperBound > cue.upperBound
      && clause(of: mention) == clause[cue.upperBound - 1]
  }

  /// Whether a doubt reaches forwards to a mention: up to a comma that no `or` follows.
  private func doubtReachesForward(_ cue: Range<Int>, _ mention: Mention) -> Bool {
    guard reachesForward(cue, mention) else { return false }
    let last = mention.range.upperBound - 1
    guard segment[last] != segment[cue.upperBound - 1] else { return true }
    return ["or", "versus", "vs"].contains(words[segmentStart(last)].text)
  }

  /// Whether a cue reaches backwards to a mention: within the part between commas, and further when
  /// that part is the last of a list.
  private func reachesBackward(_ cue: Range<Int>, _ mention: Mention) -> Bool {
    guard mention.range.lowerBound < cue.lowerBound,
      clause(of: mention) == clause[cue.lowerBound]
    else { return false }
    if segment[mention.range.upperBound - 1] == segment[cue.lowerBound] { return true }
    let start = segmentStart(cue.lowerBound)
    if Self.joiners.contains(words[start].text) { return true }
    // "Pneumothorax, if any, is not seen": the part has no mention of its own.
    return !mentions.contains {
      segment[$0.range.upperBound - 1] == segment[cue.lowerBound]
        && $0.range.lowerBound < cue.lowerBound
    }
  }

  /// The statement that a mention makes, `nil` when it is only asked for.
  func statement(of index: Int) -> StatementExtractor.Found? {
    let mention = mentions[index]
    var isDenied = false
    var certainty = Certainty.definite
    for cue in cues {
      let kind = cue.meaning
      // A cue of both directions points forwards when something stands there.
      let pointsForward = mentions.contains { reachesForward(cue.range, $0) }
      let isForward = reachesForward(cue.range, mention)
      let isBackward =
        reachesBackward(cue.range, mention)
        && (!pointsForward
          || kind.isDisjoint(with: [.deniedBefore, .possibleBefore, .probableBefore]))
      if kind.contains(.setAside), isForward { return nil }
      if kind.contains(.deniedBefore) && isForward || kind.contains(.deniedAfter) && isBackward {
        isDenied = true
      }
      let isDoubtForward = doubtReachesForward(cue.range, mention)
      if kind.contains(.possibleBefore) && isDoubtForward
        || kind.contains(.possibleAfter) && isBackward
      {
        certainty = .possible
      } else if kind.contains(.probableBefore) && isDoubtForward
        || kind.contains(.probableAfter) && isBackward, certainty == .definite
      {
        certainty = .probable
      }
    }
    let observation = mention.observation
    let statement = ReportStatement(
      observation: observation.name,
      category: observation.category,
      anatomy: mention.place ?? observation.usualPlace,
      laterality: mention.side,
      polarity: isDenied ? .negative : .positive,
      certainty: certainty,
      temporal: course(of: mention),
      qualifier: isDenied ? limit(of: mention) : nil
    )
    return StatementExtractor.Found(statement: statement, words: mention.range)
  }

  /// Farthest words about the course in time that belong to a mention.
  private static let reach = 8

  /// The nearest words about the course in time, within the clause and eight words.
  private func course(of mention: Mention) -> TemporalCourse {
    var best = (distance: Self.reach + 1, course: TemporalCourse.unspecified)
    // The first that may be near enough: their ends are in order as their beginnings are.
    var (low, high) = (0, courses.count)
    while low < high {
      let middle = (low + high) / 2
      if courses[middle].range.upperBound + Self.reach < mention.range.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    for match in courses[low...] {
      guard match.range.lowerBound <= mention.range.upperBound + Self.reach else { break }
      guard clause[match.range.lowerBound] == clause(of: mention) else { continue }
      let distance =
        match.range.lowerBound >= mention.range.upperBound
        ? match.range.lowerBound - mention.range.upperBound
        : max(0, mention.range.lowerBound - match.range.upperBound)
      if distance < best.distance { best = (distance, match.meaning) }
    }
    return best.course
  }

  /// "Not resolved" is no word of resolution, "no change" is one of change.
  private static func courses(
    in words: [SentenceWord],
    _ lexicon: Lexicon,
    _ cues: [TermIndex<Lexicon.Cue>.Match]
  ) -> [TermIndex<TemporalCourse>.Match] {
    // Per word, where the first such negation over it begins.
    var undone = [Int](repeating: .max, count: words.count)
    for cue in cues where cue.meaning.contains(.notDenied) {
      for word in cue.range { undone[word] = min(undone[word], cue.range.lowerBound) }
    }
    return lexicon.courses.matches(in: words).filter { match in
      !match.range.contains { undone[$0] < match.range.lowerBound }
    }
  }

  /// An adjective before the mention that narrows a denial.
  private func limit(of mention: Mention) -> String? {
    let start = max(0, mention.range.lowerBound - 4)
    let before = Array(words[start..<mention.range.upperBound])
    return lexicon.limits.matches(in: before)
      .last { clause[start + $0.range.lowerBound] == clause(of: mention) }
      .map { match in match.range.map { before[$0].text }.joined(separator: " ") }
  }
}
