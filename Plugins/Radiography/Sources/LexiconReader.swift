/// Reads `Rules/lexicon.txt`.
struct LexiconReader {
  private(set) var lexicon = Lexicon()
  /// What could not be read, as `line N: reason`.
  private(set) var problems: [String] = []

  private var section = ""
  private var line = 0
  private var cues: [String: (term: Term, cue: Lexicon.Cue)] = [:]
  private var normals: [(line: Int, fields: [Substring])] = []

  mutating func read(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      self.line = index + 1
      let content = trimmed(line.prefix { $0 != "#" })
      guard !content.isEmpty else { continue }
      if content.hasPrefix("["), content.hasSuffix("]") {
        section = String(content.dropFirst().dropLast())
      } else {
        readEntry(content)
      }
    }
    for (term, cue) in cues.values.sorted(by: { $0.term.text < $1.term.text }) {
      lexicon.cues.insert(term, cue)
    }
    for normal in normals { readNormal(normal.fields, line: normal.line) }
  }

  private func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...last]
  }

  private func fields(_ content: Substring) -> [Substring] {
    content.split(separator: "|", omittingEmptySubsequences: false).map(trimmed)
  }

  private mutating func terms(_ field: Substring) -> [Term] {
    field.split(separator: ",").map(trimmed).filter { !$0.isEmpty }.compactMap { piece in
      let term = Term(piece)
      if term == nil { problems.append("line \(line): \"\(piece)\" is no term") }
      return term
    }
  }

  private mutating func readEntry(_ content: Substring) {
    let fields = fields(content)
    let cue: Lexicon.Cue? =
      switch section {
      case "denied-before": .deniedBefore
      case "denied-after": .deniedAfter
      case "not-denied": .notDenied
      case "possible-before": .possibleBefore
      case "possible-after": .possibleAfter
      case "probable-before": .probableBefore
      case "probable-after": .probableAfter
      case "set-aside": .setAside
      default: nil
      }
    if let cue {
      for term in terms(content) {
        cues[term.text.lowercased(), default: (term, [])].cue.insert(cue)
      }
      return
    }
    switch section {
    case "observations": readObservation(fields)
    case "anatomy":
      guard fields.count == 3 else { return fail("expected name, side and terms") }
      let place = Lexicon.Place(name: String(fields[0]), hasSide: fields[1] == "yes")
      for term in terms(fields[2]) { lexicon.places.insert(term, place) }
    case "normal":
      guard fields.count == 3 else { return fail("expected subjects, predicates and observations") }
      normals.append((line, fields))
    case "everything-normal":
      for term in terms(content) { lexicon.everythingNormal.insert(term, ()) }
    case "stops": for term in terms(content) { lexicon.stops.insert(term, ()) }
    case "limits": for term in terms(content) { lexicon.limits.insert(term, ()) }
    case "left": insertSides(content, .left)
    case "right": insertSides(content, .right)
    case "both": insertSides(content, .bilateral)
    case "no-side": insertSides(content, .unspecified)
    default:
      guard let course = TemporalCourse(rawValue: section), course != .unspecified else {
        return fail("the section [\(section)] is not known")
      }
      for term in terms(content) { lexicon.courses.insert(term, course) }
    }
  }

  private mutating func insertSides(_ content: Substring, _ side: Laterality) {
    for term in terms(content) { lexicon.sides.insert(term, side) }
  }

  private mutating func fail(_ reason: String) { problems.append("line \(line): \(reason)") }

  private mutating func readObservation(_ fields: [Substring]) {
    guard fields.count == 5 else { return fail("expected name, category, side, place and terms") }
    let category = ObservationCategory(rawValue: String(fields[1]))
    guard category != nil || fields[1] == "none" else {
      return fail("the category \"\(fields[1])\" is not known")
    }
    guard fields[2] == "yes" || fields[2] == "no" else {
      return fail("\"\(fields[2])\" is neither yes nor no")
    }
    let observation = Lexicon.Observation(
      name: String(fields[0]),
      category: category,
      hasSide: fields[2] == "yes",
      usualPlace: fields[3].isEmpty ? nil : String(fields[3])
    )
    lexicon.observationsByName[observation.name] = observation
    for term in terms(fields[4]) { lexicon.observations.insert(term, observation) }
  }

  private mutating func readNormal(_ fields: [Substring], line: Int) {
    self.line = line
    var normal = Lexicon.Normal(denied: [])
    for term in terms(fields[0]) { normal.subjects.insert(term, ()) }
    for term in terms(fields[1]) { normal.predicates.insert(term, ()) }
    for name in fields[2].split(separator: ",").map(trimmed) {
      guard let observation = lexicon.observationsByName[String(name)] else {
        fail("the observation \"\(name)\" is not known")
        continue
      }
      normal.denied.append(observation)
    }
    lexicon.normals.append(normal)
  }
}
