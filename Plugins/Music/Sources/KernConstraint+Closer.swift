/// The bytes of the known way to the end.
extension KernConstraint {
  /// The next byte of the way that ``finishBound(_:)`` measures.
  public func closer(_ state: State) -> UInt8? {
    switch state.mode {
    case .header:
      return Int(state.offset) < header.count ? header[Int(state.offset)] : Self.newline
    case .lineStart: return mayEnd(state) ? Self.star : fieldByte(state)
    case .fieldStart: return fieldByte(state)
    case .starStart: return Self.star
    case .star:
      if state.line == .ending { return UInt8(ascii: "-") }
      if mustJoin(state, before: Int(state.field)) { return UInt8(ascii: "v") }
      if state.line == .interpretation, state.field == 0, mayEnd(state) { return UInt8(ascii: "-") }
      return separator(state)
    case .tandem:
      let node = tables.tandems.nodes[Int(state.node)]
      return node.isWord ? separator(state) : tables.tandems.nodes[Int(node.nearest)].byte
    case .barStart: return UInt8(ascii: "=")
    case .barStyle:
      let node = tables.barlines.nodes[Int(state.node)]
      return node.isWord ? separator(state) : tables.barlines.nodes[Int(node.nearest)].byte
    case .barCopy:
      let offset = Int(state.offset)
      return offset < barlineCount(state) ? barlineByte(state, at: offset) : separator(state)
    case .done: return state.isLastField ? nil : Self.tab
    case .doneLine: return nil
    case .null, .split, .join, .barNumber, .barLetter, .barFermata: return separator(state)
    case .opened, .chordDuration, .digits, .dots, .afterAt, .afterDot, .afterDuration:
      return durationCloser(state)
    case .pitch, .accidental, .pitchEnd, .afterPitchAt: return pitchCloser(state)
    case .signs, .point1, .point2: return signCloser(state)
    }
  }

  private func separator(_ state: State) -> UInt8 {
    state.isLastField ? Self.newline : Self.tab
  }

  /// The first byte of a field of a data line.
  private func fieldByte(_ state: State) -> UInt8 {
    guard state.isFree(state.field) else { return UInt8(ascii: ".") }
    if state.line == .grace {
      let isSpared = state.has(State.graceGiven) || (state.free >> state.field) >> 1 != 0
      return isSpared ? UInt8(ascii: ".") : UInt8(ascii: "c")
    }
    return RecipText(steps: filling(state)).byte(at: 0)
  }

  private func durationCloser(_ state: State) -> UInt8 {
    let at = UInt8(ascii: "@")
    switch state.mode {
    case .opened:
      if state.has(State.noDuration) || (state.line == .grace && !state.has(State.inChord)) {
        return pitchByte(state)
      }
      if state.has(State.inChord) { return durationByte(state, at: 0) }
      return RecipText(steps: filling(state)).byte(at: 0)
    case .chordDuration:
      let offset = Int(state.offset)
      if offset < durationCount(state) { return durationByte(state, at: offset) }
      return isPlain ? pitchByte(state) : at
    case .digits:
      if state.offset != 0xFF {
        let text = RecipText(steps: filling(state))
        if Int(state.offset) < text.count { return text.byte(at: Int(state.offset)) }
      } else {
        let node = tables.recips.nodes[Int(state.node)]
        if !node.isWord { return tables.recips.nodes[Int(node.nearest)].byte }
      }
      return isPlain ? pitchByte(state) : at
    case .dots: return isPlain ? pitchByte(state) : at
    case .afterDot: return at
    default: return pitchByte(state)
    }
  }

  /// The first letter of the note's pitch: the tie's, a rest, or any.
  private func pitchByte(_ state: State) -> UInt8 {
    if let target = targetTie(state) { return KernTie.byte(state.ties[target]) }
    let mustSound =
      state.isGraceNote || state.has(State.inChord) || state.signs & KernSigns.pendingTie != 0
      || (state.isLastFreeOfStaff && hasDueTie(state))
    return mustSound ? UInt8(ascii: "c") : UInt8(ascii: "r")
  }

  private func pitchCloser(_ state: State) -> UInt8? {
    if state.mode == .afterPitchAt, state.pitch == 0 { return pitchByte(state) }
    guard let target = targetTie(state) else {
      return state.mode == .afterPitchAt ? UInt8(ascii: "X") : signCloser(state)
    }
    let tie = state.ties[target]
    let (alter, wanted) = (KernTie.alter(state.pitch), KernTie.alter(tie))
    if KernTie.count(state.pitch) < KernTie.count(tie) { return KernTie.byte(tie) }
    if state.mode == .afterPitchAt, alter == wanted { return UInt8(ascii: "X") }
    guard alter != wanted else { return signCloser(state) }
    if state.mode == .pitch, !isPlain { return UInt8(ascii: "@") }
    return wanted > 0 ? UInt8(ascii: "#") : UInt8(ascii: "-")
  }

  private func signCloser(_ state: State) -> UInt8? {
    let sign = closingSign(state)
    switch state.mode {
    case .point1: return KernForm.decorationSeparator[1]
    case .point2: return sign ?? spareSign(state)
    default: break
    }
    if let sign { return isPlain ? sign : KernForm.decorationSeparator[0] }
    let isDue = !state.isGraceNote && state.isLastFreeOfStaff && hasDueTie(state)
    return isDue ? Self.space : separator(state)
  }

  /// The sign that the note needs next, `nil` for none.
  func closingSign(_ state: State) -> UInt8? {
    if targetTie(state) != nil { return UInt8(ascii: "]") }
    if state.isGraceNote {
      return state.signs & KernSigns.grace == 0 ? UInt8(ascii: "q") : nil
    }
    guard state.isLastFreeOfStaff, !isBasic else { return nil }
    if closableSlurs(state) > 0 { return UInt8(ascii: ")") }
    return closablePhrases(state) > 0 ? UInt8(ascii: "}") : nil
  }
}
