import XMLValidation

/// Something in a measure of a MusicXML file with its place in time.
struct MusicXMLEvent {
  /// What it is.
  enum Kind {
    case note(MusicXMLNote)
    case attributes
    case direction
    case barline
    /// A jump forward, which is a pause of the voice where it names one.
    case forward(length: Fraction)
    /// Chord symbols, figured bass, page layout, sound.
    case other
  }

  /// The element.
  var element: MarkupElement
  /// Where it begins, from the start of the measure.
  var start: Fraction
  /// What it is.
  var kind: Kind
}

/// A `note` element: a note, a further note of a chord, or a rest.
struct MusicXMLNote {
  /// From where the note begins to where it ends; none for a grace note.
  var length: Fraction
  /// The voice as the file calls it; `1` where it says nothing.
  var voice: String
  /// The staff within the part, from 1.
  var staff: Int
  /// Whether it belongs to the chord of the note before.
  var isChord: Bool
  /// Whether it is a grace note.
  var isGrace: Bool
  /// Whether it is a small note for orientation, which does not count in the measure's arithmetic of
  /// other tools but takes its time all the same.
  var isCue: Bool
  /// Whether it is a rest.
  var isRest: Bool
  /// Whether it is a rest for the whole measure.
  var isMeasureRest: Bool
  /// The pitch, `nil` for rests, unpitched notes and pitches that are none.
  var pitch: MusicXMLPitch?
}

/// The pitch of a note in a MusicXML file.
struct MusicXMLPitch: Hashable {
  /// The letter.
  var step: PitchStep
  /// Alteration in hundredths of a semitone; quarter tones are allowed.
  var alterCents: Int
  /// The octave, 4 from middle C on.
  var octave: Int

  /// Hundredths of a semitone above C0, by which notes of different spelling can be compared.
  var cents: Int {
    let base: Int =
      switch step {
      case .c: 0
      case .d: 2
      case .e: 4
      case .f: 5
      case .g: 7
      case .a: 9
      case .b: 11
      }
    return (octave * 12 + base) * 100 + alterCents
  }

  /// As musicians write it: `F#4`.
  var name: String {
    let sign: String =
      switch alterCents {
      case 0: ""
      case 100: "#"
      case 200: "##"
      case -100: "b"
      case -200: "bb"
      default: "(\(alterCents) cents)"
      }
    return "\(step.rawValue)\(sign)\(octave)"
  }

  /// Reads a `pitch` element; `nil` when it is none.
  init?(_ element: MarkupElement) {
    guard let step = element.text(of: "step").flatMap(PitchStep.init(rawValue:)),
      let octave = element.integer(of: "octave"), (0...9).contains(octave)
    else { return nil }
    self.step = step
    self.octave = octave
    alterCents = 0
    guard let text = element.text(of: "alter") else { return }
    guard let alter = MusicXMLDecimal(text), alter.units.magnitude <= 4 * UInt(alter.scale) else {
      return nil
    }
    alterCents = alter.units * 100 / alter.scale
  }
}

/// What a time signature of a MusicXML file says about the length of a measure.
struct MusicXMLTime: Equatable {
  /// The length of a measure, `nil` for free time.
  var length: Fraction?
  /// The time signature as it is written, such as `3/4`.
  var text: String
  /// The note value of the last beat, for writing lengths over it.
  var beatType: Int

  /// Reads a `time` element; `nil` when its numbers are none.
  init?(_ element: MarkupElement) {
    if element.child("senza-misura") != nil {
      self.init(length: nil, text: "free time", beatType: 4)
      return
    }
    let beats = element.children("beats")
    let types = element.children("beat-type")
    guard !beats.isEmpty, beats.count == types.count else { return nil }
    var total = Fraction.zero
    var texts: [String] = []
    var lastType = 4
    for (beat, type) in zip(beats, types) {
      guard let type = Int(type.text), (1...1024).contains(type) else { return nil }
      var count = 0
      for piece in beat.text.split(separator: "+", omittingEmptySubsequences: false) {
        let digits = piece.filter { $0 != " " }
        guard let number = Int(digits), (1...1024).contains(number), count < 100_000 else {
          return nil
        }
        count += number
      }
      guard let length = Fraction(exactly: count, over: type) else { return nil }
      total += length
      texts.append("\(beat.text)/\(type)")
      lastType = type
    }
    self.init(length: total, text: texts.joined(separator: " + "), beatType: lastType)
  }

  private init(length: Fraction?, text: String, beatType: Int) {
    self.length = length
    self.text = text
    self.beatType = beatType
  }
}
