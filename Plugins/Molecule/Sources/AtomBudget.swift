/// How many bonds an atom may still take, as the constraint counts them.
struct AtomBudget: Hashable, Sendable {
  /// What the aromatic atom does about its double bond.
  enum Aromaticity: UInt8, Sendable {
    /// Not aromatic.
    case none
    /// Needs a double bond, inside its system or (`c(=O)`) outside.
    case carbon
    /// Needs a double bond inside its system, unless a third neighbour takes its place: `n`, `p`.
    case nitrogen
    /// Needs a double bond inside its system: `[n+]`, `[nH+]`, `[o+]`.
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
      guard ValenceTable.effectiveElement(of: element, charge: charge) != nil else { return nil }
      if element == .hydrogen {
        // A bridging hydrogen is more than tools agree on.
        guard abs(charge) <= 1, hydrogens == 0 else { return nil }
        return AtomBudget(capacity: charge == 0 ? 1 : 0, aromaticity: .none)
      }
      guard let maximum = ValenceTable.maximum(of: element, charge: charge) else {
        return AtomBudget(capacity: 15, aromaticity: .none)
      }
      guard hydrogens <= maximum else { return nil }
      return AtomBudget(capacity: maximum - hydrogens, aromaticity: .none)
    }
    switch (element.number, charge, hydrogens) {
    case (6, 0, 0...1): return AtomBudget(capacity: 3 - hydrogens, aromaticity: .carbon)
    case (6, -1, 1), (6, 1, 1): return AtomBudget(capacity: 2, aromaticity: .lonePair)
    case (7, 0, 0), (15, 0, 0): return AtomBudget(capacity: 2, aromaticity: .nitrogen)
    case (7, 0, 1), (7, -1, 0): return AtomBudget(capacity: 2, aromaticity: .lonePair)
    case (7, 1, 0...1): return AtomBudget(capacity: 3 - hydrogens, aromaticity: .cation)
    case (8, 0, 0), (16, 0, 0), (34, 0, 0):
      return AtomBudget(capacity: 2, aromaticity: .lonePair)
    case (8, 1, 0), (16, 1, 0): return AtomBudget(capacity: 2, aromaticity: .cation)
    default: return nil
    }
  }

  static let carbon = AtomBudget(capacity: 4, aromaticity: .none)
  static let aromaticCarbon = AtomBudget(capacity: 3, aromaticity: .carbon)
}
