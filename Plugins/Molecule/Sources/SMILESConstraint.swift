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
    SMILESBytes.modes[Int(byte)] &>> UInt32(state.mode.rawValue) & 1 == 1
  }

  package func firstBytes(_ state: State) -> ByteSet {
    SMILESBytes.sets[Int(state.mode.rawValue)]
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

/// Which bytes can stand after what, as far as that can be said without looking at the molecule.
enum SMILESBytes {
  /// For each mode, by its raw value.
  static let sets: [ByteSet] = SMILESPrefix.Mode.allCases.map(set)

  /// For each byte the modes after which it can stand, as bits.
  static let modes: [UInt32] = (UInt8.min...UInt8.max).map { byte in
    SMILESPrefix.Mode.allCases.reduce(0) { bits, mode in
      bits | (sets[Int(mode.rawValue)].contains(byte) ? 1 << UInt32(mode.rawValue) : 0)
    }
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
