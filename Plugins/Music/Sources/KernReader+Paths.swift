import TaskProtocol

/// Interpretations: spine paths and tandem interpretations.
extension KernReader {
  private static let manipulators: Set<Substring> = ["*^", "*v", "*x", "*+", "*-"]

  mutating func readInterpretations(_ line: KernLine) {
    if line.fields.contains(where: { $0.hasPrefix("**") }) {
      readExclusive(line)
    } else if line.fields.contains(where: Self.manipulators.contains) {
      readPaths(line)
    } else {
      readTandem(line)
    }
  }

  /// Exclusive interpretations after the first record: those of spines that `*+` added.
  private mutating func readExclusive(_ line: KernLine) {
    for (index, field) in line.fields.enumerated() where field.hasPrefix("**") {
      guard columns[index].isNew else {
        report(
          "exclusive",
          .error,
          "\(field) stands in a spine that has its kind already.",
          line: line.number,
          column: line.column(index),
          suggestion: "Exclusive interpretations stand in the first record, or after *+.",
          breaks: true
        )
        continue
      }
      guard KernForm(header: field) == nil else {
        report(
          "exclusive",
          .error,
          "A staff that begins within the text is not supported.",
          line: line.number,
          column: line.column(index),
          suggestion: "Begin every \(field) spine in the first record.",
          breaks: true
        )
        continue
      }
      columns[index].isNew = false
    }
  }

  /// Splits, joins, exchanges, additions and ends.
  private mutating func readPaths(_ line: KernLine) {
    var next: [Column] = []
    var index = 0
    while index < columns.count {
      let field = line.fields[index]
      switch field {
      case "*^":
        split(index, into: &next)
      case "*v":
        let end = line.fields[index...].firstIndex { $0 != "*v" } ?? columns.count
        next.append(join(index..<end, line))
        index = end
        continue
      case "*x":
        guard index + 1 < columns.count, line.fields[index + 1] == "*x" else {
          report(
            "spine-exchange",
            .error,
            "*x stands alone.",
            line: line.number,
            column: line.column(index),
            suggestion: "Two neighbouring spines are exchanged with *x in both.",
            breaks: true
          )
          next.append(columns[index])
          break
        }
        next += [columns[index + 1], columns[index]]
        index += 1
      case "*+":
        next += [columns[index], Column(track: -1, isNew: true)]
      case "*-":
        end(columns[index], line, index)
      default:
        next.append(columns[index])
      }
      index += 1
    }
    columns = next
    if columns.count > 512 {
      report(
        "too-many-spines",
        .error,
        "More than 512 spines.",
        line: line.number,
        suggestion: "Join spines (*v) that have ended.",
        breaks: true
      )
      columns.removeSubrange(512...)
    }
    lastMismatch = nil
    if columns.isEmpty { isDone = true }
    // After a join everything may be sounding; nothing begins before the first of it ends.
    if columns.contains(where: { $0.staff != nil }),
      columns.allSatisfy({ $0.staff == nil || $0.remaining > 0 })
    {
      advance()
    }
  }

  private mutating func split(_ index: Int, into next: inout [Column]) {
    var left = columns[index]
    // What sounds goes on to the left in its own voice, so that none begins in that voice beside it.
    if left.remaining > 0, let held = left.heldVoice { left.voice = held }
    left.heldVoice = nil
    next.append(left)
    var right = left
    if let staff = left.staff {
      var used: Set<Int> = []
      for column in next + columns[(index + 1)...] where column.staff == staff {
        used.insert(column.voice)
        if column.remaining > 0, let held = column.heldVoice { used.insert(held) }
      }
      var voice = 0
      while used.contains(voice) { voice += 1 }
      right.voice = voice
      right.isIdle = left.remaining > 0
      right.remaining = 0
      right.beams = 0
      right.position = Fraction(steps: lineTime)
    }
    next.append(right)
  }

  private mutating func join(_ range: Range<Int>, _ line: KernLine) -> Column {
    let group = columns[range]
    var joined = columns[range.lowerBound]
    if group.count == 1 {
      report(
        "spine-join",
        .error,
        "*v stands alone.",
        line: line.number,
        column: line.column(range.lowerBound),
        suggestion: "Joining takes *v in two or more neighbouring spines.",
        breaks: true
      )
      return joined
    }
    if Set(group.map(\.track)).count > 1 {
      report(
        "spine-join",
        Set(group.map { $0.staff == nil }).count > 1 ? .error : isStrict ? .error : .warning,
        "*v joins spines of different staves.",
        line: line.number,
        column: line.column(range.lowerBound),
        suggestion: "Join the sub-spines of each staff on a line of their own.",
        breaks: true
      )
    }
    guard joined.staff != nil else { return joined }
    let sounding = group.max { ($0.remaining, -$0.voice) < ($1.remaining, -$1.voice) } ?? joined
    joined.remaining = sounding.remaining
    joined.position = sounding.position
    // The voice that sounds goes on, but the first voice of a staff never ends.
    joined.voice = group.contains { $0.voice == 0 } ? 0 : sounding.voice
    joined.heldVoice = sounding.remaining > 0 ? sounding.heldVoice ?? sounding.voice : nil
    joined.isIdle = group.allSatisfy(\.isIdle)
    joined.beams = group.map(\.beams).max() ?? 0
    return joined
  }

  /// A spine ends; nothing may sound or stand open.
  private mutating func end(_ column: Column, _ line: KernLine, _ index: Int) {
    guard let staff = column.staff else { return }
    if column.remaining > 0 {
      fail(
        line.number,
        line.column(index),
        "The spine ends while a note of \(staffName(staff)) still sounds."
      )
    }
    if column.beams > 0 {
      report(
        "beam",
        .warning,
        "\(column.beams) beams of \(staffName(staff)) are never closed.",
        line: line.number,
        column: line.column(index),
        suggestion: "Close them with J."
      )
    }
  }

  private mutating func readTandem(_ line: KernLine) {
    for (index, field) in line.fields.enumerated() where field != "*" {
      guard let staff = columns[index].staff else { continue }
      let column = line.column(index)
      switch KernInterpretation(field) {
      case .clef(let clef):
        attribute(staff) { $0.clef = clef }
      case .key(let fifths):
        keys[staff] = KeySignature(fifths: fifths)
        let key = keys[staff]
        attribute(staff) { $0.key = key }
      case .mode(let tonic, let mode):
        var key = keys[staff]
        key.mode = mode
        guard key.tonic == tonic else {
          note(
            String(field),
            "\(field) does not agree with the key signature \(keys[staff].kern) and is left out.",
            line: line.number,
            column: column
          )
          continue
        }
        // The key belongs to the signature that stands at the same place, if there is one.
        keys[staff] = key
        attribute(staff) { $0.key = key }
      case .metre(let metre):
        metres[staff] = metre
        attribute(staff) { $0.metre = metre }
      case .metreSymbol(let symbol):
        guard let metre = metres[staff], symbol != nil else { continue }
        let length = Fraction(exactly: 1, over: 1)
        guard metre.length == length else { continue }
        metres[staff]?.symbol = symbol
        let changed = metres[staff]
        attribute(staff) { if $0.metre != nil { $0.metre = changed } }
      case .tempo(let tempo):
        attribute(staff) { $0.tempo = tempo }
      case .part(let number):
        if measures.isEmpty { partNumbers[staff] = number }
      case .instrumentName(let name):
        if measures.isEmpty, !hasData { names[staff] = name }
      case .label(let label):
        let digits = label.reversed().prefix { $0.isASCII && $0.isNumber }
        ending = Int(String(digits.reversed())).flatMap { (1...99).contains($0) ? $0 : nil }
        if !hasData { measure.ending = ending }
      case .silent: break
      case .other:
        note(
          String(field),
          "The interpretation \(field) is not read.",
          line: line.number,
          column: column
        )
      case .broken(let message):
        report(
          "interpretation",
          isStrict ? .error : .warning,
          message,
          line: line.number,
          column: column,
          suggestion: "Examples: *clefG2, *k[f#c#], *M3/4.",
          breaks: isStrict
        )
      }
    }
  }

  /// Changes the attributes of a staff at the present place.
  private mutating func attribute(_ staff: Int, _ change: (inout StaffAttributes) -> Void) {
    let onset = Fraction(steps: lineTime)
    let row = staffCount - 1 - staff
    if measure.staves[row].attributes.last?.onset != onset {
      measure.staves[row].attributes.append(StaffAttributes(onset: onset))
    }
    let last = measure.staves[row].attributes.count - 1
    change(&measure.staves[row].attributes[last])
    if measure.staves[row].attributes[last] == StaffAttributes(onset: onset) {
      measure.staves[row].attributes.removeLast()
    }
  }
}
