import TaskProtocol
import XMLValidation

/// Examines repeat signs and endings, which the format writes into every part.
struct MusicXMLRepeats {
  private struct Sign: Equatable {
    var measure: Int
    var what: String
  }

  private(set) var findings: [Finding] = []
  private var reference: [Sign] = []
  private var hasReference = false

  init() {}

  /// Takes the next part; the first one is examined, the others are compared with it.
  mutating func take(_ measures: [MusicXMLPartWalk.Measure], partName: String) {
    var signs: [Sign] = []
    let isFirst = !hasReference
    var forward: (MarkupElement, String)?
    var ending: (MarkupElement, String)?
    for (index, measure) in measures.enumerated() {
      for event in measure.events {
        guard case .barline = event.kind else { continue }
        for child in event.element.elements {
          let kind = child[attribute: child.name == "repeat" ? "direction" : "type"] ?? ""
          guard child.name == "repeat" || child.name == "ending" else { continue }
          signs.append(Sign(measure: index, what: "\(child.name) \(kind)"))
          guard isFirst else { continue }
          if child.name == "repeat" {
            takeRepeat(kind, child, measure.name, &forward)
          } else {
            takeEnding(kind, child, measure.name, &ending)
          }
        }
      }
    }
    if isFirst {
      if let (element, place) = forward {
        reportOpen("repeat-without-end", "repeat", element, place, .warning)
      }
      if let (element, place) = ending { reportOpen("ending-without-stop", "ending", element, place) }
      reference = signs
      hasReference = true
    } else if !signs.isEmpty, signs != reference, let position = measures.first?.source.position {
      findings.append(
        Finding(
          code: "repeats-differ",
          severity: .warning,
          message: "The repeats and endings of \(partName) are not those of the first part.",
          line: position.line,
          part: partName
        )
      )
    }
  }

  private mutating func takeRepeat(
    _ kind: String,
    _ element: MarkupElement,
    _ place: String,
    _ open: inout (MarkupElement, String)?
  ) {
    if kind == "forward" {
      if let (before, place) = open {
        reportOpen("repeat-without-end", "repeat", before, place, .warning)
      }
      open = (element, place)
    } else {
      open = nil
    }
  }

  private mutating func takeEnding(
    _ kind: String,
    _ element: MarkupElement,
    _ place: String,
    _ open: inout (MarkupElement, String)?
  ) {
    if kind == "start" {
      if let (before, place) = open { reportOpen("ending-without-stop", "ending", before, place) }
      open = (element, place)
      return
    }
    if open == nil {
      findings.append(
        Finding(
          code: "ending-without-start",
          severity: .error,
          message: "An ending stops in \(place) and has not begun.",
          line: element.position.line,
          column: element.position.column,
          part: place
        )
      )
    }
    open = nil
  }

  private mutating func reportOpen(
    _ code: String,
    _ name: String,
    _ element: MarkupElement,
    _ place: String,
    _ severity: Severity = .error
  ) {
    let number = element[attribute: "number"].map { " \($0)" } ?? ""
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: "The \(name)\(number) that begins in \(place) does not end.",
        line: element.position.line,
        column: element.position.column,
        part: place
      )
    )
  }
}
