/// A molecule, or several, as the atoms and bonds of one SMILES string.
public struct MoleculeDocument: Codable, Equatable, Sendable {
  /// The string as it was written, without white space around it.
  public var smiles: String
  /// Atoms in the order of the string.
  public var atoms: [MoleculeAtom]
  /// Bonds in the order in which the string completes them.
  public var bonds: [MoleculeBond]
  /// Number of parts that no bond connects, 0 for an empty string.
  public var componentCount: Int
  /// Formula in Hill order with the total charge, such as `C7H7NO2` or `Ca+2`.
  public var formula: String

  enum CodingKeys: String, CodingKey {
    case smiles, atoms, bonds
    case componentCount = "component_count"
    case formula
  }
}

/// One atom of a ``MoleculeDocument``.
public struct MoleculeAtom: Codable, Equatable, Sendable {
  /// Element symbol with a capital letter, `*` for an unknown atom or attachment point.
  public var symbol: String
  /// Mass number, absent where the string gives none.
  public var isotope: Int?
  /// Formal charge in units of the elementary charge.
  public var charge: Int
  /// Hydrogens that are not atoms of their own.
  public var hydrogens: Int
  /// Whether the atom was written in lower case.
  public var isAromatic: Bool
  /// The chirality mark as written, such as `@` or `@@`; absent where there is none.
  public var chirality: String?
  /// The atom class after the colon; absent where there is none.
  public var atomClass: Int?
  /// Column of the atom's first byte in the string, counted from 1.
  public var column: Int

  enum CodingKeys: String, CodingKey {
    case symbol, isotope, charge, hydrogens
    case isAromatic = "aromatic"
    case chirality
    case atomClass = "class"
    case column
  }
}

/// One bond of a ``MoleculeDocument``.
public struct MoleculeBond: Codable, Equatable, Sendable {
  /// What kind of bond it is.
  public enum Order: String, Codable, Sendable, CaseIterable {
    case single, double, triple, quadruple, aromatic
    /// `->`: the second atom accepts; only in files of other tools.
    case dative
    /// `~`: unspecified; only in files of other tools.
    case any
  }

  /// Index of the atom that comes first in the string.
  public var first: Int
  /// Index of the other atom.
  public var second: Int
  /// What kind of bond it is.
  public var order: Order
  /// `/` or `\` as written, seen from the first atom; absent where there is none.
  public var direction: String?
}
