import TaskProtocol

/// Applies rules to a report.
struct RuleChecker {
  let reading: ReportReading
  let settings: RadiographySettings
  let rules: [Rule]

  /// A finding and the byte it belongs to.
  private(set) var found: [(offset: Int, finding: Finding)] = []
  private let places: TextPlaces
  /// Findings and impression, in order.
  let sentences: [ReportReading.Sentence]
  /// What they state.
  let statements: [Stated]

  /// Most findings of one rule; the rest would say the same.
  static let findingLimit = 50

  init(_ reading: ReportReading, under settings: RadiographySettings, rules: [Rule]) {
    self.reading = reading
    self.settings = settings
    self.rules = rules
    places = TextPlaces(reading.report.bytes)
    sentences = reading.sentences.filter { $0.section == .findings || $0.section == .impression }
    statements = Self.statements(of: sentences)
    for rule in rules where rule.applies(to: settings) { check(rule) }
    found.sort { $0.offset < $1.offset }
  }

  private mutating func check(_ rule: Rule) {
    switch rule.kind {
    case .phrase(let terms, let exceptions): checkPhrases(rule, terms, exceptions)
    case .literal(let texts): checkLiterals(rule, texts)
    case .observation(let scope): checkObservations(rule, scope)
    case .unmentioned(let scope): checkMentions(rule, scope)
    case .contradiction(let isBetween): checkContradictions(rule, isBetween: isBetween)
    case .acuteDenied(let names): checkAcute(rule, names)
    case .laterality: checkLaterality(rule)
    case .repetition(let repetition): checkRepetition(rule, repetition)
    case .range(let range): checkRange(rule, range)
    }
  }

  /// Adds a finding; braces in the message are filled in with the values.
  mutating func report(_ rule: Rule, at offset: Int, _ values: [String: String]) {
    guard found.count(where: { $0.finding.code == rule.code }) < Self.findingLimit else { return }
    let place = places.place(of: offset)
    found.append(
      (
        offset,
        Finding(
          code: rule.code,
          severity: rule.severity,
          message: filled(rule.message, values),
          line: place.line,
          column: place.column,
          suggestion: rule.suggestion.isEmpty ? nil : filled(rule.suggestion, values)
        )
      )
    )
  }

  private func filled(_ text: String, _ values: [String: String]) -> String {
    var rest = text[...]
    var result = ""
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      guard let close = rest[open...].firstIndex(of: "}") else {
        rest = rest[open...]
        break
      }
      let name = String(rest[rest.index(after: open)..<close])
      result += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// A sentence as messages show it.
  static func quoted(_ sentence: ReportReading.Sentence) -> String {
    let text = sentence.span.text
    return text.count <= 100 ? text : String(text.prefix(97)) + "..."
  }

  /// An observation's name as messages show it.
  static func shown(_ observation: String) -> String {
    observation.split(separator: "-").joined(separator: " ")
  }

  // MARK: - Words

  private mutating func checkPhrases(_ rule: Rule, _ terms: [Term], _ exceptions: [Term]) {
    for sentence in sentences {
      let words = sentence.words
      var place = 0
      while place < words.count {
        let excepted = exceptions.compactMap { $0.end(in: words, from: place) }.max()
        if let excepted {
          place = max(place + 1, excepted)
          continue
        }
        guard let end = terms.compactMap({ $0.end(in: words, from: place) }).max(), end > place
        else {
          place += 1
          continue
        }
        let range = words[place].range.lowerBound..<words[end - 1].range.upperBound
        let text = String(decoding: reading.report.bytes[range], as: UTF8.self)
        report(rule, at: range.lowerBound, ["found": text])
        place = end
      }
    }
  }

  /// Strings as they stand; `A...B` is what begins with A and ends with B within 40 bytes.
  private mutating func checkLiterals(_ rule: Rule, _ texts: [String]) {
    let bytes = reading.report.bytes
    let patterns = texts.map { text -> (first: [UInt8], last: [UInt8]) in
      guard let dots = text.firstRange(of: "...") else { return (Array(text.utf8), []) }
      return (Array(text[..<dots.lowerBound].utf8), Array(text[dots.upperBound...].utf8))
    }
    for sentence in reading.sentences {
      let range = sentence.span.range
      var place = range.lowerBound
      while place < range.upperBound {
        let length = patterns.lazy.compactMap { pattern -> Int? in
          let rest = bytes[place..<range.upperBound]
          guard !pattern.first.isEmpty, rest.starts(with: pattern.first) else { return nil }
          guard let end = pattern.last.first else { return pattern.first.count }
          return rest.dropFirst(pattern.first.count).prefix(40).firstIndex(of: end)
            .map { $0 + 1 - place }
        }.first
        if let length {
          let text = String(decoding: bytes[place..<place + length], as: UTF8.self)
          report(rule, at: place, ["found": text])
        }
        place += length ?? 1
      }
    }
  }

  private mutating func checkRepetition(_ rule: Rule, _ repetition: Rule.Repetition) {
    let groups = Dictionary(grouping: sentences, by: \.sectionIndex).sorted { $0.key < $1.key }
    for (_, group) in groups {
      if repetition.words == 0 {
        var counts: [String: Int] = [:]
        for sentence in group where !sentence.span.isCut {
          let key = sentence.words.filter { $0.kind != .mark }.map(\.text).joined(separator: " ")
          counts[key, default: 0] += 1
          if counts[key] == repetition.times {
            report(
              rule,
              at: sentence.span.range.lowerBound,
              ["found": Self.quoted(sentence), "count": "\(repetition.times)"]
            )
          }
        }
      } else if repetition.isInARow {
        for sentence in group {
          checkRun(rule, repetition, sentence.words.filter { $0.kind == .word })
        }
      } else {
        checkRuns(rule, repetition, group)
      }
    }
  }

  /// Some words said again and again without anything between.
  private mutating func checkRun(
    _ rule: Rule,
    _ repetition: Rule.Repetition,
    _ words: [SentenceWord]
  ) {
    let length = repetition.words
    var place = 0
    while place + length * repetition.times <= words.count {
      let run = words[place..<place + length].map(\.text)
      var end = place + length
      while end + length <= words.count, words[end..<end + length].map(\.text) == run {
        end += length
      }
      let count = (end - place) / length
      guard count >= repetition.times else {
        place += 1
        continue
      }
      report(
        rule,
        at: words[place].range.lowerBound,
        ["found": run.joined(separator: " "), "count": "\(count)"]
      )
      place = end
    }
  }

  /// Runs of words that occur often in a section; the place is that of the occurrence that is one too
  /// many, and longer repetitions are reported once.
  private mutating func checkRuns(
    _ rule: Rule,
    _ repetition: Rule.Repetition,
    _ group: [ReportReading.Sentence]
  ) {
    var counts: [[String]: Int] = [:]
    for sentence in group {
      let words = sentence.words.filter { $0.kind != .mark }
      var place = 0
      while place + repetition.words <= words.count {
        let run = words[place..<place + repetition.words].map(\.text)
        counts[run, default: 0] += 1
        if counts[run] == repetition.times {
          report(
            rule,
            at: words[place].range.lowerBound,
            ["found": run.joined(separator: " "), "count": "\(repetition.times)"]
          )
          break
        }
        place += 1
      }
    }
  }
}
