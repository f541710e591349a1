package import TaskProtocol

/// Reads a Humdrum text with **kern spines into a score and says everything that is wrong with it.
///
/// Five layers, each with findings of its own: records, spine paths, tokens, arithmetic, pairing.
package struct KernReader {
  /// What was read.
  package struct Outcome {
    /// The score; `nil` when records, paths or tokens are broken.
    package var score: Score?
    /// In the order of the text.
    package var findings: [Finding]
    /// Byte ranges of the measures in the text, in the order of ``Score/measures``.
    package var measureRanges: [Range<Int>]
    /// The form of the **kern spines.
    package var form: KernForm
  }

  /// A spine or sub-spine while it is alive.
  struct Column {
    /// Index among the spines of the first record.
    var track: Int
    /// Index among the **kern spines, `nil` for a spine of another kind.
    var staff: Int?
    /// Index among the voices of the staff.
    var voice = 0
    /// Where the last event ended, from the start of the measure.
    var position = Fraction.zero
    /// How much of the last event still sounds, in steps.
    var remaining = 0
    /// The voice of what still sounds, where a join has put it into the spine of another voice.
    var heldVoice: Int?
    /// Split off from a sounding note and not begun yet.
    var isIdle = false
    /// Beams that are open.
    var beams = 0
    /// Whether the spine waits for the exclusive interpretation after `*+`.
    var isNew = false
  }

  /// A tie or slur that is open.
  struct OpenTie {
    var pitch: Pitch
    var staff: Int
    var due: Int
    var line: Int
    var column: Int
  }

  struct OpenSlur {
    var number: Int
    var staff: Int
    var voice: Int
    var line: Int
    var column: Int
  }

  /// What is kept of a measure for the arithmetic of whole measures.
  struct MeasureRecord {
    var line: Int
    var length: Fraction
    var expected: Fraction?
    var beatType: Int
    var isConsistent: Bool
    var startsAt: Int
  }

  var form: KernForm
  /// Whether ties and slurs that stay open are errors.
  let isStrict: Bool
  var findings: [Finding] = []
  var isBroken = false

  var columns: [Column] = []
  var staffCount = 0
  var isOpen = false
  var isDone = false
  var lastMismatch: (expected: Int, found: Int)?

  // The measure that is being read.
  var measure = Measure(barline: nil)
  var hasData = false
  var opening: Barline?
  var measures: [Measure] = []
  var records: [MeasureRecord] = []
  var measureLine = 1
  var lineTime = 0
  var elapsed = 0
  var isConsistent = true
  /// Where the arithmetic first failed in this measure.
  var inconsistency: (line: Int, column: Int, message: String)?
  var hasMismatch = false
  var metres: [Metre?] = []
  var keys: [KeySignature] = []
  var ending: Int?
  var byteOffset = 0
  var linesRead = 0
  var measureStart = 0
  var measureRanges: [Range<Int>] = []

  var ties: [OpenTie] = []
  var slurs: [OpenSlur] = []
  var phrases: [OpenSlur] = []
  var references: [ReferenceRecord] = []
  var partNumbers: [Int?] = []
  var names: [String?] = []
  var noted: Set<String> = []

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: The whole file or model output.
  ///   - isStrict: Whether ties and slurs that stay open are errors rather than warnings.
  /// - Returns: The score, where there is one, and the findings.
  package static func read(_ text: String, isStrict: Bool) -> Outcome {
    var reader = KernReader(form: .kern, isStrict: isStrict)
    for line in KernLine.lines(of: text) {
      reader.linesRead = line.number
      reader.read(line)
      reader.byteOffset += line.text.utf8.count + 1
      // Carriage returns count too.
      if line.text.endIndex < text.endIndex, text.utf8[line.text.endIndex] == 0x0D {
        reader.byteOffset += 1
      }
    }
    // The last line may lack its newline, which was counted.
    reader.byteOffset = min(reader.byteOffset, text.utf8.count)
    reader.finish()
    return Outcome(
      score: reader.isBroken ? nil : reader.score,
      findings: reader.findings,
      // A text may lack the newline that was counted.
      measureRanges: reader.measureRanges.map { $0.clamped(to: 0..<text.utf8.count) },
      form: reader.form
    )
  }

  private init(form: KernForm, isStrict: Bool) {
    self.form = form
    self.isStrict = isStrict
  }

  /// Adds a finding; an error of the first three layers leaves no score.
  mutating func report(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    line: Int,
    column: Int? = 1,
    suggestion: String? = nil,
    breaks: Bool = false
  ) {
    if breaks { isBroken = true }
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: message,
        line: line,
        column: column,
        suggestion: suggestion
      )
    )
  }

  /// Says once that something is not read.
  mutating func note(_ subject: String, _ message: String, line: Int, column: Int) {
    guard noted.count < 50, noted.insert(subject).inserted else { return }
    report("not-read", .note, message, line: line, column: column)
  }

  private mutating func read(_ line: KernLine) {
    switch line.kind {
    case .reference: readReference(line)
    case .globalComment: break
    case .empty:
      report(
        "empty-line",
        isStrict ? .error : .warning,
        "The line is empty.",
        line: line.number,
        suggestion: "Remove it."
      )
    case .localComment, .interpretation, .barline, .data: readFields(line)
    }
  }

  private mutating func readReference(_ line: KernLine) {
    let body = line.text.dropFirst(3)
    guard let colon = body.firstIndex(of: ":") else { return }
    let key = body[..<colon]
    guard !key.isEmpty, key.allSatisfy({ $0.isASCII && !$0.isWhitespace }),
      !key.hasPrefix("RDF"), !key.hasPrefix("LO")
    else { return }
    let value = body[body.index(after: colon)...].drop { $0 == " " }
    references.append(ReferenceRecord(key: String(key), value: String(value)))
  }

  private mutating func readFields(_ line: KernLine) {
    if !isOpen {
      readHeader(line)
      return
    }
    guard !isDone else {
      report(
        "after-end",
        .error,
        "Every spine ended before this line.",
        line: line.number,
        suggestion: "Remove it, or the *- before it.",
        breaks: true
      )
      return
    }
    guard line.fields.count == columns.count else {
      hasMismatch = true
      if lastMismatch.map({ $0 == (columns.count, line.fields.count) }) != true {
        report(
          "field-count",
          .error,
          "Expected \(columns.count) fields, but found \(line.fields.count).",
          line: line.number,
          column: line.column(min(columns.count, line.fields.count)),
          suggestion: line.fields.count > columns.count
            ? "Remove a field, or split a spine (*^) before." : "Fields are separated by one tab.",
          breaks: true
        )
      }
      lastMismatch = (columns.count, line.fields.count)
      isBroken = true
      return
    }
    for (index, field) in line.fields.enumerated() where field.isEmpty {
      report(
        "empty-field",
        .error,
        "Field \(index + 1) is empty.",
        line: line.number,
        column: line.column(index),
        suggestion: "Write . for a null token; separate fields by one tab.",
        breaks: true
      )
      return
    }
    switch line.kind {
    case .localComment: checkFields(line, prefix: "!", name: "comment")
    case .interpretation:
      if checkFields(line, prefix: "*", name: "interpretation") { readInterpretations(line) }
    case .barline:
      if checkFields(line, prefix: "=", name: "barline") { readBarline(line) }
    default: readData(line)
    }
  }

  /// Whether every field begins as its kind of line does.
  @discardableResult
  private mutating func checkFields(_ line: KernLine, prefix: String, name: String) -> Bool {
    for (index, field) in line.fields.enumerated() where !field.hasPrefix(prefix) {
      report(
        "mixed-line",
        .error,
        "\"\(field)\" stands in a \(name) line.",
        line: line.number,
        column: line.column(index),
        suggestion: "Every field of this line begins with \(prefix).",
        breaks: true
      )
      return false
    }
    return true
  }

  private mutating func readHeader(_ line: KernLine) {
    guard line.kind == .interpretation else {
      guard !isBroken else { return }
      report(
        "no-header",
        .error,
        "The text does not begin with exclusive interpretations.",
        line: line.number,
        suggestion: "Begin it with \(form.header) for every staff.",
        breaks: true
      )
      return
    }
    isOpen = true
    // However the line ends, the staves that it began are there for the lines after it.
    defer { prepareStaves() }
    for (index, field) in line.fields.enumerated() {
      guard field.hasPrefix("**"), field.count > 2 else {
        report(
          "no-header",
          .error,
          "\"\(field)\" is not an exclusive interpretation.",
          line: line.number,
          column: line.column(index),
          suggestion: "Begin every spine with \(form.header) or the like.",
          breaks: true
        )
        return
      }
      columns.append(column(field, track: index, line))
    }
    if staffCount == 0 {
      report(
        "no-kern",
        .error,
        "The text has no **kern spine.",
        line: line.number,
        suggestion: "Only **kern, **ekern and **bekern are music here.",
        breaks: true
      )
    }
  }

  /// A column that an exclusive interpretation begins.
  mutating func column(_ field: Substring, track: Int, _ line: KernLine) -> Column {
    guard let found = KernForm(header: field) else {
      note(
        String(field),
        "The \(field) spine is not read.",
        line: line.number,
        column: line.column(track)
      )
      return Column(track: track)
    }
    if staffCount > 0, found != form {
      report(
        "mixed-forms",
        .error,
        "\(field) stands beside \(form.header).",
        line: line.number,
        column: line.column(track),
        suggestion: "Use one form for all staves.",
        breaks: true
      )
    }
    form = found
    staffCount += 1
    return Column(track: track, staff: staffCount - 1)
  }

  mutating func prepareStaves() {
    while metres.count < staffCount {
      metres.append(nil)
      keys.append(KeySignature(fifths: 0))
      partNumbers.append(nil)
      names.append(nil)
    }
    while measure.staves.count < staffCount { measure.staves.append(StaffMeasure()) }
  }

  /// The number of a staff for messages, from the top.
  func staffName(_ staff: Int) -> String { "staff \(staffCount - staff)" }

  /// The measure for messages.
  var measureName: String { "measure \(measure.number ?? String(measures.count + 1))" }
}
