/// One SMILES string read and checked.
package struct MoleculeReading: Sendable {
  /// `nil` where the string cannot be read or its chemistry is impossible.
  package let document: MoleculeDocument?
  /// Everything wrong with it, in the order of the string.
  package let issues: [SMILESIssue]

  /// Whether the string is valid for files of any tool: what RDKit reads.
  package var isValid: Bool { issues.allSatisfy(\.isTolerable) }

  package init(_ bytes: [UInt8]) {
    let parsed: (graph: MoleculeGraph, tolerated: [SMILESIssue])
    do {
      parsed = try SMILESParser.parse(bytes)
    } catch {
      document = nil
      issues = [error]
      return
    }
    let checker = MoleculeChecker(parsed.graph)
    issues = (parsed.tolerated + checker.issues).sorted { $0.offset < $1.offset }
    document =
      checker.issues.isEmpty
      ? MoleculeDocument(
        smiles: String(decoding: bytes, as: UTF8.self),
        graph: parsed.graph,
        hydrogens: checker.hydrogens
      )
      : nil
  }

  /// A string that could not be read at all.
  package init(issue: SMILESIssue) {
    document = nil
    issues = [issue]
  }
}
