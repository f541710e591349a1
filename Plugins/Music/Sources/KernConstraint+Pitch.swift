/// Pitches, accidentals, and the signs after them.
extension KernConstraint {
  /// Most repetitions of a letter: up to c in the octave of the highest piano key and beyond, and
  /// down to the octave of 16 Hz.
  private static let mostLower: UInt16 = 5
  private static let mostUpper: UInt16 = 4

  func advancePitch(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .pitch:
      if byte == KernTie.byte(state.pitch) {
        let most = state.pitch & 8 == 0 ? Self.mostLower : Self.mostUpper
        guard KernTie.count(state.pitch) < most else { return false }
        state.pitch += 1 << 4
        return true
      }
      if isPlain { return advanceAccidental(&state, byte, from: .pitch) }
      guard byte == UInt8(ascii: "@") else { return advanceNoteEnd(&state, byte) }
      state.mode = .afterPitchAt
      return true
    case .accidental:
      // A second sharp or flat.
      let alter = KernTie.alter(state.pitch)
      if byte == (alter > 0 ? UInt8(ascii: "#") : UInt8(ascii: "-")) {
        setAlter(&state, alter * 2)
        state.mode = .pitchEnd
        return true
      }
      return advancePitchEnd(&state, byte)
    case .pitchEnd: return advancePitchEnd(&state, byte)
    default:
      // After an @: the pitch of a chord note, an accidental, or how it is displayed.
      if state.pitch == 0 { return beginLetter(&state, byte) }
      guard state.signs & KernSigns.display == 0 else { return false }
      if KernTie.alter(state.pitch) == 0, state.lastSign != UInt8(ascii: "n") {
        return advanceAccidental(&state, byte, from: .afterPitchAt)
      }
      return advanceDisplay(&state, byte)
    }
  }

  private func setAlter(_ state: inout State, _ alter: Int) {
    state.pitch = state.pitch & ~0x380 | UInt16(truncatingIfNeeded: alter + 2) << 7
  }

  private func advanceAccidental(
    _ state: inout State,
    _ byte: UInt8,
    from mode: State.Mode
  ) -> Bool {
    switch byte {
    case UInt8(ascii: "#"):
      setAlter(&state, 1)
      state.mode = .accidental
      return true
    case UInt8(ascii: "-"):
      setAlter(&state, -1)
      state.mode = .accidental
      return true
    case UInt8(ascii: "n"):
      state.lastSign = byte
      state.mode = .pitchEnd
      return true
    default:
      if isPlain { return advancePitchEnd(&state, byte) }
      return advanceDisplay(&state, byte)
    }
  }

  private func advanceDisplay(_ state: inout State, _ byte: UInt8) -> Bool {
    guard byte == UInt8(ascii: "X") || byte == UInt8(ascii: "y"),
      state.signs & KernSigns.display == 0
    else { return false }
    state.signs |= KernSigns.display
    state.mode = .pitchEnd
    return true
  }

  private func advancePitchEnd(_ state: inout State, _ byte: UInt8) -> Bool {
    if isPlain {
      // A y here hides the accidental; two hide the note, which is a sign.
      if byte == UInt8(ascii: "X"), advanceDisplay(&state, byte) { return true }
    } else if byte == UInt8(ascii: "@"), state.signs & KernSigns.display == 0 {
      state.mode = .afterPitchAt
      return true
    }
    return advanceNoteEnd(&state, byte)
  }

  /// The pitch is complete: signs, or the end of the note.
  private func advanceNoteEnd(_ state: inout State, _ byte: UInt8) -> Bool {
    if state.signs & KernSigns.pendingTie != 0 {
      addTie(&state)
      state.signs &= ~KernSigns.pendingTie
    }
    state.mode = .signs
    state.lastSign = 0
    return advanceSigns(&state, byte)
  }

  func advanceSigns(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .point1:
      guard byte == KernForm.decorationSeparator[1] else { return false }
      state.mode = .point2
      return true
    case .point2:
      guard acceptSign(&state, byte) else { return false }
      state.mode = .signs
      return true
    default: break
    }
    switch byte {
    case Self.space:
      guard noteMayEnd(state), state.signs & KernSigns.rest == 0 else { return false }
      endNote(&state)
      state.flags |= State.inChord
      state.mode = .opened
      return true
    case Self.tab, Self.newline:
      guard noteMayEnd(state) else { return false }
      if !state.isGraceNote, state.isLastFreeOfStaff, hasDueTie(state) { return false }
      endNote(&state)
      endToken(&state)
      return endField(&state, byte)
    default: break
    }
    if isPlain { return acceptSign(&state, byte) }
    if byte == KernForm.decorationSeparator[0] {
      // Something must be left to write after the point.
      guard closingSign(state) ?? spareSign(state) != nil else { return false }
      state.mode = .point1
      return true
    }
    return byte == state.lastSign && acceptSign(&state, byte)
  }

  /// Whether a note is whole: a grace note needs its mark.
  func noteMayEnd(_ state: State) -> Bool {
    !state.isGraceNote || state.signs & KernSigns.grace != 0
  }

  /// The note is over; what it says of the token is kept.
  private func endNote(_ state: inout State) {
    if state.signs & KernSigns.grace != 0 { state.flags |= State.tokenGrace }
    for shift in stride(from: UInt16(0), to: 16, by: 4) {
      let mask = UInt16(0xF) << shift
      if state.noteBeams & mask > state.tokenBeams & mask {
        state.tokenBeams = state.tokenBeams & ~mask | state.noteBeams & mask
      }
    }
    state.signs = 0
    state.noteBeams = 0
    state.pitch = 0
    state.lastSign = 0
  }

  /// The token is over: it sounds from now on.
  private func endToken(_ state: inout State) {
    if state.has(State.tokenGrace) {
      state.line = .grace
      state.flags |= State.graceGiven
    } else {
      state.line = .timed
      state.remaining[Int(state.field)] = state.length
    }
    let shift = UInt32(state.field) * 4
    let open = state.beams >> shift & 0xF
    let starts = UInt32(state.tokenBeams & 0xF)
    let ends = UInt32(state.tokenBeams >> 4 & 0xF)
    let after = open >= ends ? open - ends + starts : starts
    state.beams = state.beams & ~(0xF << shift) | min(after, 15) << shift
    state.flags &= ~(State.tokenGrace | State.inChord | State.noDuration)
    state.tokenBeams = 0
    state.opened = 0
    state.length = 0
    state.node = 0
    state.dots = 0
    state.offset = 0
  }
}
