extension TableDocument {
  /// Comma-separated values after RFC 4180: CRLF after each record, every record of equal length.
  ///
  /// A spanning cell's text stands in its first slot and the others are empty. Values are not
  /// changed, so a spreadsheet may read one that starts with `=` as a formula.
  package var csv: String {
    textGrid(\.text).map { $0.map(\.csvField).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A pipe table as GitHub reads it.
  ///
  /// Markdown has exactly one header row and no spans: the head's rows are joined with ` / `, a table
  /// without a head gets an empty header row, and a spanning cell's text stands in its first slot.
  package var markdown: String {
    let grid = textGrid(\.markdown)
    guard columnCount > 0, !grid.isEmpty else { return "\n" }
    let headRows = min(max(headerRowCount, 0), grid.count)
    let header = (0..<columnCount).map { column in
      grid[..<headRows].map { $0[column] }.filter { !$0.isEmpty }.joined(separator: " / ")
    }
    var lines = [header, [String](repeating: "---", count: columnCount)]
    lines += grid[headRows...]
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}

extension String {
  fileprivate var csvField: String {
    let needsQuotes = unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return self }
    return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

extension TableCell {
  /// The text in Markdown, styles as GitHub shows them; its punctuation is escaped.
  fileprivate var markdown: String {
    var result = ""
    for run in content {
      var before = ""
      var after = ""
      for style in run.styles {
        before += "<\(style.rawValue)>"
        after = "</\(style.rawValue)>" + after
      }
      result += before + run.text.markdownEscaped + after
    }
    return result
  }
}

extension String {
  fileprivate var markdownEscaped: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "|", "\\", "`", "*", "_", "[", "]", "~":
        escaped += "\\"
        escaped.unicodeScalars.append(scalar)
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\n": escaped += InlineStyle.lineBreakTag
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
