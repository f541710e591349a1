public import TaskProtocol
import XMLValidation

extension TablePlugin {
  /// HTML and OTSL.
  public var inputFormats: [InputFormat] {
    [
      InputFormat(
        name: Language.html.rawValue,
        fileExtensions: ["html", "htm", "xhtml"],
        summary: "Every table of an HTML file."
      ),
      InputFormat(
        name: Language.otsl.rawValue,
        fileExtensions: ["otsl", "dt", "doctags"],
        summary: "Every table of a DocTags file, or OTSL tokens as tags, words or letters."
      ),
    ]
  }

  /// The language of a file: what the user says, what its name says, or what it looks like.
  static func inputFormat(of source: ValidationSource) -> Language {
    if let named = source.format.flatMap(Language.init(rawValue:)) { return named }
    let name = (source.path ?? "").lowercased()
    let fileExtension = name.split(separator: ".").last.map(String.init) ?? ""
    let formats = TablePlugin().inputFormats
    if name.contains("."),
      let format = formats.first(where: { $0.fileExtensions.contains(fileExtension) }),
      let language = Language(rawValue: format.name)
    {
      return language
    }
    return OTSLFile.isLikely(source.bytes) ? .otsl : .html
  }

  /// What is wrong with a model's output in OTSL.
  func validateOTSL(_ text: String, schema: MarkupSchema?) -> [Finding] {
    do {
      let table = try OTSLParser(parsing: text).table
      return Self.findings(in: table) + Self.schemaFindings(for: table, schema)
    } catch {
      return [Finding(error)]
    }
  }

  func validateOTSLFile(_ bytes: [UInt8], schema: MarkupSchema?) -> [Finding] {
    let file = OTSLFile(bytes)
    var findings = file.findings
    for (index, table) in file.tables.enumerated() {
      let prefix = file.tables.count > 1 ? "Table \(index + 1): " : ""
      findings += Self.findings(in: table, prefix: prefix)
      if let schema { findings += Self.schemaFindings(for: table, schema, prefix: prefix) }
    }
    return findings
  }

  /// What OTSL's rules say, and of a table that keeps them what the table model says.
  private static func findings(in table: OTSLTable, prefix: String = "") -> [Finding] {
    guard table.findings.isEmpty else { return table.findings }
    if table.table.groups.isEmpty {
      return [
        Finding(
          code: "empty-table",
          severity: .warning,
          message: prefix + "The table has no rows.",
          line: 1
        )
      ]
    }
    let formation = TableFormation(of: table.table)
    var description = IssueDescription(table: table.table, formation: formation)
    description.isOTSL = true
    description.prefix = prefix
    return formation.issues.map { description.finding(for: $0) }
  }

  /// What the schemas say about the HTML that a table stands for.
  private static func schemaFindings(
    for table: OTSLTable,
    _ schema: MarkupSchema?,
    prefix: String = ""
  ) -> [Finding] {
    guard table.findings.isEmpty, let document = try? document(table) else { return [] }
    return schemaFindings(inModelHTML: document.htmlFragment, schema, prefix: prefix).map {
      // Places in the HTML mean nothing in the OTSL.
      var finding = $0
      finding.line = nil
      finding.column = nil
      return finding
    }
  }

  /// Reads the first table of a file.
  public func read(_ source: ValidationSource) throws(ParseFailure) -> TableDocument {
    switch source.origin == .model ? language : Self.inputFormat(of: source) {
    case .otsl:
      let file = OTSLFile(source.bytes)
      guard let table = file.tables.first else { throw ParseFailure(findings: file.findings) }
      guard table.findings.isEmpty else { throw ParseFailure(findings: table.findings) }
      return try Self.document(table)
    case .html:
      let document = MarkupDocument.html(source.bytes)
      guard let element = document.root.flatMap({ FoundTable.all(in: $0).first?.element }) else {
        throw ParseFailure(findings: [
          Finding(code: "no-table", severity: .error, message: "The file has no <table>.", line: 1)
        ])
      }
      let table = HTMLTable(element, prefix: "", readsText: true).table
      let contents = table.groups.flatMap(\.rows).flatMap(\.cells).map(\.content)
      return try Self.document(table, contents: contents)
    }
  }
}
