import Foundation
import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct FHIRTests {
  private let plugin = RadiographyPlugin()

  private func codes(_ json: String) throws -> [String] {
    try plugin.check(json).filter { $0.severity != .note }.map {
      "\($0.code) \($0.part ?? "\($0.line ?? 0):\($0.column ?? 0)")"
    }
  }

  private func report(_ members: String) -> String {
    """
    {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "XR chest"}, \(members)}
    """
  }

  private let clean = "\"conclusion\": \"No effusion, pneumothorax or consolidation.\""

  @Test func `a report with what R4 requires is valid`() throws {
    let found = try plugin.check(report(clean)).filter { $0.severity == .error }
    #expect(found == [])
  }

  @Test func `each departure from R4 is found at its element`() throws {
    func expect(_ members: String, _ expected: String) throws {
      let found = try codes(report(clean + ", " + members))
      #expect(found.contains(expected), "\(members): \(found)")
    }
    try expect("\"note\": [{\"text\": \"x\"}]", "fhir-element note")
    try expect("\"category\": {\"text\": \"RAD\"}", "fhir-type category")
    try expect("\"issued\": 2024", "fhir-type issued")
    try expect("\"category\": []", "fhir-empty category")
    try expect("\"language\": \"\"", "fhir-empty language")
    try expect("\"subject\": {\"name\": \"x\"}", "fhir-element subject.name")
    try expect(
      "\"effectiveDateTime\": \"2024-01-01\", \"effectivePeriod\": {\"start\": \"2024\"}",
      "fhir-choice effectivePeriod"
    )
    try expect(
      "\"category\": [{\"coding\": [{\"system\": \"LOINC\", \"code\": \"1-2\"}]}]",
      "fhir-system category[0].coding[0].system"
    )
    try expect(
      "\"category\": [{\"coding\": [{\"system\": \"a:b\", \"code\": \" 1\"}]}]",
      "fhir-code category[0].coding[0].code"
    )
    try expect(
      "\"presentedForm\": [{\"data\": \"QUJD\"}]",
      "fhir-attachment presentedForm[0].contentType"
    )
    try expect(
      "\"presentedForm\": [{\"contentType\": \"text/plain\", \"data\": \"!!\"}]",
      "fhir-base64 presentedForm[0].data"
    )
    try expect(
      "\"presentedForm\": [{\"contentType\": \"text/plain\", \"data\": \"/w==\"}]",
      "fhir-text presentedForm[0].data"
    )
  }

  @Test func `status, code and a plain conclusion are asked for`() throws {
    let bare = try codes("{\"resourceType\": \"DiagnosticReport\"}")
    #expect(bare.contains("fhir-required status") && bare.contains("fhir-required code"))
    #expect(bare.contains("fhir-no-text conclusion"))
    let status =
      "{\"resourceType\": \"DiagnosticReport\", \"status\": \"draft\", \"code\": {\"text\": \"x\"}}"
    #expect(try codes(status).contains("fhir-status status"))
    let markup = report("\"conclusion\": \"<div>No effusion.</div>\"")
    #expect(try codes(markup).contains("fhir-conclusion-markup conclusion"))
    #expect(try codes("{\"resourceType\": \"Patient\"}") == ["fhir-resource resourceType"])
    #expect(try codes("{\"a\": 1}") == ["json-unknown 1:1"])
    #expect(try codes("{\"a\": 1,\n}") == ["json-syntax 2:1"])
  }

  @Test func `the rules are applied to the text within`() throws {
    let text =
      "FINDINGS: Left effusion.\nNo effusion. No pneumothorax. No consolidation.\nIMPRESSION: Ok."
    let data = Data(text.utf8).base64EncodedString()
    let attached = report(
      "\"presentedForm\": [{\"contentType\": \"text/plain\", \"data\": \"\(data)\"}]"
    )
    #expect(try codes(attached) == ["contradiction presentedForm[0], line 2"])
    let bundle = "{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": \(attached)}]}"
    #expect(try codes(bundle) == ["contradiction entry[0].resource.presentedForm[0], line 2"])
  }

  @Test func `our own JSON is checked for shape, notice and statements`() throws {
    let document = try plugin.parse("FINDINGS: No effusion.\nIMPRESSION: No acute disease.")
    let json = try #require(plugin.exporters.first { $0.name == "json" })
    let text = String(decoding: try json.write(document), as: UTF8.self)
    #expect(try codes(text) == [])
    let flipped = text.replacing("\"negative\"", with: "\"positive\"")
    #expect(
      try codes(flipped)
        == [
          "statements-differ /findings/0/statements", "statements-differ /impression/0/statements",
        ]
    )
    let silent = text.replacing("not for diagnosis", with: "use freely")
    #expect(try codes(silent) == ["notice-missing /notice"])
    let broken = text.replacing("\"cut\"", with: "\"cu\"")
    let finding = try #require(try plugin.check(broken).first)
    #expect(finding.code == "json-shape" && finding.message.contains("/findings/0/cut is missing"))
  }

  @Test func `what fhir.resources refuses is an error here too`() throws {
    // What the package lets pass and R4 does not: base64, the status list, att-1, types that it
    // converts, empty arrays, null, relative systems; and markup.
    let ours: Set<String> = [
      "base64-broken", "conclusion-number", "empty-array", "form-without-type",
      "markup-in-conclusion", "null-element", "status-unknown-word", "system-no-uri",
    ]
    var count = 0
    for line in try Files.lines("Fixtures/FHIR/verdicts.tsv") {
      let fields = line.split(separator: "\t").map(String.init)
      let found = try plugin.check(try Files.text("Fixtures/FHIR/\(fields[0]).json"))
      let isValid = !found.contains { $0.severity == .error }
      let expected = fields[1] == "valid" && !ours.contains(fields[0])
      #expect(isValid == expected, "\(fields[0]): \(found.map(\.message))")
      count += 1
    }
    #expect(count >= 25)
  }

  @Test(arguments: RadiographViews.allCases)
  func `the drafts that fhir.resources was asked about are those written`(
    views: RadiographViews
  ) throws {
    let plugin = RadiographyPlugin().configured(["views": views.rawValue])
    let document = try plugin.parse(
      "FINDINGS: Small left effusion. No pneumothorax.\nIMPRESSION:\n1. Effusion.\n2. No other mass."
    )
    let exporter = try #require(plugin.exporters.first { $0.name == "fhir" })
    let text = String(decoding: try exporter.write(document), as: UTF8.self)
    let url = Files.folder.appendingPathComponent("Fixtures/FHIR/ok-draft-\(views.rawValue).json")
    if ProcessInfo.processInfo.environment["RECORD_FHIR"] != nil {
      try Data(text.utf8).write(to: url)
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == text, "record with RECORD_FHIR=1")
  }
}
