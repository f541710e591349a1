import TaskProtocol
import XMLValidation

/// The parts of a MusicXML file, in the order of its parts whichever way the file nests them.
struct MusicXMLFile {
  /// One player.
  struct Part {
    /// The identifier that `score-part` and `part` share.
    var id: String
    /// The name in the part list, where it has one.
    var name: String?
    /// Where the part begins in the file.
    var position: SourcePosition
    /// Its measures in order.
    var measures: [Measure]
  }

  /// What one part has in one measure.
  struct Measure {
    /// The number as it stands in the file.
    var number: String
    /// Whether the measure is not counted: a pickup, the second half of a split measure, a cadenza.
    var isImplicit: Bool
    /// Whether the barlines of this measure need not meet those of other parts.
    var isNonControlling: Bool
    /// Notes, attributes and the rest in the order of the file.
    var content: [MarkupElement]
    /// Where the measure begins in the file.
    var position: SourcePosition
  }

  /// `part` in a part list.
  struct ListedPart {
    var id: String
    var name: String?
    var position: SourcePosition
  }

  /// The outermost element.
  let root: MarkupElement
  /// The players that the file announces.
  private(set) var listed: [ListedPart] = []
  /// The players that the file has music for.
  private(set) var parts: [Part] = []
  private var names: [String: String] = [:]
  /// What is wrong with the outer structure.
  private(set) var findings: [Finding] = []

  /// Names of outermost elements that a file of music can have.
  static let roots: Set<String> = ["score-partwise", "score-timewise"]

  /// Takes a file apart.
  init(_ root: MarkupElement) {
    self.root = root
    guard Self.roots.contains(root.name) else {
      let hint =
        root.name == "opus"
        ? "An opus lists other files; check those." : "Export the score as MusicXML."
      report(
        "not-musicxml",
        "The outermost element is <\(root.name)>; expected <score-partwise> or <score-timewise>.",
        root.position,
        suggestion: hint
      )
      return
    }
    readPartList()
    if root.name == "score-partwise" { readPartwise() } else { readTimewise() }
    checkParts()
  }

  private mutating func report(
    _ code: String,
    _ message: String,
    _ position: SourcePosition,
    severity: Severity = .error,
    part: String? = nil,
    suggestion: String? = nil
  ) {
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: position.line,
        column: position.column,
        part: part,
        suggestion: suggestion
      )
    )
  }

  private mutating func readPartList() {
    guard let list = root.child("part-list") else {
      report(
        "part-list",
        "The score has no <part-list>.",
        root.position,
        suggestion: "List every part with its id and name before the music."
      )
      return
    }
    var seen: Set<String> = []
    for entry in list.children("score-part") {
      let id = entry[attribute: "id"] ?? ""
      if id.isEmpty {
        report("part-list", "A <score-part> has no id.", entry.position)
      } else if !seen.insert(id).inserted {
        report("part-list", "Two entries of the part list have the id \"\(id)\".", entry.position)
      }
      let name = entry.text(of: "part-name") ?? ""
      if !name.isEmpty { names[id] = name }
      listed.append(
        ListedPart(id: id, name: name.isEmpty ? nil : name, position: entry.position)
      )
    }
    if listed.isEmpty { report("part-list", "The part list is empty.", list.position) }
  }

  private static func measure(_ element: MarkupElement, content: [MarkupElement]) -> Measure {
    Measure(
      number: element[attribute: "number"] ?? "",
      isImplicit: element[attribute: "implicit"] == "yes",
      isNonControlling: element[attribute: "non-controlling"] == "yes",
      content: content,
      position: element.position
    )
  }

  private mutating func readPartwise() {
    var seen: Set<String> = []
    for part in root.children("part") {
      let id = part[attribute: "id"] ?? ""
      if !seen.insert(id).inserted {
        report("part-twice", "The part \"\(id)\" comes twice.", part.position)
      }
      parts.append(
        Part(
          id: id,
          name: names[id],
          position: part.position,
          measures: part.children("measure").map { Self.measure($0, content: $0.elements) }
        )
      )
    }
  }

  private mutating func readTimewise() {
    var places: [String: Int] = [:]
    /// The measure that each part was last seen in.
    var latest: [Int] = []
    for (index, measure) in root.children("measure").enumerated() {
      for part in measure.children("part") {
        let id = part[attribute: "id"] ?? ""
        var piece = Self.measure(measure, content: part.elements)
        piece.position = part.position
        let place = places[id] ?? parts.count
        if place == parts.count {
          places[id] = place
          parts.append(Part(id: id, name: names[id], position: part.position, measures: []))
          latest.append(-1)
        }
        if latest[place] == index {
          let message = "The part \"\(id)\" comes twice in measure \(piece.number)."
          report("part-twice", message, part.position)
          continue
        }
        if latest[place] < index - 1 {
          let message = "The part \"\(id)\" is missing from a measure before \(piece.number)."
          report("measure-count", message, part.position)
        }
        latest[place] = index
        parts[place].measures.append(piece)
      }
    }
  }

  private mutating func checkParts() {
    let known = Set(listed.map(\.id))
    for part in parts where !known.contains(part.id) && !listed.isEmpty {
      report(
        "part-unlisted",
        "The part \"\(part.id)\" is not in the part list.",
        part.position,
        suggestion: "Known ids: \(listed.prefix(20).map(\.id).joined(separator: ", "))."
      )
    }
    let present = Set(parts.map(\.id))
    for entry in listed where !present.contains(entry.id) && !entry.id.isEmpty {
      report(
        "part-without-music",
        "The part list names \"\(entry.id)\", and the score has no such part.",
        entry.position
      )
    }
    guard let first = parts.first else {
      report("no-parts", "The score has no part with music.", root.position)
      return
    }
    for part in parts where part.measures.isEmpty {
      report("no-measures", "The part \"\(part.id)\" has no measures.", part.position)
    }
    for part in parts.dropFirst() where part.measures.count != first.measures.count {
      report(
        "measure-count",
        "Part \"\(part.id)\" has \(part.measures.count) measures and part \"\(first.id)\" has"
          + " \(first.measures.count).",
        part.position,
        suggestion: "Fill the missing measures with rests."
      )
    }
    for part in parts.dropFirst() {
      let pairs = zip(part.measures, first.measures)
      guard let odd = pairs.first(where: { $0.number != $1.number }) else { continue }
      report(
        "measure-number",
        "Measure \"\(odd.0.number)\" of part \"\(part.id)\" is measure \"\(odd.1.number)\" in part"
          + " \"\(first.id)\".",
        odd.0.position,
        severity: .warning
      )
    }
  }
}
