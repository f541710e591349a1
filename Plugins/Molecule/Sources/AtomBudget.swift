/// How many bonds an atom may still take, as the constraint counts them.
struct AtomBudget: Hashable, Sendable {
  /// What the aromatic atom does about its double bond.
  enum Aromaticity: UInt8, Sendable {
    /// Not aromatic.
    case none
    /// Needs a double bond, inside its system or (`c(=O)`) outside.
    case carbon
    /// Needs a double bond inside its system, unless a third neighbour takes its place: `n`, `p`,
    /// `[o+]`, `[c-]`.
    case nitrogen
    /// Needs a double bond, inside its system or (`[n+](=O)`) outside: `[n+]`, `[nH+]`.
    case cation
    /// Needs none: `o`, `s`, `[nH]`.
    case lonePair
  }

  /// Bond orders left; 15 stands for no limit.
  ///
  /// Aromatic bonds count 1, the double bond nothing.
  var capacity: Int
  var aromaticity: Aromaticity

  /// The budget of an atom with its charge and the hydrogens in its brackets.
  ///
  /// - Returns: `nil` where the atom is impossible, or its aromatic form is one whose double bonds
  ///   the constraint does not follow.
  static func of(
    _ element: Element,
    isAromatic: Bool,
    charge: Int,
    hydrogens: Int
  ) -> AtomBudget? {
    guard isAromatic else {
      guard abs(charge) <= 15 else { return nil }
      let limit = Int(limits[element.number * 31 + charge + 15])
      if limit == 15 { return AtomBudget(capacity: 15, aromaticity: .none) }
      guard hydrogens <= limit, element != .hydrogen || hydrogens == 0 else { return nil }
      return AtomBudget(capacity: limit - hydrogens, aromaticity: .none)
    }
    switch (element.number, charge, hydrogens) {
    case (6, 0, 0...1): return AtomBudget(capacity: 3 - hydrogens, aromaticity: .carbon)
    case (6, -1, 1), (6, 1, 1): return AtomBudget(capacity: 2, aromaticity: .lonePair)
    case (7, 0, 0), (15, 0, 0), (8, 1, 0), (16, 1, 0), (6, -1, 0):
      return AtomBudget(capacity: 2, aromaticity: .nitrogen)
    case (7, 0, 1), (7, -1, 0): return AtomBudget(capacity: 2, aromaticity: .lonePair)
    case (7, 1, 0...1): return AtomBudget(capacity: 3 - hydrogens, aromaticity: .cation)
    case (8, 0, 0), (16, 0, 0), (34, 0, 0):
      return AtomBudget(capacity: 2, aromaticity: .lonePair)
    default: return nil
    }
  }

  /// Most bonds of an atom that is not aromatic, for each element and charge from -15 to 15: 15 where
  /// there is no limit, -1 where there is no such atom.
  private static let limits: [Int8] = (0...118).flatMap { number in
    (-15...15).map { charge -> Int8 in
      let element = Element(number: number)
      guard ValenceTable.effectiveElement(of: element, charge: charge) != nil else { return -1 }
      // A bridging hydrogen is more than tools agree on.
      if element == .hydrogen { return abs(charge) > 1 ? -1 : charge == 0 ? 1 : 0 }
      let maximum = ValenceTable.maximum(of: element, charge: charge)
      return maximum.map { Int8(clamping: $0) } ?? 15
    }
  }

  /// The budget of an atom that stands without brackets, by its letter.
  ///
  /// What ``of(_:isAromatic:charge:hydrogens:)`` says, spelled out for speed.
  static func organic(_ letter: UInt8) -> AtomBudget? {
    switch letter {
    case UInt8(ascii: "C"): AtomBudget(capacity: 4, aromaticity: .none)
    case UInt8(ascii: "c"): AtomBudget(capacity: 3, aromaticity: .carbon)
    case UInt8(ascii: "N"), UInt8(ascii: "B"): AtomBudget(capacity: 3, aromaticity: .none)
    case UInt8(ascii: "n"), UInt8(ascii: "p"): AtomBudget(capacity: 2, aromaticity: .nitrogen)
    case UInt8(ascii: "O"): AtomBudget(capacity: 2, aromaticity: .none)
    case UInt8(ascii: "o"), UInt8(ascii: "s"): AtomBudget(capacity: 2, aromaticity: .lonePair)
    case UInt8(ascii: "S"): AtomBudget(capacity: 6, aromaticity: .none)
    case UInt8(ascii: "P"), UInt8(ascii: "I"): AtomBudget(capacity: 5, aromaticity: .none)
    case UInt8(ascii: "F"): AtomBudget(capacity: 1, aromaticity: .none)
    case UInt8(ascii: "*"): AtomBudget(capacity: 15, aromaticity: .none)
    default: nil
    }
  }

  static var carbon: AtomBudget { AtomBudget(capacity: 4, aromaticity: .none) }
  static var aromaticCarbon: AtomBudget { AtomBudget(capacity: 3, aromaticity: .carbon) }
}
