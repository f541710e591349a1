/// Which of up to seven open atoms of an aromatic system already have their double bond, over all the
/// ways in which double bonds can have been placed so far.
///
/// Bit `i` of ``bits`` says whether the assignment `i` can occur; bit `k` of an assignment is 1
/// when the atom in slot `k` is served. Free slots are 0 in every assignment.
struct AromaticMatching: Hashable, Sendable {
  var bits: UInt128 = 1

  static let slotCount = 7

  /// Assignments in which a slot is served.
  private static func mask(_ slot: Int) -> UInt128 {
    let half: UInt64 =
      switch slot {
      case 0: 0xAAAA_AAAA_AAAA_AAAA
      case 1: 0xCCCC_CCCC_CCCC_CCCC
      case 2: 0xF0F0_F0F0_F0F0_F0F0
      case 3: 0xFF00_FF00_FF00_FF00
      case 4: 0xFFFF_0000_FFFF_0000
      case 5: 0xFFFF_FFFF_0000_0000
      default: 0
      }
    return slot == 6 ? ~0 << 64 : UInt128(half) << 64 | UInt128(half)
  }

  /// Allows a double bond between two slots that both lack one.
  mutating func join(_ first: Int, _ second: Int) {
    let free = bits & ~AromaticMatching.mask(first) & ~AromaticMatching.mask(second)
    bits |= free << ((1 << UInt128(first)) + (1 << UInt128(second)))
  }

  /// Serves a slot from outside the system; assignments in which it was served already die.
  mutating func serve(_ slot: Int) {
    bits = (bits & ~AromaticMatching.mask(slot)) << (1 << UInt128(slot))
  }

  /// Keeps the assignments in which a slot is served.
  mutating func require(_ slot: Int) { bits &= AromaticMatching.mask(slot) }

  /// Keeps the assignments in which a slot is not served.
  mutating func requireUnserved(_ slot: Int) { bits &= ~AromaticMatching.mask(slot) }

  /// Frees a slot whose atom is left behind, and with it the assignments that did not serve it.
  mutating func release(_ slot: Int) {
    bits = (bits & AromaticMatching.mask(slot)) >> (1 << UInt128(slot))
  }

  static func isServed(_ slot: Int, in assignment: Int) -> Bool { assignment >> slot & 1 == 1 }
}
