/// How an event is spelled as a token.
enum KernSpelling {
  /// The token of an event.
  static func token(_ event: Event, _ form: KernForm) -> String {
    guard form != .bekern else { return basic(event) }
    let first = starts(event)
    let last = ends(event)
    if event.notes.isEmpty {
      return note(duration(event), ["r"], opening: first, signs: last, form)
    }
    let notes = event.notes.enumerated().map { index, found in
      var opening = index == 0 ? first : []
      var signs: [String] = []
      switch found.tie {
      case .start: opening.append("[")
      case .stop: signs.append("]")
      case .continue: signs.append("_")
      case nil: break
      }
      if let grace = event.grace { signs.append(grace == .slashed ? "q" : "qq") }
      if index == event.notes.count - 1 { signs += last }
      return note(duration(event), pitch(found), opening: opening, signs: signs, form)
    }
    return notes.joined(separator: " ")
  }

  /// Durations, pitches and accidentals; grace notes keep their mark, or they would take time.
  private static func basic(_ event: Event) -> String {
    let mark = event.grace.map { [$0 == .slashed ? "q" : "qq"] } ?? []
    guard !event.notes.isEmpty else {
      return note(duration(event), ["r"], opening: [], signs: mark, .bekern)
    }
    return event.notes.map {
      note(duration(event), pitch($0), opening: [], signs: mark, .bekern)
    }.joined(separator: " ")
  }

  /// Signs that stand before a note in plain **kern and after it in the extended forms.
  private static func note(
    _ duration: [String],
    _ pitch: [String],
    opening: [String],
    signs: [String],
    _ form: KernForm
  ) -> String {
    guard form != .kern else { return (opening + duration + pitch + signs).joined() }
    return (duration + pitch).joined(separator: "@")
      + (opening + signs).map { "·\($0)" }.joined()
  }

  private static func duration(_ event: Event) -> [String] {
    let plain = WrittenDuration(event.written.value, tuplet: event.written.tuplet)
    let dots = Array(repeating: ".", count: max(0, min(event.written.dots, 4)))
    guard let length = plain.length else { return ["4"] }
    switch (length.numerator, length.denominator) {
    case (1, let denominator): return [String(denominator)] + dots
    case (2, 1): return ["0"] + dots
    case (4, 1): return ["00"] + dots
    case (let numerator, let denominator):
      // Dots on a quotient would say too little to most readers.
      let whole = event.written.length ?? length
      return [
        dots.isEmpty
          ? "\(denominator)%\(numerator)" : "\(whole.denominator)%\(whole.numerator)"
      ]
    }
  }

  private static func pitch(_ note: Note) -> [String] {
    var pieces = [note.pitch.kern.filter { $0 != "#" && $0 != "-" }]
    let alter = max(-2, min(note.pitch.alter, 2))
    if alter != 0 { pieces.append(String(repeating: alter < 0 ? "-" : "#", count: abs(alter))) }
    switch note.accidental {
    case .natural where alter == 0: pieces.append("n")
    case .forcedNatural where alter == 0: pieces += ["n", "X"]
    case .forced, .natural, .forcedNatural: if alter != 0 { pieces.append("X") }
    case .hidden: pieces.append("y")
    case nil: break
    }
    return pieces
  }

  private static func starts(_ event: Event) -> [String] {
    let phrases = event.phrases.filter { $0.end == .start }.map { _ in "{" }
    return phrases + event.slurs.filter { $0.end == .start }.map { _ in "(" }
  }

  private static func ends(_ event: Event) -> [String] {
    var signs: [String] = []
    if !event.isVisible { signs.append("yy") }
    signs += event.articulations.map(\.kern)
    signs += event.ornaments.map(\.kern)
    if event.hasFermata { signs.append(";") }
    if event.isArpeggiated { signs.append(":") }
    switch event.stem {
    case .up: signs.append("/")
    case .down: signs.append("\\")
    case nil: break
    }
    for (state, sign) in [
      (BeamState.begin, "L"), (.end, "J"), (.forwardHook, "K"), (.backwardHook, "k"),
    ] {
      signs += event.beams.filter { $0 == state }.map { _ in sign }
    }
    signs += event.slurs.filter { $0.end == .stop }.map { _ in ")" }
    signs += event.phrases.filter { $0.end == .stop }.map { _ in "}" }
    return signs
  }
}
