/// From the first byte of a note to its pitch.
extension KernConstraint {
  func advanceDuration(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .opened: return advanceOpened(&state, byte)
    case .chordDuration: return advanceChordDuration(&state, byte)
    case .digits: return advanceDigits(&state, byte)
    case .dots: return advanceDots(&state, byte)
    case .afterAt:
      // After the @ that follows a duration: a dot, or the pitch.
      if byte == UInt8(ascii: ".") {
        guard addDot(&state) else { return false }
        state.mode = .afterDot
        return true
      }
      return beginPitch(&state, byte)
    case .afterDot:
      guard byte == UInt8(ascii: "@") else { return false }
      state.mode = .afterAt
      return true
    default: return advanceAfterDuration(&state, byte)
    }
  }

  /// A usual duration, or the one that ends with the longest sounding note.
  private func advanceDigits(_ state: inout State, _ byte: UInt8) -> Bool {
    let text = state.offset == 0xFF ? nil : RecipText(steps: filling(state))
    if let text, Int(state.offset) < text.count, text.byte(at: Int(state.offset)) == byte {
      state.offset += 1
      state.node = state.node == 0 ? 0 : tables.recips.child(of: state.node, byte) ?? 0
      return true
    }
    if state.node != 0, let node = tables.recips.child(of: state.node, byte) {
      state.node = node
      state.offset = 0xFF
      return true
    }
    if state.node != 0, tables.recips.nodes[Int(state.node)].isWord {
      state.length = tables.recips.nodes[Int(state.node)].value
    } else {
      guard let text, Int(state.offset) == text.count else { return false }
      state.length = filling(state)
      state.node = 0
    }
    state.offset = 0
    state.mode = .dots
    return advanceDots(&state, byte)
  }

  /// The first byte of a duration.
  private func beginDigits(_ state: inout State, _ byte: UInt8) -> Bool {
    let isFilling = RecipText(steps: filling(state)).byte(at: 0) == byte
    let node = tables.recips.child(of: 0, byte)
    guard isFilling || node != nil else { return false }
    state.node = node ?? 0
    state.offset = isFilling ? 1 : 0xFF
    state.mode = .digits
    return true
  }

  /// Augmentation dots stand after a plain number, three at most.
  private func addDot(_ state: inout State) -> Bool {
    let node = tables.recips.nodes[Int(state.node)]
    let whole = KernTables.whole
    let isNumber =
      node.value > 0
      && (whole % node.value == 0 || node.value == 2 * whole || node.value == 4 * whole)
    guard state.node != 0, isNumber, state.dots < 3 else { return false }
    let base = node.value
    let part = base >> UInt32(state.dots + 1)
    guard base & ((1 << UInt32(state.dots + 1)) - 1) == 0 else { return false }
    state.dots += 1
    state.length += part
    return true
  }

  private func advanceDots(_ state: inout State, _ byte: UInt8) -> Bool {
    if isPlain, byte == UInt8(ascii: ".") { return addDot(&state) }
    return advanceAfterDuration(&state, byte)
  }

  private func advanceAfterDuration(_ state: inout State, _ byte: UInt8) -> Bool {
    if isPlain { return beginPitch(&state, byte) }
    guard byte == UInt8(ascii: "@") else { return false }
    state.mode = .afterAt
    return true
  }

  /// Before a note's duration: signs that open something, the duration, or a grace note's pitch.
  private func advanceOpened(_ state: inout State, _ byte: UInt8) -> Bool {
    if isPlain {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "{"): return open(&state, byte)
      case UInt8(ascii: "["):
        guard state.signs & KernSigns.tie == 0, mayTie(state) else { return false }
        state.signs |= KernSigns.tie | KernSigns.pendingTie
        return true
      default: break
      }
    }
    let inChord = state.has(State.inChord)
    if inChord, !state.has(State.noDuration) {
      state.offset = 0
      state.mode = .chordDuration
      return advanceChordDuration(&state, byte)
    }
    if !inChord, (0x30...0x39).contains(byte) { return beginDigits(&state, byte) }
    // A grace note may do without a duration.
    if !inChord {
      guard state.line != .timed, byte != UInt8(ascii: "r"),
        state.signs & KernSigns.pendingTie == 0
      else { return false }
      state.flags |= State.noDuration
    }
    return beginPitch(&state, byte)
  }

  /// The notes of a chord repeat the duration of the first one.
  private func advanceChordDuration(_ state: inout State, _ byte: UInt8) -> Bool {
    let count = durationCount(state)
    if Int(state.offset) < count {
      guard byte == durationByte(state, at: Int(state.offset)) else { return false }
      state.offset += 1
      return true
    }
    state.offset = 0
    if isPlain { return beginPitch(&state, byte) }
    guard byte == UInt8(ascii: "@") else { return false }
    state.mode = .afterPitchAt
    state.pitch = 0
    return true
  }

  /// Bytes of the first note's duration.
  func durationCount(_ state: State) -> Int {
    guard state.node != 0 else { return RecipText(steps: state.length).count }
    return Int(tables.recips.nodes[Int(state.node)].depth) + Int(state.dots) * (isPlain ? 1 : 2)
  }

  /// A byte of the first note's duration.
  func durationByte(_ state: State, at offset: Int) -> UInt8 {
    guard state.node != 0 else { return RecipText(steps: state.length).byte(at: offset) }
    let depth = Int(tables.recips.nodes[Int(state.node)].depth)
    if offset < depth { return tables.recips.byte(of: state.node, at: offset) }
    return isPlain || (offset - depth) % 2 == 1 ? UInt8(ascii: ".") : UInt8(ascii: "@")
  }

  /// The first letter of a pitch, or a rest.
  private func beginPitch(_ state: inout State, _ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "r") {
      guard !state.has(State.inChord), state.line != .grace, !state.has(State.noDuration),
        state.signs & KernSigns.pendingTie == 0,
        !(state.isLastFreeOfStaff && hasDueTie(state))
      else { return false }
      state.signs |= KernSigns.rest
      state.mode = .signs
      state.lastSign = 0
      return true
    }
    return beginLetter(&state, byte)
  }

  func beginLetter(_ state: inout State, _ byte: UInt8) -> Bool {
    let isUpper = byte & 0x20 == 0
    let letter = byte | 0x20
    guard (UInt8(ascii: "a")...UInt8(ascii: "g")).contains(letter) else { return false }
    state.pitch = KernTie.pitch(
      letter: letter - UInt8(ascii: "a"),
      isUpper: isUpper,
      count: 1,
      alter: 0
    )
    state.mode = .pitch
    return true
  }
}
