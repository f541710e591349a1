import ChemistryToolkit

/// What libindigo says of a molecule.
extension MoleculeDocument {
  /// The document with its canonical SMILES.
  func withCanonicalSMILES() -> MoleculeDocument {
    var copy = self
    copy.canonicalSMILES = try? copy.canonicalForm(keepingStereochemistry: true)
    return copy
  }

  /// The canonical SMILES of libindigo.
  ///
  /// The library drops the labels of R groups. They go through it as isotopes of lawrencium, an
  /// element with any number of bonds that no drawing shows.
  func canonicalForm(keepingStereochemistry: Bool) throws(ToolkitFailure) -> String {
    let canonical = try ChemistryToolkit.read(try smilesWithStandIns()) {
      (molecule) throws(ToolkitFailure) in
      if !keepingStereochemistry { try molecule.removeStereochemistry() }
      return try molecule.canonicalSMILES()
    }
    return MoleculeDocument.replacingStandIns(in: canonical)
  }

  private func smilesWithStandIns() throws(ToolkitFailure) -> String {
    guard atoms.contains(where: { $0.symbol == "*" }) else { return kekuleSMILES { _ in "*" } }
    guard atoms.allSatisfy({ $0.symbol != "Lr" && ($0.symbol != "*" || $0.isPlainGroup) }) else {
      throw ToolkitFailure("The molecule holds a charged R group, or lawrencium beside an R group.")
    }
    return kekuleSMILES { "[\($0.map(String.init) ?? "")Lr]" }
  }

  /// `[Lr]` as `*` and `[1Lr]` as `[1*]`, where the stand-ins came from.
  private static func replacingStandIns(in text: String) -> String {
    guard text.contains("Lr]") else { return text }
    return text.split(separator: "[", omittingEmptySubsequences: false).enumerated()
      .map { index, piece -> String in
        guard index > 0 else { return String(piece) }
        let digits = piece.prefix { $0.isNumber }
        guard piece.dropFirst(digits.count).hasPrefix("Lr]") else { return "[" + piece }
        let rest = piece.dropFirst(digits.count + 3)
        return (digits.isEmpty ? "*" : "[\(digits)*]") + rest
      }
      .joined()
  }

  /// What libindigo's valence check says where it disagrees with ours, which found nothing.
  var secondOpinion: String? {
    guard smiles.utf8.count <= ChemistryToolkit.maximumByteCount,
      let text = try? smilesWithStandIns()
    else { return nil }
    do {
      return try ChemistryToolkit.read(text) { $0.valenceComplaint() }
    } catch {
      return error.description
    }
  }
}

extension MoleculeAtom {
  /// Whether a `*` is nothing but a label.
  fileprivate var isPlainGroup: Bool { charge == 0 && hydrogens == 0 && chirality == nil }
}
