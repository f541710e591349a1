import XMLValidation

extension MusicXMLPartWalk {
  mutating func takeAttributes(_ element: MarkupElement) {
    // Keys and times for a staff come before the number of staves.
    for child in element.children("staves") { takeStaves(child) }
    for child in element.elements {
      switch child.name {
      case "divisions":
        if let value = MusicXMLDecimal(child.text), value.units > 0 {
          divisions = value
        } else {
          report(
            "divisions",
            "<divisions> is \"\(child.text.prefix(20))\"; expected a number above 0.",
            at: child
          )
        }
      case "time": takeTime(child)
      case "measure-style": takeMeasureStyle(child)
      case "clef", "key", "staff-details", "transpose": _ = numberedStaff(child)
      default: break
      }
    }
  }

  private mutating func takeStaves(_ element: MarkupElement) {
    hasSaidStaves = true
    guard let count = Int(element.text), (1...1024).contains(count) else {
      report(
        "staves",
        "<staves> is \"\(element.text.prefix(20))\"; expected a number from 1 to 1024.",
        at: element
      )
      return
    }
    staffCount = count
  }

  /// The staff in a `number` attribute, 0 for all; reports one that the part does not have.
  private mutating func numberedStaff(_ element: MarkupElement) -> Int {
    guard let text = element[attribute: "number"] else { return 0 }
    guard let number = Int(text), number >= 1, number <= staffCount else {
      report(
        "staff-number",
        "<\(element.name)> is for staff \"\(text.prefix(9))\" in a part with \(staffCount)"
          + (staffCount == 1 ? " staff." : " staves."),
        at: element
      )
      return 0
    }
    return number
  }

  private mutating func takeTime(_ element: MarkupElement) {
    hasTime = true
    let staff = numberedStaff(element)
    guard let time = MusicXMLTime(element) else {
      report(
        "time",
        "The time signature has no beats and beat type that are numbers.",
        at: element
      )
      return
    }
    if staff == 0 { times = [:] }
    times[staff] = time
    // One that comes after music is an announcement for the next measure.
    if current.end == .zero { current.times = times }
  }

  private mutating func takeMeasureStyle(_ element: MarkupElement) {
    if let rest = element.child("multiple-rest") {
      remainingStyleMeasures = max(0, min((Int(rest.text) ?? 1) - 1, 100_000))
      current.hasMeasureStyle = true
    }
    for name in ["measure-repeat", "beat-repeat", "slash"] {
      guard let style = element.child(name) else { continue }
      current.hasMeasureStyle = true
      if style[attribute: "type"] == "stop" {
        openStyles.remove(name)
      } else {
        openStyles.insert(name)
      }
    }
  }
}
