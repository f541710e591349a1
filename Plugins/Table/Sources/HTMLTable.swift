package import TaskProtocol
package import XMLValidation

/// A `<table>` of an HTML file, read the way the HTML Standard forms tables, and what its markup says
/// that the standard does not allow.
package struct HTMLTable {
  /// Its rows and cells.
  package private(set) var table = SourceTable(groups: [])
  /// Findings about the markup, in the order of the text.
  package private(set) var findings: [Finding] = []
  private let prefix: String
  private let readsText: Bool
  private var foot: [SourceGroup] = []
  /// Rows read so far, for messages.
  private var rowCount = 0

  /// Reads a table element.
  ///
  /// - Parameters:
  ///   - element: The `<table>`.
  ///   - prefix: Put before every message, such as `Table 2: `.
  ///   - readsText: Whether the text of the cells is read.
  package init(_ element: MarkupElement, prefix: String, readsText: Bool = false) {
    self.prefix = prefix
    self.readsText = readsText
    var looseRows: [SourceRow] = []
    var order = SectionOrder()
    for content in element.content {
      guard case .element(let child) = content else {
        reportText(content, in: "<table>")
        continue
      }
      if let problem = order.take(child.name) {
        report("table-structure", .error, problem, child.position, nil)
      }
      if child.name == "tr" {
        looseRows.append(readRow(child))
        continue
      }
      // Rows outside of a group make a body of their own, up to the next group.
      if ["thead", "tbody", "tfoot"].contains(child.name) {
        flush(&looseRows)
      }
      read(child)
    }
    flush(&looseRows)
    table.groups += foot
    if table.groups.allSatisfy(\.rows.isEmpty) {
      report("empty-table", .warning, "The table has no rows.", element.position, nil)
    }
  }

  private mutating func flush(_ rows: inout [SourceRow]) {
    guard !rows.isEmpty else { return }
    table.groups.append(SourceGroup(kind: .body, rows: rows))
    rows = []
  }

  private mutating func read(_ child: MarkupElement) {
    switch child.name {
    case "thead": table.groups.append(readGroup(child, .head))
    case "tbody": table.groups.append(readGroup(child, .body))
    case "tfoot": foot.append(readGroup(child, .foot))
    case "colgroup": readColumns(child)
    case "col": addColumns(span(of: child, "span", 1...1000, "<col>"))
    case "td", "th":
      let cell = readCell(child, name: "Cell 1 of row \(rowCount + 1)")
      rowCount += 1
      table.groups.append(
        SourceGroup(
          kind: .body,
          rows: [SourceRow(cells: [cell], position: child.position)]
        )
      )
      reportMisplaced(child, in: "<table>")
    case "caption", "script", "template", "style": break
    default: reportMisplaced(child, in: "<table>")
    }
  }

  private mutating func readGroup(
    _ group: MarkupElement,
    _ kind: SourceGroup.Kind
  ) -> SourceGroup {
    var rows: [SourceRow] = []
    for content in group.content {
      switch content {
      case .text: reportText(content, in: "<\(group.name)>")
      case .element(let child):
        switch child.name {
        case "tr": rows.append(readRow(child))
        case "td", "th":
          reportMisplaced(child, in: "<\(group.name)>")
          let cell = readCell(child, name: "Cell 1 of row \(rowCount + 1)")
          rowCount += 1
          rows.append(SourceRow(cells: [cell], position: child.position))
        case "script", "template": break
        default: reportMisplaced(child, in: "<\(group.name)>")
        }
      }
    }
    return SourceGroup(kind: kind, rows: rows)
  }

  private mutating func readRow(_ row: MarkupElement) -> SourceRow {
    rowCount += 1
    var cells: [SourceCell] = []
    for content in row.content {
      switch content {
      case .text: reportText(content, in: "row \(rowCount)")
      case .element(let child):
        switch child.name {
        case "td", "th":
          cells.append(readCell(child, name: "Cell \(cells.count + 1) of row \(rowCount)"))
        case "script", "template": break
        default: reportMisplaced(child, in: "row \(rowCount)")
        }
      }
    }
    return SourceRow(cells: cells, position: row.position)
  }

  private mutating func readCell(_ cell: MarkupElement, name: String) -> SourceCell {
    SourceCell(
      rowSpan: span(of: cell, "rowspan", 0...65_534, name),
      columnSpan: span(of: cell, "colspan", 1...1000, name),
      position: cell.position,
      content: readsText ? CollapsedText.content(of: cell) : []
    )
  }

  private mutating func readColumns(_ group: MarkupElement) {
    let columns = group.elements.filter { $0.name == "col" }
    guard columns.isEmpty else {
      for column in columns { addColumns(span(of: column, "span", 1...1000, "<col>")) }
      return
    }
    addColumns(span(of: group, "span", 1...1000, "<colgroup>"))
  }

  private mutating func addColumns(_ count: Int) {
    table.declaredColumns = (table.declaredColumns ?? 0) + count
  }
}

// MARK: - Attributes and findings

extension HTMLTable {
  /// The number in a span attribute as browsers take it; what the standard does not allow is reported.
  private mutating func span(
    of element: MarkupElement,
    _ name: String,
    _ range: ClosedRange<Int>,
    _ subject: String
  ) -> Int {
    guard let text = element[attribute: name] else { return 1 }
    let value = HTMLInteger(text)
    let used: Int
    let problem: String
    switch value.number {
    case nil:
      (used, problem) = (1, "is not a number from \(range.lowerBound) to \(range.upperBound)")
    case let number? where number < range.lowerBound:
      (used, problem) = (1, "is less than \(range.lowerBound)")
    case let number? where number > range.upperBound:
      (used, problem) = (range.upperBound, "is more than \(range.upperBound)")
    case let number?:
      guard !value.isExact else { return number }
      (used, problem) = (number, "is not written as a plain number")
    }
    report(
      "span-value",
      .error,
      "\(subject): \(name)=\"\(text.prefix(20))\" \(problem); browsers take \(used).",
      element.position,
      used == 1 ? "Remove the attribute." : "Write \(name)=\"\(used)\"."
    )
    return used
  }

  private mutating func reportText(_ content: MarkupContent, in place: String) {
    guard case .text(let text, let position) = content,
      let start = text.firstIndex(where: { !$0.isWhitespace })
    else { return }
    let shown = String(text[start...].prefix(20)).debugDescription
    report(
      "misplaced-content",
      .error,
      "Text \(shown) stands in \(place) outside of any cell; browsers move it in front of the table.",
      position,
      "Put it into a <td>."
    )
  }

  private mutating func reportMisplaced(_ element: MarkupElement, in place: String) {
    let isCell = ["td", "th"].contains(element.name)
    report(
      "misplaced-content",
      .error,
      "<\(element.name)> cannot stand directly in \(place); browsers "
        + (isCell ? "add the missing <tr>." : "move it in front of the table or drop it."),
      element.position,
      isCell ? "Put the cell into a <tr>." : "Put it into a <td>, or remove it."
    )
  }

  private mutating func report(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    _ position: SourcePosition,
    _ suggestion: String?
  ) {
    findings.append(
      Finding(
        code: code,
        severity: severity,
        message: prefix + message,
        line: position.line,
        column: position.column,
        suggestion: suggestion
      )
    )
  }
}

/// An integer as HTML's "rules for parsing integers" read it.
struct HTMLInteger {
  /// The number, `nil` without digits or below 0; numbers past a billion are a billion.
  let number: Int?
  /// Whether the text is nothing but digits.
  let isExact: Bool

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var index = bytes.prefix { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains($0) }.count
    var isNegative = false
    if index < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index]) {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    let digits = bytes[index...].prefix { (0x30...0x39).contains($0) }
    let value = digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1_000_000_000) }
    number = digits.isEmpty || (isNegative && value > 0) ? nil : value
    isExact = digits.count == bytes.count
  }
}

/// Checks that the parts of a table stand in the order that HTML asks for.
struct SectionOrder {
  private var seen: Set<String> = []

  /// Takes the next child of the table and says what is wrong with its place.
  mutating func take(_ name: String) -> String? {
    defer { seen.insert(name) }
    let rows: Set<String> = ["thead", "tbody", "tfoot", "tr"]
    switch name {
    case "caption":
      if seen.contains("caption") { return "A second <caption>." }
      return seen.isEmpty ? nil : "<caption> must come first in its table."
    case "colgroup", "col":
      return seen.isDisjoint(with: rows) ? nil : "<\(name)> must come before the rows."
    case "thead":
      if seen.contains("thead") { return "A second <thead>." }
      return seen.isDisjoint(with: rows) ? nil : "<thead> must come before the other rows."
    case "tfoot":
      return seen.contains("tfoot") ? "A second <tfoot>." : nil
    case "tbody", "tr":
      return seen.contains("tfoot") ? "Rows after <tfoot>; browsers show them above it." : nil
    default:
      return nil
    }
  }
}
