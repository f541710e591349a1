import CInChI
import ChemistryToolkit

/// Standard InChI identifiers, written by libinchi where the machine has it.
package enum StandardInChI {
  /// Whether the library is there.
  package static var isAvailable: Bool { cinchi_is_available() != 0 }

  /// Bytes of the longest identifier that is kept.
  private static let capacity = 1 << 16

  /// The identifier of a SMILES string.
  ///
  /// The molecule goes through a molfile laid out by libindigo, since InChI derives stereochemistry from
  /// a drawing.
  ///
  /// - Returns: `nil` where the string is no molecule, holds an R group, or the library refuses it.
  package static func identifier(of smiles: String) -> String? {
    guard let document = MoleculeReading(modelOutput: smiles).document,
      let graph = try? SMILESParser.parse(Array(document.smiles.utf8)).graph,
      let text = try? document.molfile("InChI")
    else { return nil }
    var result: String?
    MolReader(Array(text.utf8)).forEachRecord(isSD: false) { record in
      if record.isReadable { result = identifier(of: record, drawnFrom: graph) }
      return false
    }
    return result
  }

  private static func identifier(
    of record: MolRecord,
    drawnFrom graph: MoleculeGraph
  ) -> String? {
    guard record.points.count == record.graph.atoms.count,
      record.bondStereo.count == record.graph.bonds.count,
      record.graph.atoms.count < Int(Int16.max),
      record.graph.atoms.map(\.element) == graph.atoms.map(\.element)
    else { return nil }
    /// Whether a double bond's geometry is stated; a drawing always shows some.
    func hasGeometry(_ bond: MoleculeGraph.Bond) -> Bool {
      [bond.first, bond.second].allSatisfy { atom in
        graph.bondsOfAtom[atom].contains { graph.bonds[$0].direction != nil }
      }
    }
    var atoms: [CInChIAtom] = []
    for (atom, point) in zip(record.graph.atoms, record.points) {
      guard atom.element != .unknown, let charge = Int8(exactly: atom.charge) else { return nil }
      var entry = CInChIAtom()
      (entry.x, entry.y) = (point.x, point.y)
      (entry.charge, entry.hydrogens) = (charge, -1)
      entry.isotope = Int16(clamping: atom.isotope ?? 0)
      // One unpaired electron is a doublet, two are a triplet.
      entry.radical = atom.radicalElectrons == 0 ? 0 : Int8(clamping: atom.radicalElectrons + 1)
      withUnsafeMutableBytes(of: &entry.symbol) { bytes in
        for (place, byte) in atom.element.symbol.utf8.prefix(bytes.count - 1).enumerated() {
          bytes[place] = byte
        }
      }
      atoms.append(entry)
    }
    let bonds = zip(record.graph.bonds, record.bondStereo).map { bond, stereo -> CInChIBond in
      let order: Int8 =
        switch bond.order {
        case .single: 1
        case .double: 2
        case .triple: 3
        default: 4
        }
      return CInChIBond(
        first: Int16(clamping: bond.first),
        second: Int16(clamping: bond.second),
        order: order,
        stereo: order == 2 && !hasGeometry(bond) ? 3 : Int8(clamping: stereo)
      )
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      let length = cinchi_standard(
        atoms,
        atoms.count,
        bonds,
        bonds.count,
        buffer.baseAddress,
        capacity
      )
      guard length >= 0, let start = buffer.baseAddress else { return nil }
      return String(cString: start)
    }
  }
}
