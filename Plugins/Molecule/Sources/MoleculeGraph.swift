/// What a SMILES string says, before chemistry has been asked.
struct MoleculeGraph: Sendable {
  /// One atom as written.
  struct Atom: Sendable {
    var element: Element
    var isotope: Int?
    var charge = 0
    /// Hydrogens in the brackets; 0 outside of them.
    var explicitHydrogens = 0
    var isAromatic = false
    /// Whether the atom stands in brackets, so that it has no hydrogens but those it names.
    var isBracketed = false
    var chirality: String?
    var atomClass: Int?
    /// Unpaired electrons, which take the place of hydrogens; only MOL files state them.
    var radicalElectrons = 0
    /// The number that is written in `[R1]` or a MOL file.
    var rLabel: Int?
    /// Byte offset of the atom in the string; for other formats see ``MoleculeGraph/placeName``.
    var offset: Int

    /// The number of an R group: the label, else the isotope, else the class of `*`.
    var rGroup: Int? {
      element == .unknown ? rLabel ?? isotope ?? atomClass : nil
    }
  }

  /// One bond as written or implied.
  struct Bond: Sendable {
    var first: Int
    var second: Int
    var order: MoleculeBond.Order
    var direction: UInt8?
    /// Byte offset of the bond symbol, the ring digit or the second atom.
    var offset: Int

    func other(than atom: Int) -> Int { atom == first ? second : first }
  }

  var atoms: [Atom] = []
  var bonds: [Bond] = []
  /// Bonds of each atom as indices into ``bonds``.
  var bondsOfAtom: [[Int]] = []
  /// What one more than an atom's offset is called in messages.
  var placeName = "column"

  mutating func append(_ atom: Atom) -> Int {
    atoms.append(atom)
    bondsOfAtom.append([])
    return atoms.count - 1
  }

  mutating func connect(_ bond: Bond) {
    bondsOfAtom[bond.first].append(bonds.count)
    bondsOfAtom[bond.second].append(bonds.count)
    bonds.append(bond)
  }

  func areBonded(_ first: Int, _ second: Int) -> Bool {
    let isShorter = bondsOfAtom[first].count <= bondsOfAtom[second].count
    let (from, to) = isShorter ? (first, second) : (second, first)
    return bondsOfAtom[from].contains { bonds[$0].other(than: from) == to }
  }

  /// Number of parts that no bond connects.
  var componentCount: Int {
    var parent = Array(atoms.indices)
    func root(_ atom: Int) -> Int {
      var atom = atom
      while parent[atom] != atom {
        parent[atom] = parent[parent[atom]]
        atom = parent[atom]
      }
      return atom
    }
    var count = atoms.count
    for bond in bonds {
      let (first, second) = (root(bond.first), root(bond.second))
      if first != second {
        parent[first] = second
        count -= 1
      }
    }
    return count
  }

  /// For each bond, whether it lies in a ring: whether its removal leaves its atoms connected.
  var ringBonds: [Bool] {
    var entered = [Int](repeating: -1, count: atoms.count)
    var lowest = [Int](repeating: 0, count: atoms.count)
    var isRing = [Bool](repeating: true, count: bonds.count)
    var clock = 0
    // Depth-first search with a stack of its own: strings from files may nest as deep as they like.
    for start in atoms.indices where entered[start] < 0 {
      var stack: [(atom: Int, arrival: Int, next: Int)] = [(start, -1, 0)]
      entered[start] = clock
      lowest[start] = clock
      clock += 1
      while let top = stack.last {
        if top.next < bondsOfAtom[top.atom].count {
          stack[stack.count - 1].next += 1
          let bond = bondsOfAtom[top.atom][top.next]
          guard bond != top.arrival else { continue }
          let other = bonds[bond].other(than: top.atom)
          if entered[other] < 0 {
            entered[other] = clock
            lowest[other] = clock
            clock += 1
            stack.append((other, bond, 0))
          } else {
            lowest[top.atom] = min(lowest[top.atom], entered[other])
          }
        } else {
          stack.removeLast()
          guard let parent = stack.last else { continue }
          lowest[parent.atom] = min(lowest[parent.atom], lowest[top.atom])
          if lowest[top.atom] > entered[parent.atom] { isRing[top.arrival] = false }
        }
      }
    }
    return isRing
  }
}
