extension MoleculeDocument {
  /// The document of a checked molecule.
  init(smiles: String, graph: MoleculeGraph, hydrogens: [Int]) {
    self.smiles = smiles
    atoms = zip(graph.atoms, hydrogens).map { atom, hydrogens in
      MoleculeAtom(
        symbol: atom.element.symbol,
        isotope: atom.isotope,
        charge: atom.charge,
        hydrogens: hydrogens,
        isAromatic: atom.isAromatic,
        chirality: atom.chirality,
        atomClass: atom.atomClass,
        rGroup: atom.rGroup,
        column: atom.offset + 1
      )
    }
    bonds = graph.bonds.map {
      MoleculeBond(
        first: $0.first,
        second: $0.second,
        order: $0.order,
        direction: $0.direction.map { String(UnicodeScalar($0)) }
      )
    }
    componentCount = graph.componentCount
    formula = MoleculeDocument.formula(of: graph, hydrogens: hydrogens)
  }

  /// Hill order: carbon, hydrogen, then by symbol; by symbol throughout where there is no carbon.
  private static func formula(of graph: MoleculeGraph, hydrogens: [Int]) -> String {
    var counts: [String: Int] = [:]
    for atom in graph.atoms { counts[atom.element.symbol, default: 0] += 1 }
    counts["H", default: 0] += hydrogens.reduce(0, +)
    var symbols = counts.filter { $0.value > 0 }.keys.sorted()
    if counts["C"] != nil {
      symbols = ["C", "H"].filter(symbols.contains) + symbols.filter { $0 != "C" && $0 != "H" }
    }
    let charge = graph.atoms.reduce(0) { $0 + $1.charge }
    let sign = charge == 0 ? "" : charge > 0 ? "+" : "-"
    let size = abs(charge) > 1 ? String(abs(charge)) : ""
    return symbols.map { $0 + ((counts[$0] ?? 1) > 1 ? String(counts[$0] ?? 1) : "") }.joined()
      + sign + size
  }
}
