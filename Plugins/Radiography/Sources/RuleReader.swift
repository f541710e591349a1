import TaskProtocol

/// Reads a rules file and says, with the line, what it cannot read.
struct RuleReader {
  /// Something that is wrong with a line.
  struct Problem: Equatable, Sendable {
    var line: Int
    var message: String
    var suggestion: String
  }

  /// The rules that could be read.
  private(set) var ruleSet = RuleSet(rules: [])
  private(set) var problems: [Problem] = []

  private static let names = [
    "kind", "severity", "when", "enforced", "message", "suggest", "terms", "except", "texts",
    "observations", "category", "sections", "unit", "words", "times", "in-a-row", "near", "beside",
    "least", "most",
  ]
  /// Settings that may stand on several lines.
  private static let joined: Set<String> = ["terms", "except", "near", "beside", "observations"]
  /// Most rules and most terms in a file.
  static let ruleLimit = 500
  static let termLimit = 5000

  private struct Draft {
    var code: String
    var line: Int
    var values: [String: (text: String, line: Int)] = [:]
  }

  private var termCount = 0

  init(_ text: String) {
    var draft: Draft?
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = index + 1
      let content = raw.drop { $0 == " " || $0 == "\t" }
      guard !content.isEmpty, content != "\r", !content.hasPrefix("#") else { continue }
      let name = content.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
      let value = trimmed(content[name.endIndex...])
      if name == "rule" {
        if let draft { finish(draft) }
        guard ruleSet.rules.count < Self.ruleLimit else {
          fail(line, "There are more than \(Self.ruleLimit) rules.", "Remove some.")
          return
        }
        if value.isEmpty || !value.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x2D }) {
          fail(line, "\"\(value)\" is no code of a rule.", "Use lower-case letters and hyphens.")
        }
        draft = Draft(code: value, line: line)
        continue
      }
      guard draft != nil else {
        fail(line, "\"\(name)\" stands before the first rule.", "Begin with: rule CODE")
        continue
      }
      set(String(name), to: value, line, in: &draft)
    }
    if let draft { finish(draft) }
    if ruleSet.rules.isEmpty, problems.isEmpty {
      fail(1, "The file has no rule.", "Begin with: rule CODE")
    }
  }

  private func trimmed(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    let start = text.drop(while: isBlank)
    guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(start[...last])
  }

  private mutating func fail(_ line: Int, _ message: String, _ suggestion: String) {
    problems.append(Problem(line: line, message: message, suggestion: suggestion))
  }

  private mutating func set(_ name: String, to value: String, _ line: Int, in draft: inout Draft?) {
    guard Self.names.contains(name) else {
      let near = Self.names.min { distance($0, name) < distance($1, name) } ?? ""
      fail(
        line,
        "The setting \"\(name)\" is not known.",
        distance(near, name) <= 3
          ? "Did you mean \"\(near)\"?" : "Known: " + Self.names.joined(separator: ", ")
      )
      return
    }
    guard !value.isEmpty else {
      fail(line, "The setting \"\(name)\" has no value.", "Write it after the name.")
      return
    }
    if let old = draft?.values[name] {
      guard Self.joined.contains(name) else {
        fail(line, "The setting \"\(name)\" was given in line \(old.line).", "Remove one of them.")
        return
      }
      draft?.values[name] = (old.text + ", " + value, old.line)
    } else {
      draft?.values[name] = (value, line)
    }
  }

  // MARK: - A whole rule

  /// Settings of each kind besides kind, severity, when, message and suggest: needed and possible.
  private static let settings: [String: (needed: [String], possible: [String])] = [
    "phrase": (["terms"], ["except", "enforced"]),
    "literal": (["texts"], []),
    "observation": ([], ["observations", "category"]),
    "unmentioned": ([], ["observations", "category"]),
    "contradiction": (["sections"], []),
    "acute-denied": (["observations"], []),
    "laterality": ([], []),
    "repetition": (["unit", "times"], ["words", "in-a-row"]),
    "range": (["unit", "least", "most"], ["near", "beside"]),
  ]

  private mutating func finish(_ draft: Draft) {
    let before = problems.count
    guard let kindName = draft.values["kind"] else {
      fail(draft.line, "The rule \(draft.code) has no kind.", "Add one of: \(Self.kindNames)")
      return
    }
    guard let allowed = Self.settings[kindName.text] else {
      fail(
        kindName.line,
        "The kind \"\(kindName.text)\" is not known.",
        "Use one of: \(Self.kindNames)"
      )
      return
    }
    let common = ["kind", "severity", "when", "message", "suggest"]
    for name in allowed.needed + ["message"] where draft.values[name] == nil {
      fail(draft.line, "The rule \(draft.code) has no \(name).", "Add a line: \(name) ...")
    }
    for (name, value) in draft.values.sorted(by: { $0.value.line < $1.value.line })
    where !(allowed.needed + allowed.possible + common).contains(name) {
      fail(value.line, "A rule of kind \(kindName.text) has no \(name).", "Remove the line.")
    }
    if ruleSet.rules.contains(where: { $0.code == draft.code }) {
      fail(draft.line, "There are two rules of the code \(draft.code).", "Rename one of them.")
    }
    let severity = choice(draft, "severity", Severity.self, .warning)
    let isEnforced = isYes(draft, "enforced")
    guard let kind = kind(kindName.text, draft, isEnforced) else { return }
    let rule = Rule(
      code: draft.code,
      kind: kind,
      severity: severity,
      conditions: conditions(draft),
      isEnforced: isEnforced,
      message: draft.values["message"]?.text ?? "",
      suggestion: draft.values["suggest"]?.text ?? "",
      line: draft.line
    )
    if problems.count == before { ruleSet.rules.append(rule) }
  }

  private static var kindNames: String { settings.keys.sorted().joined(separator: ", ") }

  private mutating func kind(_ name: String, _ draft: Draft, _ isEnforced: Bool) -> Rule.Kind? {
    switch name {
    case "phrase":
      let terms = terms(draft, "terms")
      let exceptions = terms.isEmpty ? [] : self.terms(draft, "except")
      if isEnforced, let term = terms.first(where: { $0.bannable == nil }) {
        fail(
          draft.values["terms"]?.line ?? draft.line,
          "Decoding cannot be held to the term \"\(term.text)\".",
          "An enforced term is words of plain letters, the last of at least two, with * at the end."
        )
      }
      if isEnforced, !exceptions.isEmpty {
        fail(draft.line, "An enforced rule has no exceptions.", "Remove except or enforced.")
      }
      return .phrase(terms: terms, exceptions: exceptions)
    case "literal":
      return .literal((draft.values["texts"]?.text ?? "").split(separator: " ").map(String.init))
    case "observation": return .observation(scope(draft))
    case "unmentioned": return .unmentioned(scope(draft))
    case "contradiction":
      let sections = draft.values["sections"]
      guard sections == nil || sections?.text == "within" || sections?.text == "between" else {
        fail(sections?.line ?? 0, "sections is within or between.", "Write: sections within")
        return nil
      }
      return .contradiction(isBetween: sections?.text == "between")
    case "acute-denied": return .acuteDenied(scope(draft).names)
    case "laterality": return .laterality
    case "repetition": return repetition(draft)
    default: return range(draft)
    }
  }

  private mutating func repetition(_ draft: Draft) -> Rule.Kind? {
    let unit = draft.values["unit"]
    let times = count(draft, "times", 2...1000)
    switch unit?.text {
    case "sentence": return .repetition(Rule.Repetition(words: 0, times: times, isInARow: false))
    case "words":
      let words = count(draft, "words", 1...50)
      let isInARow = isYes(draft, "in-a-row")
      return .repetition(Rule.Repetition(words: words, times: times, isInARow: isInARow))
    default:
      if let unit { fail(unit.line, "unit is sentence or words.", "Write: unit sentence") }
      return nil
    }
  }

  private mutating func range(_ draft: Draft) -> Rule.Kind? {
    guard let unit = draft.values["unit"] else { return nil }
    let units = ["mm", "cm", "m", "ml", "l", "%", "none"]
    if !units.contains(unit.text.lowercased()) {
      fail(
        unit.line,
        "The unit \"\(unit.text)\" is not known.",
        "Use one of: mm, cm, m, ml, l, %, none"
      )
    }
    let least = number(draft, "least")
    let most = number(draft, "most")
    if least > most {
      fail(draft.values["least"]?.line ?? draft.line, "least is more than most.", "Swap them.")
    }
    return .range(
      Rule.MeasurementRange(
        near: terms(draft, "near"),
        beside: terms(draft, "beside"),
        unit: unit.text.lowercased() == "none" ? "" : unit.text.lowercased(),
        least: least,
        most: most
      )
    )
  }

  // MARK: - Values

  private mutating func terms(_ draft: Draft, _ name: String) -> [Term] {
    guard let value = draft.values[name] else { return [] }
    var terms: [Term] = []
    for piece in value.text.split(separator: ",").map(trimmed) where !piece.isEmpty {
      guard let term = Term(piece) else {
        fail(
          value.line,
          "\"\(piece)\" is no term.",
          "A term is words of letters and digits; * ends a word, ~ stands for up to three words."
        )
        continue
      }
      terms.append(term)
    }
    termCount += terms.count
    if termCount > Self.termLimit {
      fail(value.line, "There are more than \(Self.termLimit) terms.", "Remove some.")
      return []
    }
    return terms
  }

  private mutating func scope(_ draft: Draft) -> Rule.ObservationScope {
    var scope = Rule.ObservationScope()
    if let value = draft.values["observations"] {
      for name in value.text.split(separator: ",").map(trimmed) where !name.isEmpty {
        if Lexicon.builtIn.observationsByName[name] == nil {
          fail(value.line, "The observation \"\(name)\" is not known.", "The README lists them.")
        }
        scope.names.append(name)
      }
    }
    if let value = draft.values["category"] {
      scope.category = ObservationCategory(rawValue: value.text)
      if scope.category == nil {
        let names = ObservationCategory.allCases.map(\.rawValue).joined(separator: ", ")
        fail(value.line, "The category \"\(value.text)\" is not known.", "Use one of: \(names)")
      }
    }
    if draft.values["observations"] == nil, draft.values["category"] == nil {
      fail(
        draft.line,
        "The rule \(draft.code) has no observations.",
        "Add observations or category."
      )
    }
    return scope
  }

  private mutating func conditions(_ draft: Draft) -> [Rule.Condition] {
    guard let value = draft.values["when"] else { return [] }
    return value.text.split(separator: ",").map(trimmed).compactMap { piece in
      let parts = piece.split(separator: " ").map(String.init)
      if parts.count == 2 {
        switch parts[0] {
        case "prior": if let choice = PriorExamination(rawValue: parts[1]) { return .prior(choice) }
        case "views": if let choice = RadiographViews(rawValue: parts[1]) { return .views(choice) }
        case "devices":
          if let choice = DevicePresence(rawValue: parts[1]) { return .devices(choice) }
        default: break
        }
      }
      fail(
        value.line,
        "\"\(piece)\" is no condition.",
        "Use an option and a value, such as: when prior none"
      )
      return nil
    }
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ draft: Draft,
    _ name: String,
    _ type: Choice.Type,
    _ usual: Choice
  ) -> Choice {
    guard let value = draft.values[name] else { return usual }
    guard let choice = Choice(rawValue: value.text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      fail(value.line, "\"\(value.text)\" is no \(name).", "Use one of: \(known)")
      return usual
    }
    return choice
  }

  private mutating func isYes(_ draft: Draft, _ name: String) -> Bool {
    guard let value = draft.values[name] else { return false }
    if value.text != "yes", value.text != "no" {
      fail(value.line, "\(name) is yes or no.", "Write: \(name) yes")
    }
    return value.text == "yes"
  }

  private mutating func count(_ draft: Draft, _ name: String, _ range: ClosedRange<Int>) -> Int {
    let value = draft.values[name]
    guard let number = value.flatMap({ Int($0.text) }), range.contains(number) else {
      fail(
        value?.line ?? draft.line,
        "\(name) is no number from \(range.lowerBound) to \(range.upperBound).",
        "Write: \(name) \(range.lowerBound)"
      )
      return range.lowerBound
    }
    return number
  }

  private mutating func number(_ draft: Draft, _ name: String) -> Double {
    guard let value = draft.values[name] else { return 0 }
    guard let number = Double(value.text), number.isFinite else {
      fail(value.line, "\(name) is no number.", "Write a number such as 2.5")
      return 0
    }
    return number
  }
}

/// Letters that must be put in, taken out or changed to make one word of another.
private func distance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.utf8), Array(second.utf8.prefix(40)))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
      diagonal = row[j + 1]
      row[j + 1] = next
    }
  }
  return row[b.count]
}
