package import TaskProtocol

/// Writes a score as MusicXML 4.0, partwise.
///
/// The same score gives the same text: no dates, no layout. What the standard has no word for is
/// written so that other tools see the nearest thing and ``MusicXMLReader`` the exact one: phrases are
/// slurs with a line type, bibliographic records are repeated as miscellaneous fields.
package struct MusicXMLWriter {
  /// How the file names the program that wrote it.
  static let software = "copyist"

  let score: Score
  var xml = MusicXMLText()
  /// Divisions of a quarter note in each measure.
  var divisions: [Int] = []
  /// Staves of the part that is being written.
  var staves = 0..<0
  var slurs = SlurNumbering([], staves: 0..<0)
  /// Voices that a staff of the part has at most, and at least four, so that numbers do not meet.
  var voiceBlock = 4
  var measure = 0
  var cursor = Fraction.zero
  var accidentals: [PrintedAccidentals] = []
  /// Tempos that are printed already, by place: the others are written without being printed.
  var printedTempos: Set<TempoPlace> = []

  struct TempoPlace: Hashable {
    var measure: Int
    var onset: Fraction
    var tempo: Int
  }

  private init(_ score: Score) { self.score = score }

  /// The score as MusicXML text.
  ///
  /// - Throws: ``ExportFailure`` when the score has what the format cannot hold: a character that XML
  ///   does not have, more than 16 slurs or 8 beams at once, a length that no note value makes.
  package static func text(of score: Score) throws(ExportFailure) -> String {
    var writer = MusicXMLWriter(score)
    try writer.check()
    try writer.chooseDivisions()
    writer.writeHeader()
    var first = 0
    for (index, part) in score.parts.enumerated() {
      let count = max(0, min(part.staffCount, score.staffCount - first))
      writer.staves = first..<first + count
      try writer.writePart(id: "P\(index + 1)")
      first += count
    }
    writer.xml.end()
    return writer.xml.text
  }

  static func failure(_ reason: String) -> ExportFailure {
    ExportFailure(format: "musicxml", reason: reason)
  }

  /// How an error calls a measure.
  func name(of measure: Int) -> String {
    "measure \(score.measures[measure].number ?? "(the \(measure + 1). of the score)")"
  }

  private func check() throws(ExportFailure) {
    var texts = score.references.flatMap { [$0.key, $0.value] }
    texts += score.parts.compactMap(\.name) + score.measures.compactMap(\.number)
    for text in texts {
      guard let bad = MusicXMLText.forbiddenScalar(in: text) else { continue }
      throw Self.failure(
        "the text \"\(text.prefix(40).filter { $0 != Character(bad) })\" has the character"
          + " U+\(String(bad.value, radix: 16, uppercase: true)), which XML cannot hold; remove it"
      )
    }
    guard !score.measures.isEmpty, !score.parts.isEmpty else {
      throw Self.failure("the score has no measures or no parts; MusicXML needs one of each")
    }
    for (index, measure) in score.measures.enumerated()
    where measure.staves.count != score.staffCount {
      throw Self.failure(
        "\(name(of: index)) has \(measure.staves.count) staves and the parts have"
          + " \(score.staffCount)"
      )
    }
  }

  /// The least number of divisions that makes every length whole: one for the whole score where it
  /// stays small, else one for each measure.
  private mutating func chooseDivisions() throws(ExportFailure) {
    var whole: Int? = 1
    var each: [Int] = []
    for (index, measure) in score.measures.enumerated() {
      var multiple: Int? = 1
      func add(_ fraction: Fraction) {
        multiple = multiple.flatMap { Self.leastCommonMultiple($0, fraction) }
      }
      for staff in measure.staves {
        for attributes in staff.attributes { add(attributes.onset) }
        for event in staff.voices.flatMap(\.events) {
          guard event.written.length != nil else {
            throw Self.failure(
              "a note in \(name(of: index)) has a length that no value, dots and tuplet make"
            )
          }
          add(event.onset)
          add(event.length)
        }
      }
      guard let multiple else {
        throw Self.failure(
          "the tuplets of \(name(of: index)) have no common division below \(Self.maximumDivisions)"
        )
      }
      whole = whole.flatMap { whole in
        Fraction(exactly: 1, over: 4 * multiple).flatMap { Self.leastCommonMultiple(whole, $0) }
      }
      each.append(multiple)
    }
    if let whole, whole <= 100_000 {
      divisions = Array(repeating: whole, count: each.count)
    } else {
      divisions = each
    }
  }

  private static let maximumDivisions = 10_000_000

  /// The least multiple of a number of divisions that makes a length whole too.
  private static func leastCommonMultiple(_ divisions: Int, _ fraction: Fraction) -> Int? {
    let needed = fraction.denominator / greatestCommonDivisor(fraction.denominator, 4)
    let factor = needed / greatestCommonDivisor(needed, divisions)
    let (product, overflow) = divisions.multipliedReportingOverflow(by: max(1, factor))
    return overflow || product > maximumDivisions ? nil : product
  }

  /// A length in divisions of the measure that is being written.
  func units(_ length: Fraction) -> Int {
    let (top, overflow) = length.numerator.multipliedReportingOverflow(by: 4 * divisions[measure])
    return overflow ? 0 : top / length.denominator
  }
}

// The header.
extension MusicXMLWriter {
  private mutating func writeHeader() {
    xml.line(
      "<!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\""
        + " \"http://www.musicxml.org/dtds/partwise.dtd\">"
    )
    xml.begin("score-partwise", ["version": "4.0"])
    let opus = score.reference("OPS")
    let title = score.reference("OTL")
    if opus != nil || title != nil {
      xml.begin("work")
      if let opus { xml.leaf("work-number", opus) }
      if let title { xml.leaf("work-title", title) }
      xml.end()
    }
    xml.begin("identification")
    for (key, type) in [("COM", "composer"), ("LYR", "lyricist"), ("LAR", "arranger")] {
      // A creator without a name ends converter21; the fields below keep the record.
      for record in score.references where record.key == key && !record.value.isEmpty {
        xml.leaf("creator", record.value, ["type": type])
      }
    }
    for record in score.references where record.key == "YEC" { xml.leaf("rights", record.value) }
    xml.begin("encoding")
    xml.leaf("software", Self.software)
    xml.end()
    if !score.references.isEmpty {
      xml.begin("miscellaneous")
      for record in score.references {
        xml.leaf("miscellaneous-field", record.value, ["name": "!!!\(record.key)"])
      }
      xml.end()
    }
    xml.end()
    xml.begin("part-list")
    for (index, part) in score.parts.enumerated() {
      xml.begin("score-part", ["id": "P\(index + 1)"])
      xml.leaf("part-name", part.name ?? "")
      xml.end()
    }
    xml.end()
  }
}

// Parts and measures.
extension MusicXMLWriter {
  private mutating func writePart(id: String) throws(ExportFailure) {
    slurs = SlurNumbering(score.measures, staves: staves)
    if let place = slurs.overflow {
      throw Self.failure(
        "more than \(SlurNumbering.maximum) slurs are open at once in \(name(of: place.measure))"
      )
    }
    accidentals = Array(repeating: PrintedAccidentals(), count: staves.count)
    voiceBlock = 4
    for measure in score.measures {
      for staff in measure.staves[staves] { voiceBlock = max(voiceBlock, staff.voices.count) }
    }
    xml.begin("part", ["id": id])
    for index in score.measures.indices {
      measure = index
      try writeMeasure(score.measures[index])
    }
    xml.end()
  }

  /// Number and whether the measure is one that is not counted.
  private var measureNumber: (number: String, isImplicit: Bool) {
    let found = score.measures[measure]
    guard let number = found.number, !number.isEmpty else { return ("X\(measure + 1)", true) }
    // A first measure that its metre does not fill is a pickup, whatever its number.
    let metre = found.staves.lazy.flatMap(\.attributes).compactMap(\.metre).first
    let isPickup = measure == 0 && metre?.length.map { found.length < $0 } == true
    return (number, isPickup)
  }

  private mutating func writeMeasure(_ found: Measure) throws(ExportFailure) {
    let (number, isImplicit) = measureNumber
    xml.begin("measure", ["number": number, "implicit": isImplicit ? "yes" : nil])
    cursor = .zero
    writeLeftBarline()
    writeFirstAttributes(found)
    for staff in staves { try writeStaff(found.staves[staff], staff) }
    // The measure ends where its longest voice ends, wherever the last one did.
    move(to: max(cursor, found.length))
    writeRightBarline()
    xml.end()
  }

  /// Moves the cursor without a sound.
  mutating func move(to target: Fraction, voice: Int? = nil, staff: Int? = nil) {
    guard target != cursor else { return }
    let isForward = target > cursor
    xml.begin(isForward ? "forward" : "backup")
    xml.leaf("duration", units(isForward ? target - cursor : cursor - target))
    if isForward, let voice {
      xml.leaf("voice", voice)
      if staves.count > 1, let staff { xml.leaf("staff", staff - staves.lowerBound + 1) }
    }
    xml.end()
    cursor = target
  }

  private mutating func writeStaff(
    _ found: StaffMeasure,
    _ staff: Int
  ) throws(ExportFailure) {
    let needed = accidentals[staff - staves.lowerBound].needed(in: found)
    var later = found.attributes.filter { $0.onset > .zero }[...]
    for (index, voice) in found.voices.enumerated() {
      let number = (staff - staves.lowerBound) * voiceBlock + index + 1
      let brackets = TupletBrackets.marks(of: voice.events)
      if let first = voice.events.first {
        move(to: first.onset < cursor ? .zero : cursor)
        if first.onset > cursor { move(to: first.onset, voice: number, staff: staff) }
      }
      for (position, event) in voice.events.enumerated() {
        if event.onset != cursor { move(to: event.onset, voice: number, staff: staff) }
        while index == 0, let next = later.first, next.onset <= event.onset {
          writeLaterAttributes(next, staff)
          later.removeFirst()
          // Back to the note: no pause of the voice, so the voice is not named.
          move(to: event.onset)
        }
        let place = SlurNumbering.Place(
          measure: measure,
          staff: staff,
          voice: index,
          event: position,
          isPhrase: false,
          mark: 0
        )
        try writeEvent(
          event,
          at: place,
          voice: number,
          needed: needed,
          bracket: brackets[position]
        )
      }
    }
    // Within the last note, or in a staff without voices.
    for attributes in later { writeLaterAttributes(attributes, staff) }
  }
}
