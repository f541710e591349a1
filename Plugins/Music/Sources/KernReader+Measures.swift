import TaskProtocol

/// Barlines and the arithmetic of measures.
extension KernReader {
  mutating func readBarline(_ line: KernLine) {
    var first: (number: String?, barline: Barline)?
    for (index, field) in line.fields.enumerated() where columns[index].staff != nil {
      guard let found = Barline.read(field.dropFirst()) else {
        report(
          "barline",
          isStrict ? .error : .warning,
          "\(field) is not a barline.",
          line: line.number,
          column: line.column(index),
          suggestion: "Examples: =5, ==, =:|!, =!|:.",
          breaks: isStrict
        )
        continue
      }
      if let first, first != found {
        report(
          "barline",
          isStrict ? .error : .warning,
          "The barline \(field) differs from the one beside it.",
          line: line.number,
          column: line.column(index),
          suggestion: "All staves have the same barline.",
          breaks: isStrict
        )
      } else {
        first = found
      }
    }
    for index in columns.indices where columns[index].staff != nil && columns[index].remaining > 0 {
      let column = columns[index]
      fail(
        line.number,
        line.column(index),
        "A note in voice \(column.voice + 1) of \(staffName(column.staff ?? 0)) reaches over the"
          + " barline."
      )
    }
    let (number, barline) = first ?? (nil, Barline())
    if !hasData, measures.isEmpty, opening == nil {
      opening = barline
      measureStart = byteOffset
    } else if hasData {
      close(with: barline, line)
    } else {
      report(
        "empty-measure",
        isStrict ? .error : .warning,
        "There is no music between this barline and the one before it.",
        line: line.number,
        suggestion: "Remove one of them."
      )
      if !measures.isEmpty {
        let last = measures.count - 1
        measures[last].barline = merged(measures[last].barline, barline)
      } else {
        opening = merged(opening, barline)
      }
    }
    measure.number = number ?? (hasData ? nil : measure.number)
    hasData = false
  }

  private func merged(_ first: Barline?, _ second: Barline) -> Barline {
    guard let first else { return second }
    var both = second.style == .regular ? first : second
    both.endsRepeat = first.endsRepeat || second.endsRepeat
    both.startsRepeat = first.startsRepeat || second.startsRepeat
    return both
  }

  /// Ends the measure that is being read.
  private mutating func close(with barline: Barline?, _ line: KernLine) {
    let expected = metres.lazy.compactMap { $0?.length }.first
    let beatType = metres.lazy.compactMap { $0 }.first?.beatType ?? 4
    if !isConsistent, !hasMismatch { reportInconsistency(line, beatType: beatType) }
    measure.barline = barline
    if measure.ending == nil { measure.ending = ending }
    records.append(
      MeasureRecord(
        line: line.number,
        length: Fraction(steps: lineTime),
        expected: expected,
        beatType: beatType,
        isConsistent: isConsistent && !hasMismatch,
        startsAt: measureLine
      )
    )
    measures.append(measure)
    measureRanges.append(measureStart..<byteOffset)
    measureStart = byteOffset
    measureLine = line.number
    measure = Measure(ending: ending, barline: nil)
    measure.staves = Array(repeating: StaffMeasure(), count: staffCount)
    let (sum, overflow) = elapsed.addingReportingOverflow(lineTime)
    elapsed = overflow ? elapsed : sum
    lineTime = 0
    if !isConsistent || hasMismatch { ties.removeAll() }
    isConsistent = true
    inconsistency = nil
    hasMismatch = false
    for index in columns.indices {
      columns[index].position = .zero
      columns[index].remaining = 0
      columns[index].isIdle = false
    }
  }

  /// Names the voices that are too long or too short, or failing that the place where the staves
  /// part.
  private mutating func reportInconsistency(_ line: KernLine, beatType: Int) {
    var found = false
    for (index, column) in columns.enumerated() {
      guard let staff = column.staff else { continue }
      let expected = metres[staff]?.length ?? metres.lazy.compactMap { $0?.length }.first
      guard let expected, column.position != expected, !column.isIdle else { continue }
      found = true
      let isLong = column.position > expected
      report(
        isLong ? "voice-too-long" : "voice-too-short",
        .error,
        "Voice too \(isLong ? "long" : "short"): \(measureName), \(staffName(staff)), voice"
          + " \(column.voice + 1). Found \(column.position.description(over: beatType))."
          + " Expected \(expected.description(over: beatType)).",
        line: line.number,
        column: index < line.fields.count ? line.column(index) : 1,
        suggestion: isLong
          ? "Shorten or remove notes of this voice between lines \(measureLine) and \(line.number)."
          : "Lengthen notes or add rests in this voice between lines \(measureLine) and"
            + " \(line.number)."
      )
    }
    guard !found, let inconsistency else { return }
    report(
      "rhythm",
      .error,
      "The staves do not agree in \(measureName). \(inconsistency.message)",
      line: inconsistency.line,
      column: inconsistency.column,
      suggestion: "Check the durations on this line and before it."
    )
  }

  /// The end of the text.
  mutating func finish() {
    guard isOpen else {
      if !isBroken {
        report(
          "no-header",
          .error,
          "The text is empty.",
          line: 1,
          suggestion: "Begin it with \(form.header) for every staff.",
          breaks: true
        )
      }
      return
    }
    let end = KernLine(number: measureLine, text: "")
    if !isDone, !isBroken || lastMismatch == nil {
      let which = columns.count == 1 ? "The spine is" : "\(columns.count) spines are"
      report(
        "not-terminated",
        .error,
        "\(which) not terminated by *-.",
        line: lastLine,
        suggestion: "End the text with a line of *- in every field.",
        breaks: true
      )
    }
    if hasData {
      if columns.contains(where: { $0.remaining > 0 }) {
        fail(lastLine, 1, "The text ends while notes still sound.")
      }
      close(with: nil, KernLine(number: lastLine, text: end.text))
    }
    if measures.isEmpty, !isBroken {
      report(
        "no-music",
        .error,
        "The text has no notes and no rests.",
        line: lastLine,
        suggestion: "A score has at least one measure.",
        breaks: true
      )
    }
    settleAll()
    checkMeasureLengths()
    // Where records, paths or tokens are broken, arithmetic and pairing say little of use.
    if isBroken { findings.removeAll { Self.laterLayers.contains($0.code) } }
    // Errors first would hide where they stand: by line, then in the order of the layers.
    findings = findings.enumerated().sorted {
      ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
    }.map(\.element)
  }

  private static let laterLayers: Set<String> = [
    "beam", "slur-end", "slur-open", "phrase-end", "phrase-open", "tie-end", "tie-open", "tie-gap",
    "measure-too-long", "measure-too-short", "voice-too-long", "voice-too-short", "rhythm",
  ]

  private var lastLine: Int { max(1, linesRead) }

  /// Measures against the metre: a warning, because music is soft here.
  private mutating func checkMeasureLengths() {
    for (index, record) in records.enumerated() {
      guard record.isConsistent, let expected = record.expected, record.length != expected else {
        continue
      }
      let isShort = record.length < expected
      // A pickup, and a last measure that makes up for it.
      if isShort, index == 0 || index == records.count - 1 { continue }
      // The halves of a measure that a repeat or a double bar splits.
      if isShort {
        let before = index > 0 ? records[index - 1] : nil
        let after = index + 1 < records.count ? records[index + 1] : nil
        let splitsBefore = index > 0 && !isPlain(measures[index - 1].barline)
        let splitsAfter = !isPlain(measures[index].barline)
        if splitsBefore, let before, before.length + record.length == expected { continue }
        if splitsAfter, let after, after.length + record.length == expected { continue }
        // Before a repeat of music that began with a pickup.
        if splitsAfter, let first = records.first, first.length + record.length == expected {
          continue
        }
        if splitsBefore, measures[index].number == nil { continue }
      }
      report(
        isShort ? "measure-too-short" : "measure-too-long",
        .warning,
        "Measure too \(isShort ? "short" : "long"): measure"
          + " \(measures[index].number ?? String(index + 1)), all staves."
          + " Found \(record.length.description(over: record.beatType))."
          + " Expected \(expected.description(over: record.beatType)).",
        line: record.startsAt,
        suggestion: "Check the metre and the durations."
      )
    }
  }

  private func isPlain(_ barline: Barline?) -> Bool {
    guard let barline else { return false }
    return barline.style == .regular && !barline.endsRepeat && !barline.startsRepeat
  }

  /// The score from what was read.
  var score: Score {
    var parts: [Part] = []
    // From the top of the page: the last spine first.
    let order = Array((0..<staffCount).reversed())
    var lastPart: Int?
    for staff in order {
      let number = partNumbers[staff]
      if !parts.isEmpty, let number, number == lastPart {
        parts[parts.count - 1].staffCount += 1
        parts[parts.count - 1].name = parts[parts.count - 1].name ?? names[staff]
      } else {
        parts.append(Part(name: names[staff]))
      }
      lastPart = number
    }
    if staffCount == 2, partNumbers.allSatisfy({ $0 == nil }) {
      parts = [Part(name: names[1] ?? names[0], staffCount: 2)]
    }
    return Score(references: references, parts: parts, opening: opening, measures: measures)
  }
}
