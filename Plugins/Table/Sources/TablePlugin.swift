public import OutputConstraints
public import TaskProtocol

/// Reads images of tables as HTML.
public struct TablePlugin: TaskPlugin {
  /// The plugin; it holds no state.
  public init() {}

  /// Prompt `table`, images padded to a square, at most 1024 tokens.
  public var manifest: TaskManifest {
    TaskManifest(
      id: "table",
      version: "1.0.0",
      title: "Table images to HTML",
      summary: """
        Transcribes the image of one table into compact HTML with row and column spans, checks that \
        the cells form a grid, and writes it as HTML, CSV, Markdown, JSON or plain text.
        """,
      promptPrefix: "table",
      imagePolicy: .pad,
      maximumTokens: 1024
    )
  }

  /// Reads the model's output into a grid.
  ///
  /// Spans that reach past their row group are clipped and ragged rows are kept, so that there is a
  /// document to show beside the errors that ``validate(_:)`` reports.
  public func parse(_ text: String) throws(ParseFailure) -> TableDocument {
    let parser: ModelTableParser
    do {
      parser = try ModelTableParser(parsing: text)
    } catch {
      throw ParseFailure(findings: [Finding(error)])
    }
    let formation = TableFormation(of: parser.table)
    let description = IssueDescription(table: parser.table, formation: formation)
    let fatal = formation.issues.filter(\.leavesNoGrid)
    guard fatal.isEmpty else {
      throw ParseFailure(findings: fatal.map { description.finding(for: $0) })
    }
    return TableDocument(formation, contents: parser.contents)
  }

  /// HTML as a page, HTML as a fragment, CSV, Markdown, JSON and plain text.
  public var exporters: [Exporter<TableDocument>] { TableDocument.exporters }

  /// The tables that ``validate(_:)`` has nothing to say about, within the limits of
  /// ``TableConstraint``.
  public var constraint: (any OutputConstraint)? { TableConstraint() }
}
