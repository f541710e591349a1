import TaskProtocol
import XMLValidation

extension MusicXMLReader {
  mutating func readAttributes(
    _ source: MusicXMLEvent,
    _ staves: inout [StaffMeasure],
    _ measure: MusicXMLPartWalk.Measure
  ) {
    for child in source.element.elements {
      let number = child[attribute: "number"].flatMap { Int($0) }
      let chosen = number.map { $0 - 1..<$0 } ?? staves.indices
      switch child.name {
      case "key":
        guard let key = readKey(child, measure.name) else { continue }
        change(&staves, chosen, at: source.start) { $0.key = key }
      case "time":
        guard let metre = readMetre(child, measure.name) else { continue }
        change(&staves, chosen, at: source.start) { $0.metre = metre }
      case "clef":
        guard let clef = readClef(child, measure.name) else { continue }
        // A clef without a number is that of the first staff.
        change(&staves, number.map { $0 - 1..<$0 } ?? 0..<1, at: source.start) { $0.clef = clef }
      case "transpose":
        let isNone = child.integer(of: "chromatic") == 0 && child.child("octave-change") == nil
        if !isNone { losses.add("transpositions", child, in: measure.name) }
      case "staff-details":
        if let lines = child.integer(of: "staff-lines"), lines != 5 {
          losses.add("staves with other than five lines", child, in: measure.name)
        }
      case "measure-style":
        for style in child.elements where style.name != "multiple-rest" {
          losses.add("\(style.name.replacing("-", with: " ")) signs", style, in: measure.name)
        }
      case "for-part", "directive":
        losses.add("\(child.name.replacing("-", with: " ")) entries", child, in: measure.name)
      default: break  // Divisions and staves are in the walk; the rest is layout.
      }
    }
  }

  /// Changes what begins at a place in some staves.
  private func change(
    _ staves: inout [StaffMeasure],
    _ chosen: Range<Int>,
    at onset: Fraction,
    _ body: (inout StaffAttributes) -> Void
  ) {
    for staff in chosen where staves.indices.contains(staff) {
      if let index = staves[staff].attributes.firstIndex(where: { $0.onset == onset }) {
        body(&staves[staff].attributes[index])
      } else {
        var attributes = StaffAttributes(onset: onset)
        body(&attributes)
        staves[staff].attributes.append(attributes)
      }
    }
  }

  private mutating func readKey(_ element: MarkupElement, _ place: String) -> KeySignature? {
    guard let fifths = element.integer(of: "fifths"), (-7...7).contains(fifths) else {
      losses.add("key signatures that are not of the circle of fifths", element, in: place)
      return nil
    }
    var mode: KeyMode?
    if let text = element.text(of: "mode"), text != "none", !text.isEmpty {
      mode = KeyMode(rawValue: text)
      if mode == nil { losses.add("modes of that name", element, in: place) }
    }
    return KeySignature(fifths: fifths, mode: mode)
  }

  private mutating func readMetre(_ element: MarkupElement, _ place: String) -> Metre? {
    guard let time = MusicXMLTime(element) else { return nil }
    guard let length = time.length else { return Metre(beats: 0, beatType: 4) }
    let beatType = time.beatType
    guard beatType % length.denominator == 0 else {
      losses.add("time signatures of several beat types", element, in: place)
      return Metre(beats: length.numerator, beatType: length.denominator)
    }
    if element.children("beats").count > 1 || Int(element.text(of: "beats") ?? "") == nil {
      losses.add("time signatures with added beats", element, in: place)
    }
    let symbol = element[attribute: "symbol"].flatMap(MetreSymbol.init(rawValue:))
    return Metre(
      beats: length.numerator * (beatType / length.denominator),
      beatType: beatType,
      symbol: symbol
    )
  }

  private mutating func readClef(_ element: MarkupElement, _ place: String) -> Clef? {
    guard let sign = element.text(of: "sign").flatMap(ClefSign.init(rawValue:)) else {
      losses.add("clefs of that sign", element, in: place)
      return nil
    }
    let usual: Int =
      switch sign {
      case .g: 2
      case .f: 4
      case .c, .percussion: 3
      }
    let line = element.integer(of: "line") ?? usual
    let octaves = element.integer(of: "clef-octave-change") ?? 0
    guard (1...5).contains(line), (-2...2).contains(octaves) else {
      losses.add("clefs in that place", element, in: place)
      return nil
    }
    return Clef(sign, line: line, octaveChange: octaves)
  }

  mutating func readDirection(
    _ source: MusicXMLEvent,
    _ staves: inout [StaffMeasure],
    _ measure: MusicXMLPartWalk.Measure
  ) {
    let names = [
      "words": "words", "dynamics": "dynamics", "wedge": "hairpins", "pedal": "pedal signs",
      "octave-shift": "octave lines", "rehearsal": "rehearsal marks", "segno": "segno signs",
      "coda": "coda signs", "bracket": "lines", "dashes": "lines",
    ]
    for element in source.element.children("direction-type").flatMap(\.elements) {
      guard element.name == "metronome", let tempo = Self.tempo(element) else {
        let name = names[element.name] ?? "\(element.name.replacing("-", with: " ")) signs"
        losses.add(name, element, in: measure.name)
        continue
      }
      let staff = (source.element.integer(of: "staff") ?? 1) - 1
      change(&staves, staff..<staff + 1, at: source.start) { $0.tempo = tempo }
    }
  }

  /// Quarter notes a minute, `nil` where the mark does not say a whole number of them.
  private static func tempo(_ element: MarkupElement) -> Int? {
    let units = element.children("beat-unit")
    guard units.count == 1, let unit = units.first,
      let value = NoteValue(rawValue: unit.text),
      let length = WrittenDuration(value, dots: element.children("beat-unit-dot").count).length,
      let perMinute = element.text(of: "per-minute").flatMap(MusicXMLDecimal.init),
      perMinute.units > 0, perMinute.units < 100_000_000
    else { return nil }
    let top = perMinute.units * 4 * length.numerator
    let bottom = perMinute.scale * length.denominator
    guard top % bottom == 0, (1...999).contains(top / bottom) else { return nil }
    return top / bottom
  }
}

// Barlines and numbers, which the first part decides.
extension MusicXMLReader {
  private struct Side {
    var style: BarlineStyle?
    var hasBarline = false
    var repeats: Set<String> = []
    var ending: (number: Int, type: String)?
    var hasFermata = false
  }

  mutating func readBarlines(_ measures: [MusicXMLPartWalk.Measure], _ score: inout Score) {
    let left = measures.map { side("left", of: $0) }
    let right = measures.map { side("right", of: $0) }
    var ending: Int?
    for (index, measure) in measures.enumerated() {
      let number = measure.source.number
      score.measures[index].number =
        number.isEmpty || (measure.source.isImplicit && number.hasPrefix("X")) ? nil : number
      if let start = left[index].ending, start.type == "start" { ending = start.number }
      score.measures[index].ending = ending
      if let stop = right[index].ending, stop.type != "start" { ending = nil }
      let isLast = index == measures.count - 1
      let next = isLast ? Side() : left[index + 1]
      if isLast, !right[index].hasBarline {
        score.measures[index].barline = nil
      } else {
        score.measures[index].barline = Self.join(right[index], next)
      }
    }
    if let first = left.first, first.style != nil || !first.repeats.isEmpty || first.hasFermata {
      score.opening = Barline(
        first.style ?? .regular,
        startsRepeat: first.repeats.contains("forward"),
        hasFermata: first.hasFermata
      )
    }
  }

  private static func join(_ right: Side, _ left: Side) -> Barline {
    var style = right.style ?? left.style ?? .regular
    if right.style == .final, left.style == .heavyLight { style = .lightHeavyLight }
    return Barline(
      style,
      endsRepeat: right.repeats.contains("backward"),
      startsRepeat: left.repeats.contains("forward") || right.repeats.contains("forward"),
      hasFermata: right.hasFermata || left.hasFermata
    )
  }

  private mutating func side(_ location: String, of measure: MusicXMLPartWalk.Measure) -> Side {
    var side = Side()
    for event in measure.events {
      guard case .barline = event.kind else { continue }
      let element = event.element
      let found = element[attribute: "location"] ?? "right"
      if found == "middle", location == "left" {
        losses.add("barlines within a measure", element, in: measure.name)
      }
      guard found == location else { continue }
      side.hasBarline = side.hasBarline || element.child("bar-style") != nil
      for child in element.elements {
        switch child.name {
        case "bar-style":
          // The end of a score can have both halves of a barline on its right.
          let style = BarlineStyle(rawValue: child.text)
          side.style = side.style == .final && style == .heavyLight ? .lightHeavyLight : style
          if style == nil { losses.add("barlines of that style", child, in: measure.name) }
        case "repeat":
          side.hasBarline = true
          if let direction = child[attribute: "direction"] { side.repeats.insert(direction) }
          if let times = child[attribute: "times"], times != "2" {
            losses.add("repeats of more than two times", child, in: measure.name)
          }
        case "ending": side.ending = readEnding(child, measure.name)
        case "fermata": (side.hasFermata, side.hasBarline) = (true, true)
        case "footnote", "level": break
        default:
          losses.add("\(child.name.replacing("-", with: " ")) signs", child, in: measure.name)
        }
      }
    }
    return side
  }

  private mutating func readEnding(
    _ element: MarkupElement,
    _ place: String
  ) -> (number: Int, type: String)? {
    let text = element[attribute: "number"] ?? ""
    let numbers = text.split { $0 == "," || $0 == " " }.compactMap { Int($0) }
    guard let first = numbers.first, let type = element[attribute: "type"] else {
      losses.add("endings without a number", element, in: place)
      return nil
    }
    if numbers.count > 1, type == "start" {
      losses.add("endings for several times", element, in: place)
    }
    return (first, type)
  }
}
