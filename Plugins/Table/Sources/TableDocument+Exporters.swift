import Foundation
import TaskProtocol

extension TableDocument {
  static let exporters: [Exporter<TableDocument>] = [
    Exporter(
      name: "html",
      fileExtension: "html",
      mediaType: "text/html",
      summary: "A whole HTML5 page with the table.",
      write: \.htmlPage
    ),
    Exporter(
      name: "html-fragment",
      fileExtension: "html",
      mediaType: "text/html",
      summary: "The table element alone, as the model writes it.",
      write: { $0.htmlFragment + "\n" }
    ),
    Exporter(
      name: "otsl",
      fileExtension: "otsl",
      mediaType: "text/plain; charset=utf-8",
      summary: "OTSL with text, as in DocTags, but with <, > and & in text as entities.",
      write: { $0.otsl + "\n" }
    ),
    Exporter(
      name: "csv",
      fileExtension: "csv",
      mediaType: "text/csv; charset=utf-8; header=absent",
      summary: "RFC 4180; spans leave empty fields, styles are dropped, values are not changed.",
      write: \.csv
    ),
    Exporter(
      name: "markdown",
      fileExtension: "md",
      mediaType: "text/markdown; charset=utf-8",
      summary: "A GitHub pipe table; spans leave empty cells, header rows are joined into one.",
      write: \.markdown
    ),
    Exporter(
      name: "json",
      fileExtension: "json",
      mediaType: "application/json",
      summary: "The document: the grid with every cell's place, spans, text and styles.",
      write: \.json
    ),
    Exporter(
      name: "text",
      fileExtension: "txt",
      mediaType: "text/plain; charset=utf-8",
      summary: "Aligned columns with box-drawing rules for a terminal; styles are dropped.",
      write: \.plainText
    ),
  ]

  /// The document as indented JSON with sorted keys.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Integers, booleans and strings always encode.
    guard let data = try? encoder.encode(self) else { return "null\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
