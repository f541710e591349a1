import Foundation
import TaskProtocol

extension RadiographyDocument {
  static let exporters: [Exporter<RadiographyDocument>] = [
    Exporter(
      name: "text",
      fileExtension: "txt",
      mediaType: "text/plain",
      summary: "Sections under headings, the impression as a list; statements are left out."
    ) { $0.text },
    Exporter(
      name: "json",
      fileExtension: "json",
      mediaType: "application/json",
      summary: "The document with its statements; schemas/radiography-document.schema.json.",
      writing: { document throws(ExportFailure) in try document.json }
    ),
    Exporter(
      name: "fhir",
      fileExtension: "json",
      mediaType: "application/fhir+json",
      summary:
        "FHIR R4 DiagnosticReport, status preliminary, without a subject; statements are left out.",
      writing: { document throws(ExportFailure) in try document.fhir }
    ),
  ]

  /// The report as plain text that ``FileReportParser`` reads back.
  var text: String {
    var parts = ["NOTICE: \(notice)"]
    let request = [
      ("INDICATION", indication), ("COMPARISON", comparison), ("TECHNIQUE", technique),
    ]
    for (heading, text) in request {
      if let text { parts.append("\(heading): \(Self.line(text))") }
    }
    parts.append("FINDINGS: " + findings.map { Self.line($0.text) }.joined(separator: " "))
    let items = impression.map { Self.line($0.text) }
    parts.append(
      items.count == 1
        ? "IMPRESSION: \(items[0])"
        : "IMPRESSION:\n"
          + items.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
    )
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A text without line breaks, which would begin headings.
  private static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private var json: String {
    get throws(ExportFailure) { try Self.encoded(self, format: "json") }
  }

  /// A value as indented JSON with sorted members and a newline at the end.
  static func encoded(_ value: some Encodable, format: String) throws(ExportFailure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw ExportFailure(format: format, reason: "the document cannot be encoded: \(error)")
    }
  }
}
