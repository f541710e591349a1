/// Reading bytes.
extension SMILESPath {
  /// Appends one byte without asking whether the string can end.
  ///
  /// - Returns: `false` when the byte cannot stand here; the state is then unspecified.
  func step(_ byte: UInt8) -> Bool {
    switch state.pointee.mode {
    case .start, .afterDot, .branchBond: beginAtom(byte)
    case .branchStart: beginBond(byte, then: .branchBond) || beginAtom(byte)
    case .bond: state.pointee.bond < 3 && readRing(byte) || beginAtom(byte)
    case .atom: afterAtom(byte)
    case .percent, .percentDigit: readRing(byte)
    default: stepBracket(byte)
    }
  }

  private func afterAtom(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "l") where state.pointee.letter == UInt8(ascii: "C"),
      UInt8(ascii: "r") where state.pointee.letter == UInt8(ascii: "B"):
      return becomeHalogen()
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "%"):
      return readRing(byte)
    case UInt8(ascii: "("):
      guard !state.pointee.mustOpenRing else { return false }
      self[last].isBase = true
      leaveAtom()
      state.pointee.mode = .branchStart
      return true
    case UInt8(ascii: ")"):
      guard closeBranch() else { return false }
      leaveAtom()
      return true
    case UInt8(ascii: "."):
      guard state.pointee.bound == 0 else { return false }
      state.pointee = SMILESPrefix()
      state.pointee.mode = .afterDot
      return true
    default:
      return beginBond(byte, then: .bond) || beginAtom(byte)
    }
  }

  private func leaveAtom() {
    state.pointee.letter = 0
    state.pointee.acceptsRings = false
    state.pointee.parentIsBelow = false
    state.pointee.bondedOwners = 0
  }

  private func becomeHalogen() -> Bool {
    let full = state.pointee.letter == UInt8(ascii: "C") ? 4 : 3
    let used = full - self[last].capacity
    guard used <= 1, !lastOwnsRing else { return false }
    self[last].capacity = 1 - used
    state.pointee.letter = 0
    return true
  }

  private func beginBond(_ byte: UInt8, then mode: SMILESPrefix.Mode) -> Bool {
    guard !state.pointee.mustOpenRing else { return false }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "\\"): state.pointee.bond = 1
    case UInt8(ascii: "="): state.pointee.bond = 2
    case UInt8(ascii: "#"): state.pointee.bond = 3
    default: return false
    }
    state.pointee.letter = 0
    state.pointee.mode = mode
    return true
  }

  private func beginAtom(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "[") {
      beginBracket()
      return true
    }
    guard let budget = AtomBudget.organic(byte) else { return false }
    let mayGrow = byte == UInt8(ascii: "C") || byte == UInt8(ascii: "B")
    return bondAtom(budget, letter: mayGrow ? byte : 0)
  }

  /// Bonds an atom to the molecule with the bond that was written.
  func bondAtom(_ budget: AtomBudget, letter: UInt8 = 0) -> Bool {
    let parentIsBelow = count > 0 && (self[last].isBase || lastOwnsRing)
    guard append(budget, bond: Int(state.pointee.bond)) else { return false }
    state.pointee.parentIsBelow = parentIsBelow
    state.pointee.mode = .atom
    state.pointee.bond = 0
    state.pointee.letter = letter
    state.pointee.acceptsRings = true
    state.pointee.bondedOwners = 0
    return true
  }

  private func readRing(_ byte: UInt8) -> Bool {
    let mode = state.pointee.mode
    if byte == UInt8(ascii: "%"), mode == .atom || mode == .bond {
      guard state.pointee.acceptsRings else { return false }
      state.pointee.mode = .percent
      state.pointee.letter = 0
      return true
    }
    guard (0x30...0x39).contains(byte) else { return false }
    let digit = byte - 0x30
    switch mode {
    case .percent:
      // %00 to %09 are the numbers 0 to 9 written long; one way to write them is enough.
      guard digit > 0 else { return false }
      state.pointee.value = digit
      state.pointee.mode = .percentDigit
      return true
    case .percentDigit:
      let number = Int(state.pointee.value) * 10 + Int(digit)
      state.pointee.value = 0
      return useRing(number)
    default:
      return useRing(Int(digit))
    }
  }

  /// Opens or closes a ring at the last atom.
  func useRing(_ number: Int) -> Bool {
    guard state.pointee.acceptsRings else { return false }
    let bond = Int(state.pointee.bond)
    if let position = ringPosition(number: number) {
      let entry = ring(position)
      guard canClose(entry), closeRing(position, bond: bond) else { return false }
      state.pointee.bondedOwners |= 1 &<< UInt32(truncatingIfNeeded: entry.owner)
    } else {
      guard openRing(number, bond: bond) else { return false }
    }
    state.pointee.mode = .atom
    state.pointee.bond = 0
    state.pointee.letter = 0
    return true
  }
}
