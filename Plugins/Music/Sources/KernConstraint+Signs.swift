/// Ties, slurs, beams, and everything else that hangs on a note.
extension KernConstraint {
  /// Most beams open in a sub-spine.
  private static let mostBeams: UInt32 = 8
  private static let mostSlurs: UInt8 = 7

  // MARK: Ties

  /// Whether one more tie may begin at the note.
  func mayTie(_ state: State) -> Bool {
    guard !isBasic, state.line != .grace, !state.has(State.tokenGrace),
      !state.has(State.noDuration), state.signs & (KernSigns.grace | KernSigns.rest) == 0
    else { return false }
    for index in 0..<8 where state.ties[index] == 0 { return true }
    return false
  }

  /// The present pitch as a tie of the present line.
  func addTie(_ state: inout State) {
    for index in 0..<8 where state.ties[index] == 0 {
      state.ties[index] =
        KernTie.present | KernTie.isNew | UInt16(state.field) << 10
        | state.pitch & KernTie.pitchMask
      return
    }
  }

  /// Whether a tie is due on this line and not taken up yet.
  @inline(__always)
  func isDue(_ tie: UInt16, _ state: State, staff: UInt8) -> Bool {
    guard tie != 0, tie & KernTie.isNew == 0 else { return false }
    let owner = KernTie.owner(tie)
    return state.staff(of: owner) == staff && state.isFree(owner)
  }

  /// Whether the staff of the present field has a tie that is due.
  func hasDueTie(_ state: State) -> Bool {
    guard state.ties != SIMD8() else { return false }
    let staff = state.staff(of: state.field)
    for index in 0..<8 where isDue(state.ties[index], state, staff: staff) { return true }
    return false
  }

  /// The place of the due tie that the present note takes up.
  private func dueTie(_ state: State) -> Int? {
    guard state.ties != SIMD8() else { return nil }
    let staff = state.staff(of: state.field)
    let pitch = state.pitch & KernTie.pitchMask
    for index in 0..<8
    where isDue(state.ties[index], state, staff: staff)
      && state.ties[index] & KernTie.pitchMask == pitch
    {
      return index
    }
    return nil
  }

  // MARK: Slurs

  /// Begins a slur or a phrase.
  func open(_ state: inout State, _ byte: UInt8) -> Bool {
    guard !isBasic else { return false }
    let shift = state.staff(of: state.field) * 4
    if byte == UInt8(ascii: "(") {
      guard state.slurs >> shift & 0xF < Self.mostSlurs else { return false }
      state.slurs += 1 << shift
      state.opened += 1
    } else {
      guard state.phrases >> shift & 0xF < Self.mostSlurs else { return false }
      state.phrases += 1 << shift
      state.opened += 1 << 4
    }
    return true
  }

  /// Slurs of the staff that were open before the token.
  func closableSlurs(_ state: State) -> UInt8 {
    (state.slurs >> (state.staff(of: state.field) * 4) & 0xF) &- (state.opened & 0xF)
  }

  /// Phrases of the staff that were open before the token.
  func closablePhrases(_ state: State) -> UInt8 {
    (state.phrases >> (state.staff(of: state.field) * 4) & 0xF) &- (state.opened >> 4)
  }

  // MARK: Signs

  /// A sign that may follow, the least meaningful first; `nil` when none may.
  func spareSign(_ state: State) -> UInt8? {
    if isBasic {
      var next = state
      return acceptSign(&next, UInt8(ascii: "q")) ? UInt8(ascii: "q") : nil
    }
    if state.signs & KernSigns.stem == 0 { return UInt8(ascii: "/") }
    return KernSigns.plain.first {
      var next = state
      return acceptSign(&next, $0)
    }
  }

  /// Adds a sign to the note.
  func acceptSign(_ state: inout State, _ byte: UInt8) -> Bool {
    let isRest = state.signs & KernSigns.rest != 0
    if byte == UInt8(ascii: "q") {
      guard !isRest, state.signs & (KernSigns.tie | KernSigns.qq) == 0, state.line != .timed,
        !state.has(State.inChord) || state.has(State.tokenGrace)
      else { return false }
      if state.signs & KernSigns.q != 0 {
        guard state.lastSign == byte else { return false }
        state.signs |= KernSigns.qq
      } else {
        state.signs |= KernSigns.q
      }
      state.lastSign = byte
      return true
    }
    guard !isBasic else { return false }
    let plain = KernSigns.bits[Int(byte)]
    if plain != 0 {
      guard state.signs & plain == 0,
        plain & KernSigns.ornaments == 0 || state.signs & KernSigns.ornaments == 0
      else { return false }
      state.signs |= plain
      state.lastSign = byte
      return true
    }
    guard acceptOther(&state, byte, isRest: isRest) else { return false }
    state.lastSign = byte
    return true
  }

  private func acceptOther(_ state: inout State, _ byte: UInt8, isRest: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "L"): return addBeam(&state, shift: 0, most: Self.mostBeams)
    case UInt8(ascii: "J"): return addBeam(&state, shift: 4, most: Self.mostBeams)
    case UInt8(ascii: "K"): return addBeam(&state, shift: 8, most: 4)
    case UInt8(ascii: "k"): return addBeam(&state, shift: 12, most: 4)
    case UInt8(ascii: "/"), UInt8(ascii: "\\"):
      guard state.signs & KernSigns.stem == 0 else { return false }
      state.signs |= KernSigns.stem
      return true
    case UInt8(ascii: "^"):
      if state.signs & KernSigns.accent != 0 {
        guard state.lastSign == byte, state.signs & KernSigns.strongAccent == 0 else {
          return false
        }
        state.signs |= KernSigns.strongAccent
      } else {
        state.signs |= KernSigns.accent
      }
      return true
    case UInt8(ascii: "y"):
      if state.signs & KernSigns.y != 0 {
        guard state.lastSign == byte, state.signs & KernSigns.yy == 0 else { return false }
        state.signs |= KernSigns.yy
      } else {
        state.signs |= KernSigns.y
      }
      return true
    case UInt8(ascii: "("), UInt8(ascii: "{"): return open(&state, byte)
    case UInt8(ascii: ")"):
      guard closableSlurs(state) > 0 else { return false }
      state.slurs -= 1 << (state.staff(of: state.field) * 4)
      return true
    case UInt8(ascii: "}"):
      guard closablePhrases(state) > 0 else { return false }
      state.phrases -= 1 << (state.staff(of: state.field) * 4)
      return true
    case UInt8(ascii: "["):
      guard state.signs & KernSigns.tie == 0, mayTie(state) else { return false }
      state.signs |= KernSigns.tie
      addTie(&state)
      return true
    case UInt8(ascii: "]"), UInt8(ascii: "_"):
      guard state.signs & (KernSigns.tie | KernSigns.grace) == 0, !isRest, !state.isGraceNote,
        let index = dueTie(state)
      else { return false }
      state.signs |= KernSigns.tie
      state.ties[index] = 0
      if byte == UInt8(ascii: "_") { addTie(&state) }
      return true
    default: return false
    }
  }

  private func addBeam(_ state: inout State, shift: UInt16, most: UInt32) -> Bool {
    let count = UInt32(state.noteBeams >> shift & 0xF)
    let open = state.beams >> (UInt32(state.field) * 4) & 0xF
    switch shift {
    case 0: guard open + count < most else { return false }
    case 4: guard count < open else { return false }
    default: guard count < most else { return false }
    }
    state.noteBeams += 1 << shift
    return true
  }
}
