package import OutputConstraints

/// SMILES strings of possible molecules, byte by byte.
///
/// Syntax, ring numbers, valence and aromatic systems are followed exactly, so that every prefix has
/// a completion. Where a completion could not be proved the language is restricted:
///
/// - ring numbers close towards an atom on the path from the first atom to the current one, as in
///   every string that a depth-first walk writes (`C(C1)CC1` is refused, `C1CCC1` is not);
/// - a single bond between aromatic atoms is written `-` while the ring is open, and every aromatic
///   atom is part of a ring of aromatic atoms;
/// - at most 16 ring numbers are open at a time, 32 atoms wait for bonds, and 7 atoms of one
///   aromatic system wait for neighbours;
/// - no `$`, `:`, `->`, no five-bonded nitrogen, no aromatic boron, silicon, arsenic or tellurium, no
///   ring that opens with `#`.
package struct SMILESConstraint: OutputConstraint {
  /// What stands before the next byte.
  enum Mode: UInt8, Sendable {
    case start, afterDot, atom, bond, branchStart, branchBond, percent, percentDigit
    /// After `[`, with the isotope's digits; a letter of the symbol; the whole symbol; `@`; `H`;
    /// its count; a sign; a digit of the charge; a second one; the colon; a digit of the class.
    case bracket, letter, symbol, chirality, chiralityEnd, hydrogen, hydrogenCount, sign, charge
    case chargeEnd, colon, atomClass
  }

  /// A prefix: the open part of the molecule and the unfinished token.
  package struct State: Hashable, Sendable {
    var path = SMILESPath()
    var mode = Mode.start
    /// Small fields in one byte; see the properties at the end.
    private var flags: UInt8 = 0
    var bondedOwners: UInt32 = 0
    /// The last letter, `C` or `B`, to which a letter may be added; 0 otherwise.
    var letter: UInt8 = 0
    /// The first digit of the number being read.
    var value: UInt8 = 0
    var element: UInt8 = 0
    var hydrogens: UInt8 = 0
    var charge: Int8 = 0
    /// Bytes of the shortest known ending and the first of them.
    var bound: UInt16 = 1
    var next = UInt8(ascii: "C")

    private func bits(_ shift: UInt8, _ width: UInt8) -> UInt8 {
      flags >> shift & ((1 << width) - 1)
    }

    private mutating func set(_ value: UInt8, _ shift: UInt8, _ width: UInt8) {
      flags = flags & ~(((1 << width) - 1) << shift) | value << shift
    }

    /// Order of the bond symbol before the next atom, 0 for none.
    var bond: UInt8 {
      get { bits(0, 2) }
      set { set(newValue, 0, 2) }
    }
    /// Whether the atom before the last one on the path is its neighbour.
    var parentIsBelow: Bool {
      get { bits(2, 1) == 1 }
      set { set(newValue ? 1 : 0, 2, 1) }
    }
    /// Whether ring numbers may follow the last atom.
    var acceptsRings: Bool {
      get { bits(3, 1) == 1 }
      set { set(newValue ? 1 : 0, 3, 1) }
    }
    /// Whether the bracket's symbol is in lower case.
    var isAromatic: Bool {
      get { bits(4, 1) == 1 }
      set { set(newValue ? 1 : 0, 4, 1) }
    }
    /// Digits read of the isotope or the class, at most 4.
    var digits: UInt8 {
      get { bits(5, 3) }
      set { set(newValue, 5, 3) }
    }
  }

  package init() {}

  package var initial: State { State() }

  package func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    guard step(&state, byte), let ending = ending(state) else { return false }
    state.bound = UInt16(clamping: ending.byteCount)
    state.next = ending.byte
    return true
  }

  package func canFinish(_ state: State) -> Bool { state.bound == 0 }

  package func finishBound(_ state: State) -> Int { Int(state.bound) }

  package func closer(_ state: State) -> UInt8? { state.bound == 0 ? nil : state.next }

  package func firstBytes(_ state: State) -> ByteSet { SMILESConstraint.alphabet }

  private static let alphabet = ByteSet(
    Array("BCNOPSFIbcnops*[]()=#-/\\.%+@:0123456789HAEDGKLMRTUVWXYZaefghiklmrtudvy".utf8)
  )

  package func explain(_ state: State, _ byte: UInt8) -> String {
    let shown =
      (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    let reason =
      switch state.mode {
      case .start, .afterDot: "an atom must come first"
      case .bond, .branchBond: "the bond needs an atom with a free valence"
      case .branchStart: "the branch needs an atom"
      case .percent, .percentDigit: "'%' needs two digits of a ring number that may stand here"
      case .atom:
        "it would break a valence, a ring number or an aromatic system, or is no part of SMILES"
      default: "the bracket holds isotope, symbol, chirality, hydrogens, charge and class, in order"
      }
    return "\(shown) cannot stand here: \(reason)"
  }
}

extension SMILESConstraint {
  /// Appends one byte without asking whether the string can end.
  func step(_ state: inout State, _ byte: UInt8) -> Bool {
    switch state.mode {
    case .start, .afterDot, .branchBond: beginAtom(&state, byte)
    case .branchStart:
      beginBond(&state, byte, then: .branchBond) || beginAtom(&state, byte)
    case .bond:
      state.bond < 3 && readRing(&state, byte) || beginAtom(&state, byte)
    case .atom: afterAtom(&state, byte)
    case .percent, .percentDigit: readRing(&state, byte)
    default: stepBracket(&state, byte)
    }
  }

  private func afterAtom(_ state: inout State, _ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "l") where state.letter == UInt8(ascii: "C"),
      UInt8(ascii: "r") where state.letter == UInt8(ascii: "B"):
      return becomeHalogen(&state)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "%"):
      return readRing(&state, byte)
    case UInt8(ascii: "("):
      guard !state.path[state.path.count - 1].mustOpenRing else { return false }
      state.path[state.path.count - 1].isBase = true
      leaveAtom(&state)
      state.mode = .branchStart
      return true
    case UInt8(ascii: ")"):
      guard state.path.closeBranch() else { return false }
      leaveAtom(&state)
      return true
    case UInt8(ascii: "."):
      guard canFinish(state) else { return false }
      state = State()
      state.mode = .afterDot
      return true
    default:
      return beginBond(&state, byte, then: .bond) || beginAtom(&state, byte)
    }
  }

  private func leaveAtom(_ state: inout State) {
    state.letter = 0
    state.acceptsRings = false
    state.parentIsBelow = false
    state.bondedOwners = 0
  }

  private func becomeHalogen(_ state: inout State) -> Bool {
    let index = state.path.count - 1
    let full = state.letter == UInt8(ascii: "C") ? 4 : 3
    let used = full - state.path[index].capacity
    guard used <= 1, state.path.ringCount == 0 || !state.path.ownsRing(index) else { return false }
    state.path[index].capacity = 1 - used
    state.letter = 0
    return true
  }

  private func beginBond(_ state: inout State, _ byte: UInt8, then mode: Mode) -> Bool {
    guard !state.path[state.path.count - 1].mustOpenRing else { return false }
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "\\"): state.bond = 1
    case UInt8(ascii: "="): state.bond = 2
    case UInt8(ascii: "#"): state.bond = 3
    default: return false
    }
    state.letter = 0
    state.mode = mode
    return true
  }

  private func beginAtom(_ state: inout State, _ byte: UInt8) -> Bool {
    let letter = UnicodeScalar(byte)
    if letter == "[" {
      state.mode = .bracket
      state.letter = 0
      state.digits = 0
      return true
    }
    let element: Element
    switch letter {
    case "B": element = .boron
    case "C", "c": element = .carbon
    case "N", "n": element = .nitrogen
    case "O", "o": element = .oxygen
    case "P", "p": element = .phosphorus
    case "S", "s": element = .sulfur
    case "F": element = Element(number: 9)
    case "I": element = Element(number: 53)
    case "*": element = .unknown
    default: return false
    }
    let isAromatic = byte >= 0x61
    guard
      let budget = AtomBudget.of(element, isAromatic: isAromatic, charge: 0, hydrogens: 0)
    else { return false }
    return append(&state, budget, letter: letter == "C" || letter == "B" ? byte : 0)
  }

  /// Bonds an atom to the molecule.
  func append(_ state: inout State, _ budget: AtomBudget, letter: UInt8 = 0) -> Bool {
    let last = state.path.count - 1
    state.parentIsBelow =
      last >= 0 && (state.path[last].isBase || state.path.ownsRing(last))
    guard state.path.append(budget, bond: Int(state.bond)) else { return false }
    state.mode = .atom
    state.bond = 0
    state.letter = letter
    state.acceptsRings = true
    state.bondedOwners = 0
    return true
  }

  private func readRing(_ state: inout State, _ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "%"), state.mode == .atom || state.mode == .bond {
      guard state.acceptsRings else { return false }
      state.mode = .percent
      state.letter = 0
      return true
    }
    guard (0x30...0x39).contains(byte) else { return false }
    let digit = byte - 0x30
    switch state.mode {
    case .percent:
      // %00 to %09 are the numbers 0 to 9 written long; one way to write them is enough.
      guard digit > 0 else { return false }
      state.value = digit
      state.mode = .percentDigit
      return true
    case .percentDigit:
      let number = Int(state.value) * 10 + Int(digit)
      state.value = 0
      return useRing(&state, number)
    default:
      return useRing(&state, Int(digit))
    }
  }

  func useRing(_ state: inout State, _ number: Int) -> Bool {
    guard state.acceptsRings else { return false }
    let index = state.path.count - 1
    if let position = state.path.ringPosition(number: number) {
      let entry = state.path.ring(position)
      guard tip(of: state).canClose(entry, at: index),
        state.path.closeRing(position, bond: Int(state.bond))
      else { return false }
      state.bondedOwners |= 1 << UInt32(entry.owner)
    } else {
      guard state.path.openRing(number, bond: Int(state.bond)) else { return false }
    }
    state.mode = .atom
    state.bond = 0
    state.letter = 0
    return true
  }

  func tip(of state: State) -> SMILESPath.Tip {
    SMILESPath.Tip(
      acceptsRings: state.acceptsRings,
      parentIsBelow: state.parentIsBelow,
      bondedOwners: state.bondedOwners
    )
  }
}
