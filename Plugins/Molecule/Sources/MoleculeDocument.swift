public import TaskProtocol

/// A molecule, or several, as atoms and bonds.
public struct MoleculeDocument: Codable, Equatable, Sendable {
  /// The string as it was written, without white space around it; for a file of another format the
  /// string made of it.
  public var smiles: String
  /// The canonical SMILES of libindigo; absent where the library does not read the molecule or it is
  /// too large.
  public var canonicalSMILES: String?
  /// Atoms in the order of the string.
  public var atoms: [MoleculeAtom]
  /// Bonds in the order in which the string completes them.
  public var bonds: [MoleculeBond]
  /// Number of parts that no bond connects, 0 for an empty string.
  public var componentCount: Int
  /// Formula in Hill order with the total charge, such as `C7H7NO2` or `Ca+2`.
  public var formula: String

  enum CodingKeys: String, CodingKey {
    case smiles
    case canonicalSMILES = "canonical_smiles"
    case atoms, bonds
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
  /// The number of an R group: of `[R1]`, `[1*]` or, without an isotope, `[*:1]`.
  public var rGroup: Int?
  /// Column of the atom's first byte in the string, counted from 1.
  public var column: Int

  enum CodingKeys: String, CodingKey {
    case symbol, isotope, charge, hydrogens
    case isAromatic = "aromatic"
    case chirality
    case atomClass = "class"
    case rGroup = "r_group"
    case column
  }
}

/// One bond of a ``MoleculeDocument``.
public struct MoleculeBond: Codable, Equatable, Sendable {
  /// What kind of bond it is.
  public enum Order: String, Codable, Sendable, CaseIterable, SchemaEnumeration {
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
