import FileAccess
import JSONText

/// A tokenizer file that cannot be used, said in one line.
package struct TokenizerError: Error, Equatable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// Where in the file the fault lies: `model.merges[12]`, `pieces[7].score`, `byte 90`.
  package let field: String
  /// Line and column of the fault, both from 1; only text files have one.
  package let position: TextPosition?
  /// What the reader needed there.
  package let expected: String
  /// What stands there instead.
  package let found: String
  /// What the user can do about it, when there is more to do than to replace the file.
  package let advice: String?

  package init(
    path: String,
    field: String,
    position: TextPosition? = nil,
    expected: String,
    found: String,
    advice: String? = nil
  ) {
    self.path = path
    self.field = field
    self.position = position
    self.expected = expected
    self.found = found
    self.advice = advice
  }

  /// A fault of a JSON file.
  init(path: String, _ failure: JSONFailure) {
    self.init(
      path: path,
      field: failure.field.isEmpty ? "file" : failure.field,
      position: TextPosition(line: failure.line, column: failure.column),
      expected: failure.expected,
      found: failure.found
    )
  }

  package var description: String {
    var place = path
    if let position {
      place += ":\(position.line):\(position.column)"
    }
    let tail = advice.map { "; \($0)" } ?? ""
    // Pieces hold line breaks and worse, and stand in errors as they are.
    return "\(place): \(field): expected \(expected), found \(found)\(tail)".onOneLine()
  }
}

/// A place in a text file.
package struct TextPosition: Equatable, Sendable {
  /// Line, from 1.
  package let line: Int
  /// Column in bytes, from 1.
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
