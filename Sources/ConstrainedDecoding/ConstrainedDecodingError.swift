/// Why a constraint cannot hold a vocabulary.
package enum ConstrainedDecodingError: Error, Equatable, CustomStringConvertible {
  /// The vocabulary has no token that ends an output.
  case noEndToken
  /// The constraint's shortest known text needs a byte that no token writes there.
  case unwritableByte(UInt8)
  /// The constraint's closer does not end within its own bound.
  case endlessClosing

  package var description: String {
    switch self {
    case .noEndToken:
      "the vocabulary has no end token, so no output could end; check the checkpoint's end token ids"
    case .unwritableByte(let byte):
      "no token of the vocabulary writes byte \(byte), which the task's output needs; "
        + "use a tokenizer with byte fallback"
    case .endlessClosing:
      "the task's constraint does not end within the bound it states; "
        + "run the conformance kit on the plugin"
    }
  }
}
