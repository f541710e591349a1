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
    let place = subject.map { "\(path): \(oneLine($0))" } ?? path
    let fact = "\(place): expected \(oneLine(expected)), found \(oneLine(found))"
    return advice.map { "\(fact); \($0)" } ?? fact
  }
}

/// Text from a file made safe for a one-line message: control characters escaped, length bounded.
func oneLine(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(200) {
    if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.count > 200 ? result + "..." : result
}
