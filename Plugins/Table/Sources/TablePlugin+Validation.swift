public import TaskProtocol
import XMLValidation

extension TablePlugin {
  /// Examines a model's output or a file.
  ///
  /// A model's output is held to the plugin's own language; an HTML file to what HTML allows, and every
  /// table in it to HTML's table model; an OTSL file to OTSL's rules. A schema is applied to each
  /// outermost table besides, as a document of its own, OTSL tables as the HTML they stand for.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    let schema = try Self.schema(source.schemaPath)
    var findings: [Finding]
    switch source.origin {
    case .model: findings = validateModelOutput(source.bytes, schema: schema)
    case .file:
      switch Self.inputFormat(of: source) {
      case .html: findings = validateFile(source.bytes, schema: schema)
      case .otsl: findings = validateOTSLFile(source.bytes, schema: schema)
      }
    }
    findings = Self.sortedAndLimited(findings)
    for index in findings.indices { findings[index].path = source.path }
    return findings
  }

  private static func schema(_ path: String?) throws(SchemaFailure) -> MarkupSchema? {
    guard let path else { return nil }
    do {
      return try MarkupSchema(path: path)
    } catch {
      throw SchemaFailure(path: path, reason: error.description)
    }
  }

  private func validateModelOutput(_ bytes: [UInt8], schema: MarkupSchema?) -> [Finding] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let position = MarkupDocument.firstInvalidUTF8(in: bytes)
      return [
        Finding(
          code: "encoding",
          severity: .error,
          message: "The text is not valid UTF-8.",
          line: position?.line,
          column: position?.column
        )
      ]
    }
    switch language {
    case .html: return validateHTML(text, schema: schema)
    case .otsl: return validateOTSL(text, schema: schema)
    }
  }

  private func validateHTML(_ text: String, schema: MarkupSchema?) -> [Finding] {
    let parser: ModelTableParser
    do {
      parser = try ModelTableParser(parsing: text)
    } catch {
      return [Finding(error)]
    }
    let formation = TableFormation(of: parser.table)
    let description = IssueDescription(table: parser.table, formation: formation)
    return formation.issues.map { description.finding(for: $0) }
      + Self.schemaFindings(inModelHTML: text, schema)
  }

  /// What the plugin's own schema and another have to say.
  ///
  /// The strict parser accepts nothing that the own schema refuses; it is asked all the same, because it
  /// is what other tools will use.
  static func schemaFindings(
    inModelHTML text: String,
    _ schema: MarkupSchema?,
    prefix: String = ""
  ) -> [Finding] {
    let document = MarkupDocument.xml(closingLineBreaks(in: Array(text.utf8)))
    var findings = document.diagnostics.map { Finding($0) }
    if let root = document.root {
      findings += ownSchemaFindings(root)
      findings += Self.findings(of: schema, for: root, prefix: prefix)
    }
    return findings
  }

  /// The text with `<br/>` for `<br>`, the only element without an end tag, so that it is XML.
  private static func closingLineBreaks(in html: [UInt8]) -> [UInt8] {
    let tag = Array(InlineStyle.lineBreakTag.utf8)
    var xml: [UInt8] = []
    xml.reserveCapacity(html.count)
    var index = 0
    while index < html.count {
      if html[index] == tag[0], html[index...].starts(with: tag) {
        xml += "<br/>".utf8
        index += tag.count
      } else {
        xml.append(html[index])
        index += 1
      }
    }
    return xml
  }

  static func ownSchemaFindings(_ root: MarkupElement) -> [Finding] {
    switch TableSchema.compiled {
    case .success(let own): findings(of: own, for: root)
    case .failure(let error):
      [Finding(code: "schema", severity: .error, message: "The plugin's own schema: \(error).")]
    }
  }

  static func findings(
    of schema: MarkupSchema?,
    for element: MarkupElement,
    prefix: String = ""
  ) -> [Finding] {
    guard let schema else { return [] }
    return schema.validate(element).map { diagnostic in
      var finding = Finding(diagnostic)
      finding.message = "\(prefix)\(schema.language.rawValue): \(finding.message)"
      return finding
    }
  }

  private func validateFile(_ bytes: [UInt8], schema: MarkupSchema?) -> [Finding] {
    let document = MarkupDocument.html(bytes)
    var findings = document.diagnostics.map { Finding($0) }
    let tables = document.root.map { FoundTable.all(in: $0) } ?? []
    guard !tables.isEmpty else {
      // Of a file that was not read to its end nobody knows whether it has a table.
      let wasRead = !findings.contains { $0.code == "input-limit" && $0.severity == .error }
      guard wasRead else { return findings }
      findings.append(
        Finding(
          code: "no-table",
          severity: .error,
          message: "The file has no <table>.",
          line: 1
        )
      )
      return findings
    }
    for found in tables {
      let prefix = tables.count > 1 ? found.name + ": " : ""
      let table = HTMLTable(found.element, prefix: prefix)
      findings += table.findings
      let formation = TableFormation(of: table.table)
      var description = IssueDescription(table: table.table, formation: formation)
      description.prefix = prefix
      description.raggedSeverity = .warning
      findings += formation.issues.map { description.finding(for: $0) }
      if found.parent == nil {
        findings += Self.findings(of: schema, for: found.element, prefix: prefix)
      }
    }
    return findings
  }

  /// Findings by line and column; of very many the rest is summed up in one.
  private static func sortedAndLimited(_ findings: [Finding]) -> [Finding] {
    let maximum = 1000
    var sorted = findings.enumerated().sorted { a, b in
      (a.element.line ?? 0, a.element.column ?? 0, a.offset)
        < (b.element.line ?? 0, b.element.column ?? 0, b.offset)
    }.map(\.element)
    guard sorted.count > maximum else { return sorted }
    let dropped = sorted[maximum...]
    let errors = dropped.count { $0.severity == .error }
    sorted.removeSubrange(maximum...)
    sorted.append(
      Finding(
        code: "more-findings",
        severity: errors > 0 ? .error : .warning,
        message: "\(dropped.count) further findings, \(errors) of them errors, are left out.",
        line: dropped.first?.line
      )
    )
    return sorted
  }
}

/// A table of a file.
struct FoundTable {
  let element: MarkupElement
  /// Its number in the order of the start tags, from 1.
  let number: Int
  /// The number of the table that it stands in.
  let parent: Int?

  /// How messages call it where the file has several.
  var name: String {
    "Table \(number)" + (parent.map { " (inside table \($0))" } ?? "")
  }

  /// Every table within an element, in the order of their start tags.
  static func all(in root: MarkupElement) -> [FoundTable] {
    var found: [FoundTable] = []
    var pending: [(MarkupElement, parent: Int?)] = [(root, nil)]
    while let (element, parent) = pending.popLast() {
      var inner = parent
      if element.name == "table" {
        found.append(FoundTable(element: element, number: found.count + 1, parent: parent))
        inner = found.count
      }
      pending += element.elements.reversed().map { ($0, inner) }
    }
    return found
  }
}
