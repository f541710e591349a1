/// Asks whether a molecule can exist.
///
/// First valence by ``ValenceTable``, then whether double bonds can be
/// placed in its aromatic systems. Follows RDKit's sanitisation in order and outcome.
struct MoleculeChecker {
  private(set) var graph: MoleculeGraph
  private let ringBonds: [Bool]
  /// Hydrogens of each atom, both those in brackets and the implied ones.
  private(set) var hydrogens: [Int]
  private(set) var issues: [SMILESIssue] = []
  /// For each atom the one that it shares a double bond of its aromatic system with, -1 for none.
  private(set) var partners: [Int] = []

  init(_ graph: MoleculeGraph) {
    self.graph = graph
    self.ringBonds = graph.ringBonds
    self.hydrogens = [Int](repeating: 0, count: graph.atoms.count)
    rewriteChargedForms()
    releaseBondsToMetals()
    for atom in self.graph.atoms.indices { checkValence(atom) }
    if issues.isEmpty { checkAromaticity() }
  }

  /// Twice what a bond counts for the valence of one of its atoms.
  private func doubledOrder(_ bond: MoleculeGraph.Bond, at atom: Int) -> Int {
    switch bond.order {
    case .single: 2
    case .double: 4
    case .triple: 6
    case .quadruple: 8
    case .aromatic: 3
    case .dative: atom == bond.second ? 2 : 0
    case .any: 0
    }
  }

  private func doubledBondSum(_ atom: Int) -> Int {
    graph.bondsOfAtom[atom].reduce(2 * graph.atoms[atom].explicitHydrogens) {
      $0 + doubledOrder(graph.bonds[$1], at: atom)
    }
  }

  /// The valence in use, rounded as RDKit rounds it.
  private func explicitValence(_ atom: Int, treatingAsAromatic: Bool) -> Int {
    var sum = doubledBondSum(atom)
    let effective = ValenceTable.effectiveElement(
      of: graph.atoms[atom].element,
      charge: graph.atoms[atom].charge
    )
    let valences = effective.map(ValenceTable.valences(of:)) ?? []
    if treatingAsAromatic, let normal = valences.first, sum > 2 * normal {
      let reached = valences.last { $0 >= 0 && 2 * $0 <= sum } ?? normal
      // The atom in `c1cccn1C` adds up to 4, but has one of its forms with 3.
      if sum - 2 * reached <= 3 { sum = 2 * reached }
    }
    return (sum + 1) / 2
  }

  /// Whether an atom takes part in aromatic bonding.
  private func isAromatic(_ atom: Int) -> Bool {
    graph.atoms[atom].isAromatic
      || graph.bondsOfAtom[atom].contains { graph.bonds[$0].order == .aromatic }
  }

  /// Rewrites uncharged five-bonded nitrogen and halogen oxides, as RDKit does before it checks.
  private mutating func rewriteChargedForms() {
    for atom in graph.atoms.indices where graph.atoms[atom].charge == 0 {
      switch graph.atoms[atom].element.number {
      case 7: rewriteNitrogen(atom)
      case 17, 35, 53: rewriteHalogen(atom)
      default: break
      }
    }
  }

  private mutating func rewriteNitrogen(_ atom: Int) {
    guard explicitValence(atom, treatingAsAromatic: false) == 5 else { return }
    for index in graph.bondsOfAtom[atom] {
      let bond = graph.bonds[index]
      let other = bond.other(than: atom)
      guard graph.atoms[other].charge == 0 else { continue }
      switch (graph.atoms[other].element, bond.order) {
      case (.oxygen, .double): graph.bonds[index].order = .single
      case (.nitrogen, .triple): graph.bonds[index].order = .double
      default: continue
      }
      graph.atoms[atom].charge = 1
      graph.atoms[other].charge = -1
      return
    }
  }

  private mutating func rewriteHalogen(_ atom: Int) {
    let valence = explicitValence(atom, treatingAsAromatic: false)
    let bonds = graph.bondsOfAtom[atom]
    guard [3, 5, 7].contains(valence),
      bonds.allSatisfy({ graph.atoms[graph.bonds[$0].other(than: atom)].element == .oxygen })
    else { return }
    for index in bonds where graph.bonds[index].order == .double {
      let other = graph.bonds[index].other(than: atom)
      guard graph.atoms[other].charge == 0 else { continue }
      graph.bonds[index].order = .single
      graph.atoms[atom].charge += 1
      graph.atoms[other].charge = -1
    }
  }

  /// Bonds from an overfull non-metal to a metal become dative and stop counting.
  private mutating func releaseBondsToMetals() {
    for atom in graph.atoms.indices where !graph.atoms[atom].element.isMetal {
      let element = graph.atoms[atom].element
      // RDKit leaves fluorine and the charged halides alone.
      let isHalogen = [9, 17, 35, 53].contains(element.number)
      if isHalogen, element.number == 9 || graph.atoms[atom].charge != 0 { continue }
      guard let maximum = ValenceTable.maximum(of: element, charge: graph.atoms[atom].charge),
        explicitValence(atom, treatingAsAromatic: isAromatic(atom)) > maximum
      else { continue }
      let bond = graph.bondsOfAtom[atom].first {
        let bond = graph.bonds[$0]
        let other = graph.atoms[bond.other(than: atom)]
        return bond.order == .single && other.element.isMetal
      }
      guard let bond else { continue }
      let metal = graph.bonds[bond].other(than: atom)
      graph.bonds[bond].first = atom
      graph.bonds[bond].second = metal
      graph.bonds[bond].order = .dative
    }
  }

  private mutating func checkValence(_ index: Int) {
    let atom = graph.atoms[index]
    guard
      let effective = ValenceTable.effectiveElement(of: atom.element, charge: atom.charge)
    else {
      issues.append(
        SMILESIssue(
          code: "charge-range",
          offset: atom.offset,
          message: "\(atom.element.symbol) cannot have charge \(atom.charge)."
        )
      )
      return
    }
    let aromatic = isAromatic(index)
    let valence = explicitValence(index, treatingAsAromatic: aromatic)
    hydrogens[index] = atom.explicitHydrogens
    if let maximum = ValenceTable.maximum(of: atom.element, charge: atom.charge), valence > maximum
    {
      report(atom, valence: valence, maximum: maximum)
      return
    }
    guard !atom.isBracketed else { return }
    let valences = ValenceTable.valences(of: effective).filter { $0 >= 0 }
    guard let normal = valences.first else { return }
    if aromatic {
      if valence <= normal {
        hydrogens[index] = max(0, normal - valence - atom.radicalElectrons)
      } else if !valences.contains(valence) {
        report(atom, valence: valence, maximum: valences.last { $0 <= valence } ?? normal)
      }
    } else if let filled = valences.first(where: { $0 >= valence }) {
      hydrogens[index] = max(0, filled - valence - atom.radicalElectrons)
    }
  }

  private mutating func report(_ atom: MoleculeGraph.Atom, valence: Int, maximum: Int) {
    let charge = atom.charge == 0 ? "" : " of charge \(atom.charge)"
    issues.append(
      SMILESIssue(
        code: "valence",
        offset: atom.offset,
        message:
          "\(atom.element.symbol)\(charge) has \(valence) bonds, hydrogens included; at most "
          + "\(maximum) are possible (\(ValenceTable.name)).",
        suggestion: atom.element == .nitrogen && valence == 4
          ? "Four bonds need a charge: [N+]." : nil
      )
    )
  }
}

extension MoleculeChecker {
  /// Whether an aromatic atom needs exactly one double bond within its aromatic system, from
  /// RDKit's rule: the next valence up from its bonds, every aromatic one counted as single.
  private func takesDoubleBond(_ index: Int) -> Bool {
    let atom = graph.atoms[index]
    let valences = ValenceTable.valences(of: atom.element).filter { $0 >= 0 }
    guard let normal = valences.first else { return false }
    var charge = atom.charge
    if atom.element.number <= 5 || atom.element == .carbon && charge > 0 { charge = -charge }
    let degree = graph.bondsOfAtom[index].count { doubledOrder(graph.bonds[$0], at: index) > 0 }
    let orderSum = graph.bondsOfAtom[index].reduce(hydrogens[index]) {
      let bond = graph.bonds[$1]
      return $0 + (bond.order == .aromatic ? 1 : doubledOrder(bond, at: index) / 2)
    }
    let explicit = explicitValence(index, treatingAsAromatic: true)
    let total = explicit + hydrogens[index] - atom.explicitHydrogens
    var wanted = normal + charge
    for valence in valences.dropFirst() where total > wanted { wanted = valence + charge }
    guard degree + hydrogens[index] < wanted else { return false }
    return wanted == orderSum + 1 || atom.isBracketed && wanted == orderSum + 2
  }

  private mutating func checkAromaticity() {
    let atoms = graph.atoms.indices
    for index in atoms where graph.atoms[index].isAromatic {
      guard graph.bondsOfAtom[index].contains(where: { ringBonds[$0] }) else {
        issues.append(
          SMILESIssue(
            code: "aromatic-outside-ring",
            offset: graph.atoms[index].offset,
            message: "An aromatic (lower-case) atom must be part of a ring.",
            suggestion: "Write it in upper case."
          )
        )
        continue
      }
    }
    for bond in graph.bonds where bond.order == .aromatic {
      for atom in [bond.first, bond.second]
      where !graph.atoms[atom].isAromatic && graph.atoms[atom].element != .unknown
        && graph.bondsOfAtom[atom].contains(where: { ringBonds[$0] })
      {
        issues.append(
          SMILESIssue(
            code: "aromatic-bond",
            offset: bond.offset,
            message: "An aromatic bond leads to an atom that is not aromatic."
          )
        )
      }
    }
    guard issues.isEmpty else { return }
    matchDoubleBonds()
  }

  private mutating func matchDoubleBonds() {
    let needs = graph.atoms.indices.map { graph.atoms[$0].isAromatic && takesDoubleBond($0) }
    // A wildcard in a ring may take a double bond or leave it.
    let mayTake = graph.atoms.indices.map { index in
      graph.atoms[index].element == .unknown
        && graph.bondsOfAtom[index].contains { ringBonds[$0] }
    }
    var edges: [(Int, Int)] = []
    for (index, bond) in graph.bonds.enumerated() where ringBonds[index] {
      let (first, second) = (bond.first, bond.second)
      let involvesWildcard = mayTake[first] || mayTake[second]
      guard needs[first] || mayTake[first], needs[second] || mayTake[second],
        bond.order == .aromatic || involvesWildcard && bond.order == .single
      else { continue }
      edges.append((first, second))
    }
    guard let matching = GraphMatching.match(needs, edges: edges) else {
      issues.append(
        SMILESIssue(
          code: "aromatic-system-size",
          offset: graph.atoms.first?.offset ?? 0,
          message: "An aromatic system has more than \(GraphMatching.maximumComponentSize) atoms; "
            + "its double bonds are not examined."
        )
      )
      return
    }
    guard let first = matching.unmatched.first else {
      partners = matching.partners
      for index in needs.indices where isAromatic(index) { checkFinalValence(index, needs[index]) }
      return
    }
    let symbols = matching.unmatched.prefix(6).map {
      "\(graph.placeName) \(graph.atoms[$0].offset + 1)"
    }
    issues.append(
      SMILESIssue(
        code: "kekulization",
        offset: graph.atoms[first].offset,
        message: "No arrangement of double bonds serves every aromatic atom; left over: "
          + symbols.joined(separator: ", ") + ".",
        suggestion: "A pyrrole-like nitrogen is written [nH]."
      )
    )
  }

  /// The valence of an aromatic atom once its double bond has a place.
  private mutating func checkFinalValence(_ index: Int, _ hasDoubleBond: Bool) {
    let atom = graph.atoms[index]
    guard !atom.isBracketed,
      let maximum = ValenceTable.maximum(of: atom.element, charge: atom.charge)
    else { return }
    let valence = graph.bondsOfAtom[index].reduce(
      atom.explicitHydrogens + (hasDoubleBond ? 1 : 0)
    ) {
      let bond = graph.bonds[$1]
      return $0 + (bond.order == .aromatic ? 1 : doubledOrder(bond, at: index) / 2)
    }
    if valence > maximum { report(atom, valence: valence, maximum: maximum) }
  }
}
