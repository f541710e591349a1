import TaskProtocol

/// Rules about what the sentences state.
extension RuleChecker {
  /// A statement with its sentence.
  struct Stated {
    var statement: ReportStatement
    var sentence: ReportReading.Sentence
    var offset: Int
  }

  /// All statements of some sentences; of more than ``statementLimit`` the first.
  static func statements(of sentences: [ReportReading.Sentence]) -> [Stated] {
    let all = sentences.lazy.flatMap { sentence in
      sentence.found.lazy.map {
        Stated(
          statement: $0.statement,
          sentence: sentence,
          offset: sentence.words[$0.words.lowerBound].range.lowerBound
        )
      }
    }
    return Array(all.prefix(statementLimit))
  }

  /// Most statements that rules compare with one another.
  private static let statementLimit = 2000

  private func matches(_ statement: ReportStatement, _ scope: Rule.ObservationScope) -> Bool {
    scope.names.contains(statement.observation)
      || scope.category != nil && scope.category == statement.category
  }

  mutating func checkObservations(_ rule: Rule, _ scope: Rule.ObservationScope) {
    for stated in statements
    where matches(stated.statement, scope) && stated.statement.polarity == .positive
      && stated.statement.certainty != .possible
    {
      report(
        rule,
        at: stated.offset,
        [
          "found": Self.quoted(stated.sentence),
          "observation": Self.shown(stated.statement.observation),
        ]
      )
    }
  }

  mutating func checkMentions(_ rule: Rule, _ scope: Rule.ObservationScope) {
    let all = statements.map(\.statement)
    let offset = reading.report.sections.first { $0.kind == .findings }?.offset ?? 0
    for name in scope.names where !all.contains(where: { isMention($0, of: name) }) {
      report(rule, at: offset, ["observation": capitalized(Self.shown(name))])
    }
    if let category = scope.category, !all.contains(where: { $0.category == category }) {
      report(rule, at: offset, ["observation": category.rawValue])
    }
  }

  private func isMention(_ statement: ReportStatement, of name: String) -> Bool {
    statement.observation == name
      || statement.category != nil
        && statement.category == Lexicon.builtIn.observationsByName[name]?.category
  }

  private func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  // MARK: - Contradictions

  /// Whether a denial covers an assertion: of the thing, and of where it is.
  private func denies(_ denial: ReportStatement, _ assertion: ReportStatement) -> Bool {
    guard denial.polarity == .negative, denial.certainty == .definite, denial.qualifier == nil,
      denial.temporal != .new, assertion.polarity == .positive, assertion.certainty != .possible,
      assertion.temporal != .resolved
    else { return false }
    let sideIsCovered =
      denial.laterality == .unspecified || denial.laterality == .bilateral
      || assertion.laterality == denial.laterality || assertion.laterality == .bilateral
    let usual = Lexicon.builtIn.observationsByName[denial.observation]?.usualPlace
    let placeIsCovered =
      denial.anatomy == nil || denial.anatomy == usual || denial.anatomy == assertion.anatomy
    return sideIsCovered && placeIsCovered
  }

  /// Observations whose denial denies an observation too.
  private func denying(_ assertion: ReportStatement) -> [String] {
    var names = [assertion.observation]
    switch assertion.observation {
    case "infiltrate", "consolidation", "pneumonia": names.append("lung-opacity")
    case "tension-pneumothorax": names.append("pneumothorax")
    default: if assertion.category == .supportDevices { names.append("device") }
    }
    return names
  }

  mutating func checkContradictions(_ rule: Rule, isBetween: Bool) {
    let denials = Dictionary(
      grouping: statements.filter { $0.statement.polarity == .negative },
      by: \.statement.observation
    )
    var known: Set<[Int]> = []
    for assertion in statements where assertion.statement.polarity == .positive {
      for denial in denying(assertion.statement).flatMap({ denials[$0] ?? [] })
      where denies(denial.statement, assertion.statement) {
        let (first, second) = (assertion.sentence, denial.sentence)
        guard known.count < Self.findingLimit else { return }
        guard first.span.range != second.span.range,
          (first.section != second.section) == isBetween,
          known.insert([first.span.range.lowerBound, second.span.range.lowerBound]).inserted
        else { continue }
        report(
          rule,
          at: max(assertion.offset, denial.offset),
          [
            "observation": capitalized(Self.shown(assertion.statement.observation)),
            "found": Self.quoted(first),
            "other": Self.quoted(second),
            "section": first.section == .findings ? "Findings" : "Impression",
          ]
        )
      }
    }
  }

  mutating func checkAcute(_ rule: Rule, _ names: [String]) {
    let all = statements
    guard
      let denial = all.first(where: { $0.statement.observation == Lexicon.acuteDisease.name })
    else { return }
    let past: Set<TemporalCourse> = [.old, .unchanged, .improved, .resolved]
    var known: Set<Int> = []
    for stated in all {
      let statement = stated.statement
      guard names.contains(statement.observation), statement.polarity == .positive,
        statement.certainty != .possible, !past.contains(statement.temporal),
        known.insert(stated.sentence.span.range.lowerBound).inserted
      else { continue }
      report(
        rule,
        at: max(denial.offset, stated.offset),
        [
          "observation": Self.shown(statement.observation),
          "found": Self.quoted(stated.sentence),
          "other": Self.quoted(denial.sentence),
        ]
      )
    }
  }

  mutating func checkLaterality(_ rule: Rule) {
    var sides: [String: (findings: [Stated], impression: [Stated])] = [:]
    for stated in statements
    where stated.statement.polarity == .positive && stated.statement.laterality != .unspecified {
      let name = stated.statement.observation
      if stated.sentence.section == .findings {
        sides[name, default: ([], [])].findings.append(stated)
      } else {
        sides[name, default: ([], [])].impression.append(stated)
      }
    }
    for (name, lists) in sides.sorted(by: { $0.key < $1.key }) {
      let inFindings = Set(lists.findings.map(\.statement.laterality))
      let inImpression = Set(lists.impression.map(\.statement.laterality))
      guard inFindings.count == 1, inImpression.count == 1, inFindings != inImpression,
        let first = lists.findings.first, let second = lists.impression.first,
        first.statement.laterality != .bilateral, second.statement.laterality != .bilateral
      else { continue }
      report(
        rule,
        at: second.offset,
        [
          "observation": capitalized(Self.shown(name)),
          "side": first.statement.laterality.rawValue,
          "otherside": second.statement.laterality.rawValue,
          "other": Self.quoted(first.sentence),
          "found": Self.quoted(second.sentence),
        ]
      )
    }
  }
}
