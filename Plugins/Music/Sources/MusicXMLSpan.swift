import TaskProtocol
import XMLValidation

/// One end of something that begins at one place and ends at another: a slur, a wedge.
struct MusicXMLSpanMark {
  /// Which span: its kind and number.
  var key: String
  /// How messages call it: `slur 1`.
  var name: String
  /// Whether it is the end.
  var isStop: Bool
  /// Where, from the start of its measure.
  var time: Fraction
  /// The voice and staff of the note, for telling spans of one number apart.
  var voice: String
  /// The element.
  var element: MarkupElement
  /// The place in words.
  var place: String
}

/// Pairs the ends of spans of one part, measure by measure.
struct MusicXMLSpanPairing {
  /// What an unpaired end is.
  var severity: Severity
  /// The code's beginning: `slur` gives `slur-without-start`, `slur-without-stop`, `slur-twice`.
  var code: String

  private var open: [String: [MusicXMLSpanMark]] = [:]
  private(set) var findings: [Finding] = []

  init(_ code: String, severity: Severity) {
    self.code = code
    self.severity = severity
  }

  /// Takes the marks of the next measure, in the order of the file.
  ///
  /// The file's order is not that of time where voices go back to the measure's start, so the marks
  /// are sorted by time. At one time, what is open ends first; then a beginning may end at once, as a
  /// slur over a grace note and its main note does.
  ///
  /// - Parameter isSoft: Whether an end without a beginning is only odd, because the measure follows
  ///   a jump: a second ending.
  mutating func take(_ marks: [MusicXMLSpanMark], isSoft: Bool) {
    guard !marks.isEmpty else { return }
    let sorted = marks.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    var index = 0
    while index < sorted.count {
      let time = sorted[index].element.time
      let end = sorted[index...].firstIndex { $0.element.time != time } ?? sorted.count
      takeGroup(sorted[index..<end].map { (mark: $0.element, order: $0.offset) }, isSoft: isSoft)
      index = end
    }
  }

  private mutating func takeGroup(_ group: [(mark: MusicXMLSpanMark, order: Int)], isSoft: Bool) {
    var unmatched: [(mark: MusicXMLSpanMark, order: Int)] = []
    for entry in group where entry.mark.isStop {
      if !close(entry.mark) { unmatched.append(entry) }
    }
    for entry in group where !entry.mark.isStop {
      let match = unmatched.firstIndex { $0.mark.key == entry.mark.key && $0.order > entry.order }
      if let match {
        unmatched.remove(at: match)
        continue
      }
      if let before = open[entry.mark.key]?.first(where: { $0.voice == entry.mark.voice }) {
        report("twice", entry.mark, "begins while the one from \(before.place) has not ended")
      }
      open[entry.mark.key, default: []].append(entry.mark)
    }
    for entry in unmatched {
      report(
        "without-start",
        entry.mark,
        "ends and has not begun",
        severity: isSoft && severity == .error ? .warning : nil
      )
    }
  }

  private mutating func close(_ mark: MusicXMLSpanMark) -> Bool {
    guard let candidates = open[mark.key], !candidates.isEmpty else { return false }
    let index = candidates.firstIndex { $0.voice == mark.voice } ?? 0
    open[mark.key]?.remove(at: index)
    return true
  }

  /// Reports what never ended.
  mutating func finish() {
    for key in open.keys.sorted() {
      for mark in open[key] ?? [] { report("without-stop", mark, "begins and never ends") }
    }
    open = [:]
  }

  private mutating func report(
    _ suffix: String,
    _ mark: MusicXMLSpanMark,
    _ what: String,
    severity: Severity? = nil
  ) {
    let name = mark.name.prefix(1).uppercased() + mark.name.dropFirst()
    findings.append(
      Finding(
        code: "\(code)-\(suffix)",
        severity: severity ?? self.severity,
        message: "\(name) \(what): \(mark.place).",
        line: mark.element.position.line,
        column: mark.element.position.column,
        part: mark.place
      )
    )
  }
}
