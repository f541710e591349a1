import CIndigo

/// A molecule inside a session of libindigo; only valid in the body that it is handed to.
package struct ToolkitMolecule {
  private let handle: Int32

  init(_ text: String, atMost limit: Int) throws(ToolkitFailure) {
    let count = text.utf8.count
    guard count <= limit else {
      throw ToolkitFailure("The text has \(count) bytes; libindigo is given at most \(limit).")
    }
    guard !text.utf8.contains(0) else { throw ToolkitFailure("The text holds a NUL byte.") }
    handle = indigoLoadMoleculeFromString(text)
    guard handle >= 0 else { throw lastFailure() }
  }

  /// The molecule as SMILES in the order of its atoms, without the CXSMILES part that may follow.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func smiles() throws(ToolkitFailure) -> String {
    let text = try string(indigoSmiles(handle))
    return text.prefix { $0 != " " }.description
  }

  /// The library's canonical SMILES, without the CXSMILES part that may follow.
  ///
  /// Aromatic systems are found first: give it alternating single and double bonds, so that it does
  /// not matter how they were written.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func canonicalSMILES() throws(ToolkitFailure) -> String {
    try findAromaticSystems()
    let text = try string(indigoCanonicalSmiles(handle))
    return text.prefix { $0 != " " }.description
  }

  /// Takes off every mark of stereochemistry.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func removeStereochemistry() throws(ToolkitFailure) {
    guard indigoClearStereocenters(handle) >= 0, indigoClearCisTrans(handle) >= 0 else {
      throw lastFailure()
    }
  }

  /// What the library's own valence check has to say; `nil` when it finds nothing.
  package func valenceComplaint() -> String? {
    guard let text = indigoCheckBadValence(handle) else { return lastFailure().description }
    let complaint = String(cString: text)
    return complaint.isEmpty ? nil : complaint
  }

  /// Gives the atoms places in the plane.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func layOut() throws(ToolkitFailure) {
    guard indigoLayout(handle) >= 0 else { throw lastFailure() }
  }

  /// A MOL file, V2000, with the bonds as they were given.
  ///
  /// - Throws: ``ToolkitFailure``, also for more than 999 atoms or bonds, which V2000 cannot hold.
  package func molfile() throws(ToolkitFailure) -> String {
    let (atoms, bonds) = (indigoCountAtoms(handle), indigoCountBonds(handle))
    guard atoms <= 999, bonds <= 999 else {
      throw ToolkitFailure("V2000 holds at most 999 atoms and bonds, not \(atoms) and \(bonds).")
    }
    return try string(indigoMolfile(handle))
  }

  /// Formats of depictions.
  package enum DepictionFormat: String, Sendable {
    case svg, png
  }

  /// A drawing of the laid-out molecule.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func depiction(_ format: DepictionFormat) throws(ToolkitFailure) -> [UInt8] {
    indigoSetOption("render-output-format", format.rawValue)
    indigoSetOption("render-background-color", "1.0, 1.0, 1.0")
    indigoSetOptionBool("render-coloring", 0)
    // libindigo 1.2.3 leaves labels that stand to the right of the last atom out of the picture's
    // size: the margin has room for the longest, such as NH3+.
    indigoSetOption("render-margins", "110, 30")
    let buffer = indigoWriteBuffer()
    guard buffer >= 0 else { throw lastFailure() }
    defer { indigoFree(buffer) }
    guard indigoRender(handle, buffer) >= 0 else { throw lastFailure() }
    var bytes: UnsafeMutablePointer<CChar>?
    var count: Int32 = 0
    guard indigoToBuffer(buffer, &bytes, &count) >= 0, let bytes else { throw lastFailure() }
    let raw = UnsafeRawBufferPointer(start: bytes, count: Int(max(0, count)))
    return Array(raw)
  }

  /// Tanimoto coefficient of the library's similarity fingerprints (`sim`), 0 to 1.
  ///
  /// - Throws: ``ToolkitFailure``.
  package func tanimoto(to other: ToolkitMolecule) throws(ToolkitFailure) -> Double {
    try findAromaticSystems()
    try other.findAromaticSystems()
    let fingerprints = [handle, other.handle].map { indigoFingerprint($0, "sim") }
    defer { for fingerprint in fingerprints where fingerprint >= 0 { indigoFree(fingerprint) } }
    guard fingerprints.allSatisfy({ $0 >= 0 }) else { throw lastFailure() }
    let value = indigoSimilarity(fingerprints[0], fingerprints[1], "tanimoto")
    guard value >= 0 else { throw lastFailure() }
    return Double(value)
  }

  /// Marks the aromatic systems of the library's own rules.
  private func findAromaticSystems() throws(ToolkitFailure) {
    guard indigoAromatize(handle) >= 0 else { throw lastFailure() }
  }

  private func string(_ pointer: UnsafePointer<CChar>?) throws(ToolkitFailure) -> String {
    guard let pointer else { throw lastFailure() }
    return String(cString: pointer)
  }
}

private func lastFailure() -> ToolkitFailure {
  ToolkitFailure(indigoGetLastError().map { String(cString: $0) } ?? "libindigo gives no reason.")
}
