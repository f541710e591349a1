import FileAccess

/// Something in a checkpoint folder that is missing, malformed or not supported.
///
/// Every error names the file, the field or tensor in it, what was expected, what was found and what
/// to do, so that it can be printed as one line.
package struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The file or folder, as the caller named it.
  package let path: String
  /// The field (`text_config.head_dim`) or tensor that is wrong; `nil` when it is the file itself.
  package let subject: String?
  /// What would have been right.
  package let expected: String
  /// What stands there instead.
  package let found: String
  /// What to do about it; `nil` when nothing better than "use another file" is known.
  package let advice: String?

  /// An error at one place of one file.
  package init(
    path: String,
    subject: String? = nil,
    expected: String,
    found: String,
    advice: String? = nil
  ) {
    self.path = path
    self.subject = subject
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  package var description: String {
    let place = subject.map { "\(path): \($0.onOneLine(limit: 200))" } ?? path
    let fact =
      "\(place): expected \(expected.onOneLine(limit: 200)), found \(found.onOneLine(limit: 200))"
    return advice.map { "\(fact); \($0)" } ?? fact
  }
}
