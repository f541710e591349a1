public import OutputConstraints
public import TaskProtocol

/// Reads images of tables as HTML or as OTSL.
public struct TablePlugin: TaskPlugin {
  /// The language that the model writes; the document is the same.
  public enum Language: String, Sendable, CaseIterable {
    /// Compact HTML, see ``ModelTableParser``.
    case html
    /// OTSL with text, see ``OTSLConstraint``: about half as many tokens for the structure.
    case otsl
  }

  /// The language that the model writes.
  public let language: Language

  /// The plugin for a language.
  public init(language: Language = .html) {
    self.language = language
  }

  /// Prompt `table` or `table otsl`, images padded to a square, at most 1024 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "table",
      version: "1.1.0",
      title: language == .html ? "Table images to HTML" : "Table images to OTSL",
      summary: """
        Transcribes the image of one table into compact HTML or OTSL with row and column spans, checks \
        that the cells form a grid, and writes it as HTML, OTSL, CSV, Markdown, JSON or plain text.
        """,
      promptPrefix: language == .html ? "table" : "table otsl",
      imagePolicy: .pad,
      maximumTokens: 1024
    )
  }

  /// The language of the output.
  public var options: [TaskOption] {
    [
      TaskOption(
        name: "language",
        summary: "What the model writes: compact HTML, or OTSL if it was trained for it.",
        values: Language.allCases.map(\.rawValue)
      )
    ]
  }

  /// The plugin for the language asked for.
  public func configured(_ settings: [String: String]) -> TablePlugin {
    settings["language"].flatMap(Language.init(rawValue:)).map(TablePlugin.init(language:)) ?? self
  }

  /// Reads the model's output into a grid.
  ///
  /// Spans that reach past their row group are clipped and ragged rows of HTML are kept, so that there
  /// is a document to show beside the errors that ``validate(_:)`` reports.
  public func parse(_ text: String) throws(ParseFailure) -> TableDocument {
    switch language {
    case .html:
      let parser = try Self.reading { () throws(ModelTableError) in
        try ModelTableParser(parsing: text)
      }
      return try Self.document(parser.table, contents: parser.contents)
    case .otsl:
      let parser = try Self.reading { () throws(ModelTableError) in
        try OTSLParser(parsing: text)
      }
      guard parser.table.findings.isEmpty else {
        throw ParseFailure(findings: parser.table.findings)
      }
      return try Self.document(parser.table)
    }
  }

  private static func reading<Parser>(
    _ parse: () throws(ModelTableError) -> Parser
  ) throws(ParseFailure) -> Parser {
    do {
      return try parse()
    } catch {
      throw ParseFailure(findings: [Finding(error)])
    }
  }

  /// The document of an OTSL table without findings.
  static func document(_ table: OTSLTable) throws(ParseFailure) -> TableDocument {
    try document(table.table, contents: table.contents, roles: table.roles, isOTSL: true)
  }

  /// The document of a table that forms a grid.
  static func document(
    _ table: SourceTable,
    contents: [[TextRun]],
    roles: [CellRole?] = [],
    isOTSL: Bool = false
  ) throws(ParseFailure) -> TableDocument {
    let formation = TableFormation(of: table)
    let fatal = formation.issues.filter(\.leavesNoGrid)
    guard fatal.isEmpty else {
      var description = IssueDescription(table: table, formation: formation)
      description.isOTSL = isOTSL
      throw ParseFailure(findings: fatal.map { description.finding(for: $0) })
    }
    return TableDocument(formation, contents: contents, roles: roles)
  }

  /// Each cell, from its first tag or token to the end of its text.
  public func parts(of text: String) -> [TextPart] {
    let ranges =
      switch language {
      case .html: (try? ModelTableParser(parsing: text))?.ranges
      case .otsl: (try? OTSLParser(parsing: text))?.table.ranges
      }
    return (ranges ?? []).enumerated().map { index, range in
      TextPart(path: "/cells/\(index)", range: range)
    }
  }

  /// HTML as a page, HTML as a fragment, OTSL, CSV, Markdown, JSON and plain text.
  public var exporters: [Exporter<TableDocument>] { TableDocument.exporters }

  /// The tables that ``validate(_:)`` has nothing to say about, within the limits of
  /// ``TableConstraint`` or ``OTSLConstraint``.
  public var constraint: (any OutputConstraint)? {
    switch language {
    case .html: TableConstraint()
    case .otsl: OTSLConstraint()
    }
  }
}
