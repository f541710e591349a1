extension String {
  /// The text made safe for a one-line message: control characters, line and paragraph separators
  /// escaped as in Swift source, nothing after the first `limit` scalars.
  ///
  /// What files hold stands in errors as it is, and a terminal obeys control characters.
  package func onOneLine(limit: Int = .max) -> String {
    var line = ""
    var count = 0
    for scalar in unicodeScalars {
      guard count < limit else { return line + "..." }
      count += 1
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
