import OutputConstraints

/// Which strings occur within SMILES at all: what a vocabulary of ordinary text has of them is little.
extension SMILESConstraint {
  /// Whether bytes can follow one another, counting neither valences nor rings nor branches.
  package func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // A token may begin anywhere.
    var rows = SMILESBytes.allRows
    for (index, byte) in text.enumerated() {
      rows &= SMILESBytes.rows[Int(byte)]
      var next: UInt32 = 0
      while rows != 0 {
        let row = rows.trailingZeroBitCount
        rows &= rows &- 1
        let before = index == 0 ? nil : text[index - 1]
        next |= SMILESBytes.rows(after: row, byte, before: before)
      }
      guard next != 0 else { return false }
      rows = next
    }
    return true
  }
}

extension SMILESBytes {
  fileprivate static let allRows: UInt32 = 1 << UInt32(sets.count) - 1

  private static func bit(_ mode: SMILESPrefix.Mode) -> UInt32 { 1 << UInt32(mode.rawValue) }

  /// After an atom: of `C` and `B`, of other letters, with a ring number, after a branch.
  private static var afterAnyAtom: UInt32 { 1 << (afterAtom + 1) | 1 << opening }

  /// The rows in which a prefix may be after a byte, as bits.
  ///
  /// - Parameters:
  ///   - row: The row before it; must hold the byte.
  ///   - byte: The byte.
  ///   - before: The byte before it, `nil` where that is not known.
  /// - Returns: A set bit for each row.
  fileprivate static func rows(after row: Int, _ byte: UInt8, before: UInt8?) -> UInt32 {
    guard row < SMILESPrefix.Mode.allCases.count,
      let mode = SMILESPrefix.Mode(rawValue: UInt8(row)), mode != .atom
    else { return rows(afterAtomWith: byte, before: before) }
    switch mode {
    case .start, .afterDot, .branchBond: return rows(afterAtom: byte)
    case .branchStart:
      return "-=#/\\".utf8.contains(byte) ? bit(.branchBond) : rows(afterAtom: byte)
    case .bond: return rows(afterRing: byte) ?? rows(afterAtom: byte)
    case .percent: return bit(.percentDigit)
    case .percentDigit: return afterAnyAtom
    default: return rows(inBracket: mode, byte, before: before)
    }
  }

  /// After an atom that begins with a byte.
  private static func rows(afterAtom byte: UInt8) -> UInt32 {
    switch byte {
    case UInt8(ascii: "["): bit(.bracket)
    case UInt8(ascii: "C"), UInt8(ascii: "B"): 1 << (afterAtom + 3)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): afterAnyAtom
    default: 1 << (afterAtom + 1)
    }
  }

  private static func rows(afterRing byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "%"): bit(.percent)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): afterAnyAtom
    default: nil
    }
  }

  private static func rows(afterAtomWith byte: UInt8, before: UInt8?) -> UInt32 {
    if let rows = rows(afterRing: byte) { return rows }
    switch byte {
    case UInt8(ascii: "l"):
      return before.map { $0 == UInt8(ascii: "C") } ?? true ? 1 << (afterAtom + 1) : 0
    case UInt8(ascii: "r"):
      return before.map { $0 == UInt8(ascii: "B") } ?? true ? 1 << (afterAtom + 1) : 0
    case UInt8(ascii: "("): return bit(.branchStart)
    case UInt8(ascii: ")"): return 1 << afterAtom
    case UInt8(ascii: "."): return bit(.afterDot)
    case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "#"), UInt8(ascii: "/"),
      UInt8(ascii: "\\"):
      return bit(.bond)
    default: return rows(afterAtom: byte)
    }
  }

  private static func rows(
    inBracket mode: SMILESPrefix.Mode,
    _ byte: UInt8,
    before: UInt8?
  ) -> UInt32 {
    switch byte {
    case UInt8(ascii: "]"): return afterAnyAtom
    case UInt8(ascii: "@"): return mode == .chirality ? bit(.chiralityEnd) : bit(.chirality)
    case UInt8(ascii: "H") where mode != .bracket: return bit(.hydrogen)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return mode == .sign ? bit(.chargeEnd) : bit(.sign)
    case UInt8(ascii: ":"): return bit(.colon)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      switch mode {
      case .bracket: return bit(.bracket)
      case .hydrogen: return bit(.hydrogenCount)
      case .sign: return bit(.charge)
      case .charge: return bit(.chargeEnd)
      default: return bit(.atomClass)
      }
    default:
      guard mode == .letter else { return bit(.letter) }
      let isSymbol = before.map { BracketSymbols.element($0, byte) != nil } ?? true
      return isSymbol ? bit(.symbol) : 0
    }
  }
}
