/// Something wrong with a SMILES string, and where.
package struct SMILESIssue: Error, Equatable, Sendable {
  /// Stable name of the kind of mistake, such as `ring-not-closed`.
  package var code: String
  /// Whether the string is still readable, although strict OpenSMILES forbids it.
  package var isTolerable = false
  /// Byte offset of the offending character.
  package var offset: Int
  package var message: String
  package var suggestion: String?
}
