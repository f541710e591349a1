extension TableDocument {
  /// The table in the language that the model writes; parsing it gives this document again.
  package var htmlFragment: String { html(showsRoles: false) }

  /// The table as HTML, with `<th>` for cells that have a role where asked for.
  private func html(showsRoles: Bool) -> String {
    var html = "<table>"
    let headRows = min(max(headerRowCount, 0), rowCount)
    var next = cells.startIndex
    for row in 0..<max(rowCount, 0) {
      if row == 0, headRows > 0 { html += "<thead>" }
      if row == headRows { html += "<tbody>" }
      html += "<tr>"
      while next < cells.endIndex, cells[next].row <= row {
        cells[next].write(to: &html, showsRole: showsRoles)
        next += 1
      }
      html += "</tr>"
      if row == headRows - 1 { html += "</thead>" }
    }
    if headRows == max(rowCount, 0) { html += "<tbody>" }
    return html + "</tbody></table>"
  }

  /// A whole page that shows the table.
  package var htmlPage: String {
    """
    <!DOCTYPE html>
    <html lang="und">
    <head>
    <meta charset="utf-8">
    <title>Table</title>
    <style>
    body { font-family: sans-serif; margin: 2em; }
    table { border-collapse: collapse; }
    td, th { border: 1px solid #999; padding: 0.3em 0.6em; vertical-align: top; text-align: left; }
    thead td { background: #eee; font-weight: bold; }
    </style>
    </head>
    <body>
    \(html(showsRoles: true))
    </body>
    </html>

    """
  }
}

extension TableCell {
  fileprivate func write(to html: inout String, showsRole: Bool) {
    let scope = showsRole ? role?.scope : nil
    html += scope == nil ? "<td" : "<th"
    if rowSpan > 1 { html += " rowspan=\"\(rowSpan)\"" }
    if columnSpan > 1 { html += " colspan=\"\(columnSpan)\"" }
    if let scope { html += " scope=\"\(scope)\"" }
    html += ">"
    write(contentTo: &html)
    html += scope == nil ? "</td>" : "</th>"
  }

  /// The text with its styles as tags, the same in both of the model's languages.
  func write(contentTo html: inout String) {
    var open: ArraySlice<InlineStyle> = []
    for run in content {
      let shared = zip(open, run.styles).prefix { $0 == $1 }.count
      for style in open.dropFirst(shared).reversed() { html += "</\(style.rawValue)>" }
      for style in run.styles.dropFirst(shared) { html += "<\(style.rawValue)>" }
      open = run.styles[...]
      html += run.text.htmlEscaped
    }
    for style in open.reversed() { html += "</\(style.rawValue)>" }
  }
}

extension CellRole {
  /// The value of HTML's `scope` attribute.
  fileprivate var scope: String {
    switch self {
    case .columnHeader: "col"
    case .rowHeader: "row"
    case .sectionRow: "rowgroup"
    }
  }
}

extension String {
  /// The text with `&`, `<` and `>` as entities and line feeds as `<br>`.
  package var htmlEscaped: String {
    guard utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x0A }) else {
      return self
    }
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
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
