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
  package typealias State = SMILESPrefix

  private let rows = SMILESBytes.rows

  package init() {}

  package var initial: State { State() }

  package func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    guard mayAdvance(state, byte) else { return false }
    return withUnsafeMutablePointer(to: &state) { pointer in
      let path = SMILESPath(state: pointer)
      guard path.step(byte), let ending = path.ending else { return false }
      pointer.pointee.bound = UInt16(clamping: ending.byteCount)
      pointer.pointee.next = ending.step.byte
      return true
    }
  }

  package func canFinish(_ state: State) -> Bool { state.bound == 0 }

  package func finishBound(_ state: State) -> Int { Int(state.bound) }

  package func closer(_ state: State) -> UInt8? { state.bound == 0 ? nil : state.next }

  package func mayAdvance(_ state: State, _ byte: UInt8) -> Bool {
    rows[Int(byte)] &>> SMILESBytes.row(state) & 1 == 1
  }

  package func lastByte(_ state: State) -> UInt8 {
    state.mode == .letter ? UInt8(ascii: "z") : UInt8(ascii: "s")
  }

  package func firstBytes(_ state: State) -> ByteSet {
    SMILESBytes.sets[Int(SMILESBytes.row(state))]
  }

  /// The state itself, bit for bit, where at most three atoms, two rings and one aromatic system with
  /// five slots are open and no number or bracket is unfinished; no key elsewhere.
  ///
  /// Equal keys are equal states, so that they promise everything. The ending is left out: it follows
  /// from the rest.
  package func maskKey(_ state: State) -> MaskKey? {
    switch state.mode {
    case .start, .afterDot, .atom, .bond, .branchStart, .branchBond: break
    default: return nil
    }
    let (atoms, rings, matchings) = (state.atoms, state.rings, state.matchings)
    guard state.atomCount <= 3, state.ringCount <= 2, matchings[0] >> 32 == 0, matchings[1] == 0,
      matchings.highHalf == .zero, matchings.lowHalf.highHalf == .zero
    else { return nil }
    let letter: UInt64 = state.letter == 0 ? 0 : state.letter == UInt8(ascii: "C") ? 1 : 2
    // The six modes have the raw values 0 to 5; bonded owners are bits of at most three atoms.
    var fields = UInt64(state.mode.rawValue) << 2 | letter
    fields = fields << 2 | UInt64(state.bond)
    fields = fields << 2 | UInt64(state.ringCount)
    fields = fields << 3 | UInt64(state.bondedOwners)
    fields = fields << 2 | (state.parentIsBelow ? 2 : 0) | (state.acceptsRings ? 1 : 0)
    fields = fields << 2 | (state.mustOpenRing ? 2 : 0) | (state.isServed ? 1 : 0)
    // 16 bits of fields and 48 of atoms; 32 bits of rings and 32 of the matching. An atom's bits are
    // never all zero: its slot is 7, or it is in a system.
    return MaskKey(fields << 48 | atoms[0], rings[0] << 32 | matchings[0])
  }

  /// Whether the two ways in which endings are computed agree on a state; for tests.
  package func endingsAgree(_ state: State) -> Bool {
    guard state.mode == .atom, !state.mustOpenRing else { return true }
    var copy = state
    return withUnsafeMutablePointer(to: &copy) { pointer in
      let path = SMILESPath(state: pointer)
      let tried = path.withCopy { $0.spendOnEnding() }
      return switch path.endingInPlace {
      case .found(let ending):
        ending.byteCount == tried?.byteCount && ending.step.byte == tried?.step.byte
      case .blocked: tried == nil
      case .undecided: true
      }
    }
  }

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

/// Which bytes can stand after what, as far as that can be said by a glance at the molecule.
///
/// A row is the raw value of a mode, or one of those that stand for ``SMILESPrefix/Mode/atom``.
enum SMILESBytes {
  /// First of the rows for what follows an atom: +1 where ring numbers may stand, +2 where a letter
  /// may be added.
  static var afterAtom: UInt32 { 24 }
  /// The row after an atom that must open a ring.
  static var opening: UInt32 { 28 }

  static func row(_ state: SMILESPrefix) -> UInt32 {
    guard state.mode == .atom else { return UInt32(state.mode.rawValue) }
    if state.mustOpenRing { return opening }
    return afterAtom | (state.acceptsRings ? 1 : 0) | (state.letter == 0 ? 0 : 2)
  }

  /// The bytes of each row.
  static let sets: [ByteSet] = {
    var sets = [ByteSet](repeating: ByteSet(), count: 29)
    for mode in SMILESPrefix.Mode.allCases { sets[Int(mode.rawValue)] = set(of: mode) }
    let plain = set(of: .atom)
    let rings = ByteSet("0123456789%".utf8)
    for row in 0..<4 {
      let accepted = row & 1 == 0 ? plain.subtracting(rings) : plain
      sets[Int(afterAtom) + row] =
        row & 2 == 0 ? accepted.subtracting(ByteSet("lr".utf8)) : accepted
    }
    sets[Int(opening)] = rings
    return sets
  }()

  /// For each byte the rows that hold it, as bits.
  static let rows: [UInt32] = (UInt8.min...UInt8.max).map { byte in
    sets.indices.reduce(0) { bits, row in bits | (sets[row].contains(byte) ? 1 << UInt32(row) : 0) }
  }

  private static func set(of mode: SMILESPrefix.Mode) -> ByteSet {
    let atoms = "BCNOPSFIcnops*["
    let digits = "0123456789"
    let symbolLetters = ByteSet((UInt8.min...UInt8.max).filter(BracketSymbols.begins))
    func bytes(_ text: String) -> ByteSet { ByteSet(text.utf8) }
    return switch mode {
    case .start, .afterDot, .branchBond: bytes(atoms)
    case .branchStart: bytes(atoms + "-=#/\\")
    case .bond: bytes(atoms + digits + "%")
    case .atom: bytes(atoms + digits + "%-=#/\\().lr")
    case .percent, .percentDigit: bytes(digits)
    case .bracket: bytes(digits).union(symbolLetters)
    case .letter: bytes("]@H+-:").union(ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")))
    case .symbol, .chirality: bytes("]@H+-:")
    case .chiralityEnd: bytes("]H+-:")
    case .hydrogen: bytes(digits + "]+-:")
    case .hydrogenCount: bytes("]+-:")
    case .sign: bytes(digits + "]+-:")
    case .charge: bytes("012345]:")
    case .chargeEnd: bytes("]:")
    case .colon: bytes(digits)
    case .atomClass: bytes(digits + "]")
    }
  }
}
