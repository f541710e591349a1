/// Interpretation lines and barlines.
extension KernConstraint {
  private static let split: UInt16 = 1
  private static let join: UInt16 = 2

  @inline(__always)
  private func path(_ state: State, _ field: Int) -> UInt16 {
    field < 0 ? 0 : state.paths >> UInt16(field * 2) & 3
  }

  /// Whether the field before is a `*v` that stands alone so far.
  func mustJoin(_ state: State, before field: Int) -> Bool {
    path(state, field - 1) == Self.join && path(state, field - 2) != Self.join
  }

  func advanceInterpretation(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .starStart:
      guard byte == Self.star else { return false }
      state.mode = .star
      return true
    case .star: return advanceStar(&state, byte)
    case .tandem:
      if let node = tables.tandems.child(of: state.node, byte) {
        state.node = node
        return true
      }
      guard tables.tandems.nodes[Int(state.node)].isWord else { return false }
      state.node = 0
      return endField(&state, byte)
    default: return endField(&state, byte)
    }
  }

  private func advanceStar(_ state: inout State, _ byte: UInt8) -> Bool {
    let field = Int(state.field)
    if byte == UInt8(ascii: "-") {
      guard state.line == .ending || (state.line == .interpretation && field == 0 && mayEnd(state))
      else { return false }
      state.line = .ending
      state.mode = .done
      return true
    }
    guard state.line != .ending else { return false }
    if byte == UInt8(ascii: "v") {
      guard mayJoin(state) else { return false }
      state.line = .path
      state.paths |= Self.join << UInt16(field * 2)
      state.mode = .join
      return true
    }
    guard !mustJoin(state, before: field) else { return false }
    if byte == Self.tab || byte == Self.newline { return endField(&state, byte) }
    if byte == UInt8(ascii: "^") {
      guard state.line != .tandem, spinesAfterSplits(state) < Self.mostSpines else { return false }
      state.line = .path
      state.paths |= Self.split << UInt16(field * 2)
      state.mode = .split
      return true
    }
    guard state.line != .path, let node = tables.tandems.child(of: 0, byte) else { return false }
    state.line = .tandem
    state.node = node
    state.mode = .tandem
    return true
  }

  private func spinesAfterSplits(_ state: State) -> UInt8 {
    var count = state.spineCount
    for field in 0..<Int(state.field) where path(state, field) == Self.split { count += 1 }
    return count
  }

  /// Whether the present field may join the one before it, or the one after it.
  private func mayJoin(_ state: State) -> Bool {
    guard state.line == .interpretation || state.line == .path else { return false }
    let field = Int(state.field)
    let staff = state.staff(of: state.field)
    var first = field
    while first > 0, path(state, first - 1) == Self.join { first -= 1 }
    if first < field {
      guard state.staff(of: UInt8(first)) == staff else { return false }
      return isCompatible(state, first...field)
    }
    let next = field + 1
    guard next < Int(state.spineCount), state.staff(of: UInt8(next)) == staff else { return false }
    return isCompatible(state, field...next)
  }

  /// Whether sub-spines may become one: what sounds in them ends at one time, and nothing that is
  /// over still has a tie.
  private func isCompatible(_ state: State, _ range: ClosedRange<Int>) -> Bool {
    var sounding: UInt32 = 0
    for spine in range {
      let remaining = state.remaining[spine]
      if remaining == 0 { continue }
      guard sounding == 0 || sounding == remaining else { return false }
      sounding = remaining
    }
    guard sounding > 0 else { return true }
    for index in 0..<8 where state.ties[index] != 0 {
      let owner = Int(KernTie.owner(state.ties[index]))
      if range.contains(owner), state.remaining[owner] == 0 { return false }
    }
    return true
  }

  /// Splits and joins as the line says.
  func applyPaths(_ state: inout State) {
    var remaining = SIMD8<UInt32>()
    var beams: UInt32 = 0
    var places = SIMD8<UInt8>()
    var count: UInt8 = 0
    var left: UInt8 = 0
    var field = 0
    while field < Int(state.spineCount) {
      let isLeft = UInt8(field) < state.leftCount
      let before = count
      var beam = state.beams >> UInt32(field * 4) & 0xF
      remaining[Int(count)] = state.remaining[field]
      places[field] = count
      if path(state, field) == Self.join {
        while field + 1 < Int(state.spineCount), path(state, field + 1) == Self.join {
          field += 1
          places[field] = count
          remaining[Int(count)] = max(remaining[Int(count)], state.remaining[field])
          beam = max(beam, state.beams >> UInt32(field * 4) & 0xF)
        }
      }
      beams |= beam << UInt32(count * 4)
      count += 1
      if path(state, field) == Self.split, count < 8 { count += 1 }
      if isLeft { left += count - before }
      field += 1
    }
    for index in 0..<8 where state.ties[index] != 0 {
      let owner = Int(KernTie.owner(state.ties[index]))
      state.ties[index] = state.ties[index] & ~(7 << 10) | UInt16(places[owner]) << 10
    }
    state.remaining = remaining
    state.beams = beams
    state.spineCount = count
    state.leftCount = left
    state.paths = 0
    elapse(&state)
  }

  // MARK: Barlines

  func advanceBarline(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .barStart:
      guard byte == UInt8(ascii: "=") else { return false }
      state.mode = .barCopy
      state.offset = 0
      return true
    case .barCopy:
      if Int(state.offset) < barlineCount(state) {
        guard byte == barlineByte(state, at: Int(state.offset)) else { return false }
        state.offset += 1
        return true
      }
      state.offset = 0
      return endField(&state, byte)
    case .barNumber:
      if (0x30...0x39).contains(byte) {
        let digit = UInt16(byte - 0x30)
        guard state.barNumber != 0xFFFF else {
          state.barNumber = digit
          return true
        }
        guard state.barNumber > 0, state.barNumber < 1000 else { return false }
        state.barNumber = state.barNumber * 10 + digit
        return true
      }
      if state.barNumber != 0xFFFF, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) {
        state.letter = byte
        state.mode = .barLetter
        return true
      }
      return advanceBarStyle(&state, byte)
    case .barFermata: return endField(&state, byte)
    default: return advanceBarStyle(&state, byte)
    }
  }

  private func advanceBarStyle(_ state: inout State, _ byte: UInt8) -> Bool {
    if let node = tables.barlines.child(of: state.node, byte) {
      state.node = node
      state.mode = .barStyle
      return true
    }
    guard tables.barlines.nodes[Int(state.node)].isWord else { return false }
    if byte == UInt8(ascii: ";") {
      state.flags |= State.barFermata
      state.mode = .barFermata
      return true
    }
    return endField(&state, byte)
  }

  private func numberCount(_ state: State) -> Int {
    state.barNumber == 0xFFFF ? 0 : decimalCount(UInt32(state.barNumber))
  }

  /// Bytes of the first field's barline after its `=`.
  func barlineCount(_ state: State) -> Int {
    numberCount(state) + (state.letter == 0 ? 0 : 1)
      + Int(tables.barlines.nodes[Int(state.node)].depth) + (state.has(State.barFermata) ? 1 : 0)
  }

  func barlineByte(_ state: State, at offset: Int) -> UInt8 {
    let digits = numberCount(state)
    if offset < digits { return decimalDigit(UInt32(state.barNumber), offset, digits) }
    var rest = offset - digits
    if state.letter != 0 {
      if rest == 0 { return state.letter }
      rest -= 1
    }
    if rest < Int(tables.barlines.nodes[Int(state.node)].depth) {
      return tables.barlines.byte(of: state.node, at: rest)
    }
    return UInt8(ascii: ";")
  }
}
