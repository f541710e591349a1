import ChemistryToolkit
import Foundation
import TaskProtocol

extension MolRecord {
  /// The record as a V2000 file of our own making, so that libindigo never sees the file itself.
  ///
  /// - Returns: `nil` for more atoms or bonds than the format holds.
  var molfile: String? {
    guard graph.atoms.count <= 999, graph.bonds.count <= 999 else { return nil }
    var lines = ["", "", ""]
    lines.append(
      padded(graph.atoms.count) + padded(graph.bonds.count) + "  0  0  0  0  0  0  0  0999 V2000"
    )
    for (index, point) in points.enumerated() {
      let atom = graph.atoms[index]
      let symbol = atom.element == .unknown ? "R#" : atom.element.symbol
      let place = [point.x, point.y, point.z].map { coordinate($0) }.joined()
      lines.append(
        place + " " + symbol.padding(toLength: 3, withPad: " ", startingAt: 0)
          + " 0  0  0  0  0" + padded(statedValence(of: index)) + "  0  0  0  0  0  0"
      )
    }
    for (bond, stereo) in zip(graph.bonds, bondStereo) {
      let type =
        switch bond.order {
        case .single: 1
        case .double: 2
        case .triple: 3
        case .aromatic: 4
        default: 0
        }
      guard type > 0 else { return nil }
      lines.append(
        padded(bond.first + 1) + padded(bond.second + 1) + padded(type) + padded(stereo)
          + "  0  0  0"
      )
    }
    for (index, atom) in graph.atoms.enumerated() {
      func add(_ tag: String, _ value: Int) {
        lines.append("M  \(tag)  1 " + padded(index + 1) + " " + padded(value))
      }
      if atom.charge != 0 { add("CHG", atom.charge) }
      if let isotope = atom.isotope { add("ISO", isotope) }
      if atom.radicalElectrons > 0 { add("RAD", atom.radicalElectrons == 1 ? 2 : 3) }
      if let label = atom.rLabel, (1...32).contains(label) { add("RGP", label) }
    }
    return (lines + ["M  END", ""]).joined(separator: "\n")
  }

  /// The valence field: 0 where hydrogens follow from the element, 15 for no bonds at all.
  private func statedValence(of index: Int) -> Int {
    let atom = graph.atoms[index]
    guard atom.isBracketed, atom.element != .unknown else { return 0 }
    let valence = atom.explicitHydrogens + orderSum(index)
    return valence == 0 ? 15 : valence < 15 ? valence : 0
  }

  private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 3 - digits.count)) + digits
  }

  /// Ten columns with four decimals; places beyond what fits are drawn at its edge.
  private func coordinate(_ value: Double) -> String {
    let digits = String(format: "%.4f", min(99_999, max(-9_999, value)))
    return String(repeating: " ", count: max(0, 10 - digits.count)) + digits
  }

  /// The document of a valid record, through the SMILES that libindigo makes of it.
  ///
  /// - Throws: ``ParseFailure`` with the record's errors, or with the reason why it has no SMILES.
  func document() throws(ParseFailure) -> MoleculeDocument {
    let errors = allFindings.filter { $0.severity == .error }
    guard errors.isEmpty else { throw ParseFailure(findings: errors) }
    func failure(_ reason: String) -> ParseFailure {
      ParseFailure(findings: [
        Finding(code: "no-smiles", severity: .error, message: "No SMILES can be made: \(reason)")
      ])
    }
    guard let molfile else {
      throw failure("the record has more than 999 atoms or bonds, or bonds of no certain order.")
    }
    let smiles: String
    do {
      smiles = try ChemistryToolkit.read(molfile: molfile) { (molecule) throws(ToolkitFailure) in
        try molecule.smiles()
      }
    } catch {
      throw failure(error.description)
    }
    let reading = MoleculeReading(Array(smiles.utf8))
    guard let document = reading.document else {
      throw ParseFailure(findings: reading.issues.map { $0.finding(line: nil, strict: false) })
    }
    return document.withCanonicalSMILES()
  }
}
