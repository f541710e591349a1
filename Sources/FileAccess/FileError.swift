/// A file that cannot be read, said in one line.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// What would have been right: a readable file, a regular file, a size.
  package let expected: String
  /// What there is instead, or which call failed and the system's reason.
  package let found: String

  package var description: String { "\(path): expected \(expected), found \(found)" }
}
