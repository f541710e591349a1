import TaskProtocol

/// Data lines: tokens, onsets and what sounds when.
extension KernReader {
  mutating func readData(_ line: KernLine) {
    var tokens: [KernToken?] = []
    var isTimed = false
    var isGrace = false
    for (index, field) in line.fields.enumerated() {
      guard columns[index].staff != nil, field != "." else {
        tokens.append(nil)
        continue
      }
      let token = readToken(field, index, line)
      tokens.append(token)
      guard let token else {
        // One token is lost; the times after it say nothing.
        hasMismatch = true
        continue
      }
      if token.grace == nil { isTimed = true } else { isGrace = true }
    }
    guard isTimed || isGrace else {
      if isStrict, !hasMismatch, line.fields.allSatisfy({ $0 == "." }) {
        report(
          "null-line",
          .error,
          "Every field is a null token.",
          line: line.number,
          suggestion: "Remove the line."
        )
      }
      return
    }
    hasData = true
    if isTimed, isGrace {
      report(
        "grace-line",
        isStrict ? .error : .warning,
        "Grace notes share a line with notes that take time.",
        line: line.number,
        suggestion: "Put grace notes on a line of their own, before their main note."
      )
    }
    for index in columns.indices where columns[index].staff != nil {
      if let token = tokens[index] {
        begin(token, index, line)
      } else if isTimed, line.fields[index] == "." {
        checkNull(index, line)
      }
    }
    guard isTimed else { return }
    settleTies(at: elapsed + lineTime, line)
    advance()
  }

  private mutating func readToken(
    _ field: Substring,
    _ index: Int,
    _ line: KernLine
  ) -> KernToken? {
    var text = field
    var origins: [Int]?
    if form != .kern {
      let plain = KernForm.plain(field)
      text = Substring(plain.text)
      origins = plain.origins
    }
    do {
      let token = try KernTokenReader.read(text)
      for sign in token.ignored {
        note(
          String(sign),
          "The signifier \(sign) is not read.",
          line: line.number,
          column: line.column(index)
        )
      }
      return token
    } catch {
      let offset = origins.map { error.offset < $0.count ? $0[error.offset] : 0 } ?? error.offset
      report(
        error.code,
        .error,
        error.message,
        line: line.number,
        column: line.column(index, byte: min(offset, field.utf8.count)),
        suggestion: error.suggestion,
        breaks: true
      )
      return nil
    }
  }

  /// Notes that the arithmetic of this measure has failed; the first place is kept.
  mutating func fail(_ line: Int, _ column: Int, _ message: String) {
    isConsistent = false
    if inconsistency == nil { inconsistency = (line, column, message) }
  }

  private mutating func checkNull(_ index: Int, _ line: KernLine) {
    guard columns[index].remaining == 0, !columns[index].isIdle else { return }
    let staff = columns[index].staff ?? 0
    fail(
      line.number,
      line.column(index),
      "Nothing sounds in voice \(columns[index].voice + 1) of \(staffName(staff)) at this null token."
    )
  }

  private mutating func begin(_ token: KernToken, _ index: Int, _ line: KernLine) {
    guard let staff = columns[index].staff else { return }
    let row = staffCount - 1 - staff
    let voice = columns[index].voice
    if token.grace == nil, columns[index].remaining > 0 {
      fail(
        line.number,
        line.column(index),
        "A note begins in voice \(voice + 1) of \(staffName(staff)) while the one before it sounds."
      )
    }
    if columns[index].isIdle {
      columns[index].isIdle = false
      columns[index].position = Fraction(steps: lineTime)
    }
    var event = Event(
      onset: columns[index].position,
      written: token.written,
      notes: token.notes,
      grace: token.grace,
      isVisible: token.isVisible,
      stem: token.stem,
      articulations: token.articulations,
      ornaments: token.ornaments,
      hasFermata: token.hasFermata,
      isArpeggiated: token.isArpeggiated
    )
    pairBeams(token, index, line, &event)
    let place = (line: line.number, column: line.column(index))
    event.slurs = pair(
      \.slurs,
      starts: token.slurStarts,
      ends: token.slurEnds,
      staff,
      voice,
      place,
      "slur"
    )
    event.phrases = pair(
      \.phrases,
      starts: token.phraseStarts,
      ends: token.phraseEnds,
      staff,
      voice,
      place,
      "phrase"
    )
    if !token.notes.isEmpty { pairTies(token, staff, place) }
    while measure.staves[row].voices.count <= voice {
      measure.staves[row].voices.append(Voice())
    }
    measure.staves[row].voices[voice].events.append(event)
    guard token.grace == nil else { return }
    columns[index].remaining = token.length.steps
    columns[index].heldVoice = nil
    columns[index].position += token.length
  }

  /// Goes on to where the first of the sounding notes ends.
  mutating func advance() {
    let sounding = columns.lazy.filter { $0.staff != nil && $0.remaining > 0 }
    guard let step = sounding.map(\.remaining).min() else { return }
    let (sum, overflow) = lineTime.addingReportingOverflow(step)
    lineTime = overflow ? lineTime : sum
    for index in columns.indices where columns[index].remaining > 0 {
      columns[index].remaining -= step
    }
  }
}
