/// A JSON text that cannot be read, and where.
///
/// It knows no file: whoever read the bytes adds the name.
package struct JSONFailure: Error, Equatable {
  /// Byte that does not fit, from 0; the text's size at its end.
  package let offset: Int
  /// Line of that byte, from 1.
  package let line: Int
  /// Column of that byte in bytes, from 1.
  package let column: Int
  /// Path from the root, as `decoder.decoders[1].type`; empty for the text itself.
  package let field: String
  /// What the reader needed there.
  package let expected: String
  /// What stands there instead.
  package let found: String

  /// The same failure seen from the value around it, whose path is `parent`; ``field`` begins with
  /// `.` or `[` or is empty.
  func inside(_ parent: String) -> JSONFailure {
    JSONFailure(
      offset: offset,
      line: line,
      column: column,
      field: parent.isEmpty && field.hasPrefix(".") ? String(field.dropFirst()) : parent + field,
      expected: expected,
      found: found
    )
  }
}
