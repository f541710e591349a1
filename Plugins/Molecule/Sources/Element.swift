/// A chemical element, or the `*` of an unknown atom.
struct Element: Hashable, Sendable {
  /// Atomic number, 0 for `*`, at most 118.
  let number: Int

  /// The symbol as SMILES writes it for an atom that is not aromatic.
  var symbol: String { Element.symbols[number] }

  /// `*`: any atom, or an attachment point.
  static let unknown = Element(number: 0)
  static let hydrogen = Element(number: 1)
  static let boron = Element(number: 5)
  static let carbon = Element(number: 6)
  static let nitrogen = Element(number: 7)
  static let oxygen = Element(number: 8)
  static let phosphorus = Element(number: 15)
  static let sulfur = Element(number: 16)

  /// Symbols by atomic number.
  static let symbols: [String] =
    ("* H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As "
    + "Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd "
    + "Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am "
    + "Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og")
    .split(separator: " ").map(String.init)

  /// Elements by the bytes of their symbols.
  static let bySymbol: [[UInt8]: Element] = Dictionary(
    uniqueKeysWithValues: symbols.enumerated().map { (Array($1.utf8), Element(number: $0)) }
  )

  /// Elements by the lower-case symbols that a bracket may hold for an aromatic atom.
  static let byAromaticSymbol: [[UInt8]: Element] = Dictionary(
    uniqueKeysWithValues: ["b", "c", "n", "o", "p", "s", "si", "as", "se", "te"].compactMap {
      name in
      let capital = name.prefix(1).uppercased() + name.dropFirst()
      return bySymbol[Array(capital.utf8)].map { (Array(name.utf8), $0) }
    }
  )

  /// Whether RDKit counts the element as a metal when it repairs bonds to metals.
  var isMetal: Bool {
    switch number {
    case 3...4, 11...13, 19...31, 37...50, 55...83, 87...116: true
    default: false
    }
  }
}
