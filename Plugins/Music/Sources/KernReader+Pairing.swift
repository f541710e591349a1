import TaskProtocol

/// Ties, slurs, phrases and beams.
extension KernReader {
  mutating func pairBeams(
    _ token: KernToken,
    _ index: Int,
    _ line: KernLine,
    _ event: inout Event
  ) {
    let open = columns[index].beams
    let starts = min(token.beamStarts, 8)
    var ends = token.beamEnds
    if ends > open {
      report(
        "beam",
        .warning,
        "\(ends) beams end and \(open) are open.",
        line: line.number,
        column: line.column(index),
        suggestion: "Begin every beam with L."
      )
      ends = open
    }
    event.beams += Array(repeating: .continue, count: open - ends)
    event.beams += Array(repeating: .end, count: ends)
    event.beams += Array(repeating: .begin, count: starts)
    event.beams += Array(repeating: .forwardHook, count: min(token.forwardHooks, 8))
    event.beams += Array(repeating: .backwardHook, count: min(token.backwardHooks, 8))
    columns[index].beams = min(open - ends + starts, 64)
  }

  /// Matches the ends with the innermost open starts, those of the same voice first.
  mutating func pair(
    _ list: WritableKeyPath<KernReader, [OpenSlur]>,
    starts: Int,
    ends: Int,
    _ staff: Int,
    _ voice: Int,
    _ place: (line: Int, column: Int),
    _ name: String
  ) -> [SlurMark] {
    guard starts > 0 || ends > 0 else { return [] }
    var open = self[keyPath: list]
    defer { self[keyPath: list] = open }
    var marks: [SlurMark] = []
    for _ in 0..<ends {
      let inVoice = open.lastIndex { $0.staff == staff && $0.voice == voice }
      guard let index = inVoice ?? open.lastIndex(where: { $0.staff == staff }) else {
        report(
          "\(name)-end",
          isStrict ? .error : .warning,
          "A \(name) ends in \(staffName(staff)) and none is open.",
          line: place.line,
          column: place.column,
          suggestion: "Begin it with \(name == "slur" ? "(" : "{"), or remove its end."
        )
        break
      }
      marks.append(SlurMark(.stop, number: open[index].number))
      open.remove(at: index)
    }
    for _ in 0..<min(starts, 16) {
      let used = Set(open.lazy.filter { $0.staff == staff }.map(\.number))
      var number = 1
      while used.contains(number) { number += 1 }
      open.append(
        OpenSlur(
          number: number,
          staff: staff,
          voice: voice,
          line: place.line,
          column: place.column
        )
      )
      marks.append(SlurMark(.start, number: number))
    }
    return marks
  }

  mutating func pairTies(
    _ token: KernToken,
    _ staff: Int,
    _ place: (line: Int, column: Int)
  ) {
    let now = elapsed + lineTime
    for note in token.notes {
      guard let tie = note.tie else { continue }
      if tie != .start {
        let candidates = ties.indices.filter {
          ties[$0].staff == staff && ties[$0].pitch == note.pitch
        }
        if let index = candidates.first(where: { ties[$0].due == now }) ?? candidates.first {
          if ties[index].due != now, isConsistent, !hasMismatch {
            report(
              "tie-gap",
              isStrict ? .error : .warning,
              "The tie of \(note.pitch.kern) in \(staffName(staff)) does not end where the note"
                + " before it does.",
              line: place.line,
              column: place.column,
              suggestion: "Tied notes follow one another without a gap."
            )
          }
          ties.remove(at: index)
        } else {
          report(
            "tie-end",
            isStrict ? .error : .warning,
            "A tie ends at \(note.pitch.kern) in \(staffName(staff)) and none is open there.",
            line: place.line,
            column: place.column,
            suggestion: "Begin it with [ at a note of the same pitch, or remove its end."
          )
        }
      }
      if tie != .stop {
        let (due, overflow) = now.addingReportingOverflow(token.length.steps)
        ties.append(
          OpenTie(
            pitch: note.pitch,
            staff: staff,
            due: overflow ? now : due,
            line: place.line,
            column: place.column
          )
        )
      }
    }
  }

  /// After a line that takes time: no tie may be overdue.
  mutating func settleTies(at now: Int, _ line: KernLine) {
    guard isConsistent, !hasMismatch else { return }
    for tie in ties where tie.due <= now {
      report(
        "tie-open",
        isStrict ? .error : .warning,
        "The tie of \(tie.pitch.kern) in \(staffName(tie.staff)) is not taken up by the next note.",
        line: tie.line,
        column: tie.column,
        suggestion: "End it with ] at a note of the same pitch, or remove the [."
      )
    }
    ties.removeAll { $0.due <= now }
  }

  /// At the end of the text nothing may stand open.
  mutating func settleAll() {
    for tie in ties {
      report(
        "tie-open",
        isStrict ? .error : .warning,
        "The tie of \(tie.pitch.kern) in \(staffName(tie.staff)) is never closed.",
        line: tie.line,
        column: tie.column,
        suggestion: "End it with ] at a note of the same pitch, or remove the [."
      )
    }
    for (open, name, sign) in [(slurs, "slur", ")"), (phrases, "phrase", "}")] {
      for slur in open {
        report(
          "\(name)-open",
          isStrict ? .error : .warning,
          "A \(name) of \(staffName(slur.staff)) is never closed.",
          line: slur.line,
          column: slur.column,
          suggestion: "End it with \(sign)."
        )
      }
    }
  }
}

extension Pitch {
  /// Letter, octave and accidental as **kern writes them: `CC#`, `c`, `bb-`.
  var kern: String {
    let letter = octave >= 4 ? step.rawValue.lowercased() : step.rawValue
    let count = octave >= 4 ? octave - 3 : 4 - octave
    let sign = alter < 0 ? "-" : "#"
    return String(repeating: letter, count: max(1, min(count, 16)))
      + String(repeating: sign, count: min(abs(alter), 4))
  }
}
