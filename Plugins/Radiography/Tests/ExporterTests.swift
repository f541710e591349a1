import Foundation
import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct ExporterTests {
  private let plugin = RadiographyPlugin().configured([
    "views": "frontal-lateral", "indication": "Cough.", "prior": "none",
  ])
  private let output =
    "FINDINGS: The lungs are clear. No effusion.\nIMPRESSION:\n1. No acute disease.\n2. Old scar."

  private func exported(_ name: String, _ output: String? = nil) throws -> String {
    let document = try plugin.parse(output ?? self.output)
    let exporter = try #require(plugin.exporters.first { $0.name == name })
    return String(decoding: try exporter.write(document), as: UTF8.self)
  }

  @Test func `every format carries the notice`() throws {
    for exporter in plugin.exporters {
      #expect(try exported(exporter.name).contains("Research draft, not for diagnosis."))
    }
    #expect(plugin.manifest.notice == "Research draft, not for diagnosis.")
  }

  @Test func `the text is the report under headings`() throws {
    #expect(
      try exported("text") == """
        NOTICE: Research draft, not for diagnosis.

        INDICATION: Cough.

        FINDINGS: The lungs are clear. No effusion.

        IMPRESSION:
        1. No acute disease.
        2. Old scar.

        """
    )
  }

  @Test func `what is written can be read back`() throws {
    let document = try plugin.parse(output)
    for exporter in plugin.exporters {
      let source = ValidationSource(bytes: try exporter.write(document), origin: .file)
      let copy = try plugin.read(source)
      #expect(copy.findings == document.findings && copy.impression == document.impression)
      let findings = try plugin.validate(source).filter { $0.severity != .note }
      #expect(findings == [], "\(exporter.name)")
    }
  }

  @Test func `the diagnostic report is a draft of nobody`() throws {
    let text = try exported("fhir")
    #expect(text == (try exported("fhir")))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    )
    #expect(
      Set(object.keys) == [
        "resourceType", "status", "category", "code", "conclusion", "presentedForm",
      ]
    )
    #expect(object["status"] as? String == "preliminary")
    #expect(
      object["conclusion"] as? String
        == "Research draft, not for diagnosis. No acute disease. Old scar."
    )
    #expect(text.contains("\"36643-5\"") && text.contains("\"RAD\""))
    let frontal = RadiographyPlugin().configured(["views": "frontal"])
    let other = try #require(frontal.exporters.first { $0.name == "fhir" })
    let single = String(decoding: try other.write(try frontal.parse(output)), as: UTF8.self)
    #expect(single.contains("\"36554-4\""))
  }

  @Test func `the schema in the repository is the one that the document has`() throws {
    let schema = try JSONSchema(
      of: RadiographyDocument.self,
      identifier: "copyist/radiography-document/1"
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(schema.value), as: UTF8.self) + "\n"
    let path = Files.folder
      .appendingPathComponent("../../schemas/radiography-document.schema.json").standardized
    if ProcessInfo.processInfo.environment["RECORD_SCHEMAS"] != nil {
      try Data(text.utf8).write(to: path)
    }
    let stored = try String(contentsOf: path, encoding: .utf8)
    #expect(stored == text, "record anew with RECORD_SCHEMAS=1 swift test --filter Radiography")
  }
}
