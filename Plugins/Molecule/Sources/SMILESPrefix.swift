/// What the constraint remembers of a prefix: the open part of the molecule and the unfinished token,
/// in 176 bytes without heap memory.
///
/// Unused atoms, rings and matchings are zero, so that equal prefixes have equal bits.
package struct SMILESPrefix: Hashable, Sendable {
  /// What stands before the next byte.
  enum Mode: UInt8, Sendable, CaseIterable {
    case start, afterDot, atom, bond, branchStart, branchBond, percent, percentDigit
    /// After `[`, with the isotope's digits; a letter of the symbol; the whole symbol; `@`; `H`;
    /// its count; a sign; a digit of the charge; a second one; the colon; a digit of the class.
    case bracket, letter, symbol, chirality, chiralityEnd, hydrogen, hydrogenCount, sign, charge
    case chargeEnd, colon, atomClass
  }

  /// ``SMILESPath/Atom`` in 16 bits each.
  ///
  /// ``SMILESPath`` relies on the order of this and the next two.
  var atoms = SIMD8<UInt64>()
  /// ``SMILESPath/Ring``, 16 bits each.
  var rings = SIMD4<UInt64>()
  /// ``AromaticMatching``, 128 bits for each system.
  var matchings = SIMD8<UInt64>()
  /// Atoms to which the last one has closed rings, as bits; inside brackets ``restAfterAny``.
  var bondedOwners: UInt32 = 0
  /// Bytes of the shortest known ending and the first of them.
  var bound: UInt16 = 1
  var next = UInt8(ascii: "C")
  var mode = Mode.start
  var atomCount: UInt8 = 0
  var ringCount: UInt8 = 0
  /// The last letter, `C` or `B`, to which a letter may be added; the first of a bracket's symbol;
  /// 0 otherwise.
  var letter: UInt8 = 0
  /// The first digit of the number being read.
  var value: UInt8 = 0
  var element: UInt8 = 0
  var charge: Int8 = 0
  /// Small fields; see the properties below.
  private var flags: UInt8 = 0
  private var moreFlags: UInt8 = 0

  package static func == (left: SMILESPrefix, right: SMILESPrefix) -> Bool {
    left.atoms == right.atoms && left.rings == right.rings && left.matchings == right.matchings
      && left.tail == right.tail
  }

  package func hash(into hasher: inout Hasher) {
    let folded = atoms ^ (matchings &* 0x9E37_79B9_7F4A_7C15)
    let half = folded.lowHalf ^ (folded.highHalf &* 0xC2B2_AE3D_27D4_EB4F) ^ rings
    let quarter = half.lowHalf ^ (half.highHalf &* 0x1656_67B1_9E37_79F9) ^ tail
    hasher.combine(quarter.x)
    hasher.combine(quarter.y)
  }

  /// Everything after the matchings.
  private var tail: SIMD2<UInt64> {
    let first =
      UInt64(bondedOwners) | UInt64(bound) << 32 | UInt64(next) << 48 | UInt64(mode.rawValue) << 56
    let second = UInt64(atomCount) | UInt64(ringCount) << 8 | UInt64(letter) << 16
    let third = UInt64(value) | UInt64(element) << 8 | UInt64(UInt8(bitPattern: charge)) << 16
    return SIMD2(
      first,
      second | third << 24 | UInt64(flags) << 48 | UInt64(moreFlags) << 56
    )
  }
}

extension SMILESPrefix {
  private func bits(_ shift: UInt8, _ width: UInt8) -> UInt8 {
    flags &>> shift & ((1 &<< width) &- 1)
  }

  private mutating func set(_ value: UInt8, _ shift: UInt8, _ width: UInt8) {
    flags = flags & ~(((1 &<< width) &- 1) &<< shift) | value &<< shift
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
  /// Hydrogens in the bracket, at most 9.
  var hydrogens: UInt8 {
    get { moreFlags & 0x0F }
    set { moreFlags = moreFlags & 0xF0 | newValue }
  }
  /// Inside brackets: bytes of the ending that follows after an atom with any number of bonds that is
  /// not aromatic, -1 where no such atom can stand.
  var restAfterAny: Int {
    get { Int(bondedOwners) - 1 }
    set { bondedOwners = UInt32(newValue + 1) }
  }
  /// Whether the last atom begins an aromatic system and still has to open a ring.
  var mustOpenRing: Bool {
    get { moreFlags & 0x10 != 0 }
    set { moreFlags = newValue ? moreFlags | 0x10 : moreFlags & ~0x10 }
  }
  /// Whether the double bond of such an atom was taken from outside the system.
  var isServed: Bool {
    get { moreFlags & 0x20 != 0 }
    set { moreFlags = newValue ? moreFlags | 0x20 : moreFlags & ~0x20 }
  }
}
