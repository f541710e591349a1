import TaskProtocol

// Clefs, keys, metres and tempos.
extension MusicXMLWriter {
  /// What holds from the start of a measure on, of all staves of the part.
  mutating func writeFirstAttributes(_ found: Measure) {
    let first = found.staves[staves].map { staff in staff.attributes.first { $0.onset == .zero } }
    let changesDivisions = measure == 0 || divisions[measure] != divisions[measure - 1]
    let saysStaves = measure == 0 && staves.count > 1
    let isEmpty = first.allSatisfy { $0?.key == nil && $0?.metre == nil && $0?.clef == nil }
    if changesDivisions || saysStaves || !isEmpty {
      xml.begin("attributes")
      if changesDivisions { xml.leaf("divisions", divisions[measure]) }
      writeShared(first.map { $0?.key }) { $0.write($1, number: $2) }
      writeShared(first.map { $0?.metre }) { $0.write($1, number: $2) }
      if saysStaves { xml.leaf("staves", staves.count) }
      for (index, attributes) in first.enumerated() {
        if let clef = attributes?.clef { write(clef, number: staves.count > 1 ? index + 1 : nil) }
      }
      xml.end()
    }
    for (index, attributes) in first.enumerated() {
      if let attributes { writeTempo(attributes, staves.lowerBound + index) }
    }
  }

  /// Once for all staves where they agree, else once for each that has one.
  private mutating func writeShared<Value: Equatable>(
    _ values: [Value?],
    _ write: (inout MusicXMLWriter, Value, Int?) -> Void
  ) {
    if let first = values.first ?? nil, values.allSatisfy({ $0 == first }) {
      return write(&self, first, nil)
    }
    for (index, value) in values.enumerated() {
      if let value { write(&self, value, index + 1) }
    }
  }

  /// A change within a measure, which leaves the cursor at its place.
  mutating func writeLaterAttributes(_ attributes: StaffAttributes, _ staff: Int) {
    move(to: attributes.onset)
    let number = staves.count > 1 ? staff - staves.lowerBound + 1 : nil
    if attributes.key != nil || attributes.metre != nil || attributes.clef != nil {
      xml.begin("attributes")
      if let key = attributes.key { write(key, number: number) }
      if let metre = attributes.metre { write(metre, number: number) }
      if let clef = attributes.clef { write(clef, number: number) }
      xml.end()
    }
    writeTempo(attributes, staff)
  }

  private mutating func write(_ key: KeySignature, number: Int?) {
    xml.begin("key", ["number": number.map(String.init)])
    xml.leaf("fifths", key.fifths)
    if let mode = key.mode { xml.leaf("mode", mode.rawValue) }
    xml.end()
  }

  private mutating func write(_ metre: Metre, number: Int?) {
    xml.begin("time", ["number": number.map(String.init), "symbol": metre.symbol?.rawValue])
    if metre.beats > 0 {
      xml.leaf("beats", metre.beats)
      xml.leaf("beat-type", metre.beatType)
    } else {
      xml.empty("senza-misura")
    }
    xml.end()
  }

  private mutating func write(_ clef: Clef, number: Int?) {
    xml.begin("clef", ["number": number.map(String.init)])
    xml.leaf("sign", clef.sign.rawValue)
    xml.leaf("line", clef.line)
    if clef.octaveChange != 0 { xml.leaf("clef-octave-change", clef.octaveChange) }
    xml.end()
  }

  private mutating func writeTempo(_ attributes: StaffAttributes, _ staff: Int) {
    guard let tempo = attributes.tempo else { return }
    let place = TempoPlace(measure: measure, onset: attributes.onset, tempo: tempo)
    let isPrinted = printedTempos.insert(place).inserted
    xml.begin("direction", ["placement": "above"])
    xml.begin("direction-type")
    xml.begin("metronome", ["print-object": isPrinted ? nil : "no"])
    xml.leaf("beat-unit", "quarter")
    xml.leaf("per-minute", tempo)
    xml.end()
    xml.end()
    if staves.count > 1 { xml.leaf("staff", staff - staves.lowerBound + 1) }
    xml.empty("sound", ["tempo": String(tempo)])
    xml.end()
  }
}

// Barlines.
extension MusicXMLWriter {
  /// The barline on the left is the part of the boundary that belongs to this measure: a repeat that
  /// starts, an ending that starts.
  mutating func writeLeftBarline() {
    let found = score.measures[measure]
    let boundary = measure == 0 ? score.opening : score.measures[measure - 1].barline
    let startsRepeat = boundary?.startsRepeat ?? false
    let startsEnding =
      found.ending != nil && (measure == 0 || score.measures[measure - 1].ending != found.ending)
    var style: BarlineStyle?
    if let boundary {
      if measure == 0 {
        style = boundary.style
      } else if boundary.style == .lightHeavyLight {
        style = .heavyLight
      } else if startsRepeat, !boundary.endsRepeat, boundary.style != .regular {
        style = boundary.style
      }
    }
    let hasFermata = (boundary?.hasFermata ?? false) && measure == 0
    guard style != nil || startsRepeat || startsEnding else { return }
    xml.begin("barline", ["location": "left"])
    if let style { xml.leaf("bar-style", style.musicXML) }
    if hasFermata { xml.empty("fermata", ["type": "upright"]) }
    if startsEnding, let ending = found.ending {
      xml.leaf("ending", "", ["number": String(ending), "type": "start"])
    }
    if startsRepeat { xml.empty("repeat", ["direction": "forward"]) }
    xml.end()
  }

  mutating func writeRightBarline() {
    let found = score.measures[measure]
    let isLast = measure == score.measures.count - 1
    let endsEnding =
      found.ending != nil && (isLast || score.measures[measure + 1].ending != found.ending)
    let barline = found.barline
    var style: BarlineStyle?
    if let barline {
      let isOnTheLeft =
        barline.startsRepeat && !barline.endsRepeat && !isLast && barline.style != .lightHeavyLight
      if barline.style == .lightHeavyLight {
        style = .final
      } else if !isOnTheLeft, barline.style != .regular || isLast {
        style = barline.style
      }
    }
    let endsRepeat = barline?.endsRepeat ?? false
    let hasFermata = barline?.hasFermata ?? false
    if style != nil || endsRepeat || hasFermata || endsEnding {
      xml.begin("barline", ["location": "right"])
      if let style { xml.leaf("bar-style", style.musicXML) }
      if hasFermata { xml.empty("fermata", ["type": "upright"]) }
      if endsEnding, let ending = found.ending {
        // A last ending leads on, so its bracket stays open.
        xml.leaf(
          "ending", "", ["number": String(ending), "type": endsRepeat ? "stop" : "discontinue"]
        )
      }
      if endsRepeat { xml.empty("repeat", ["direction": "backward"]) }
      xml.end()
    }
    // Where no measure follows, the other half of the boundary stands here too.
    guard isLast, let barline, barline.startsRepeat || barline.style == .lightHeavyLight else {
      return
    }
    xml.begin("barline", ["location": "right"])
    if barline.style == .lightHeavyLight { xml.leaf("bar-style", "heavy-light") }
    if barline.startsRepeat { xml.empty("repeat", ["direction": "forward"]) }
    xml.end()
  }
}

extension BarlineStyle {
  /// The name in MusicXML, which draws one half of a boundary at a time.
  var musicXML: String { self == .lightHeavyLight ? BarlineStyle.final.rawValue : rawValue }
}
