import Foundation
import TaskProtocol
import Testing

@Suite struct JSONSchemaTests {
  struct Sample: Codable {
    var name: String
    var count: Int?
    var share: Double
    var status: TaskStatus
    var parts: [Part]
    var anything: JSONValue?
    struct Part: Codable {
      var flag: Bool
      var label: String?
    }
  }

  @Test func `a schema lists every property with its type and says which are required`() throws {
    let schema = try JSONSchema(of: Sample.self, identifier: "copyist/sample/1").value
    let expected = """
      {"$id": "copyist/sample/1", "$schema": "https://json-schema.org/draft/2020-12/schema",
       "type": "object", "additionalProperties": false,
       "required": ["name", "share", "status", "parts"],
       "properties": {
         "name": {"type": "string"}, "count": {"type": "integer"}, "share": {"type": "number"},
         "status": {"type": "string", "enum": ["valid", "invalid", "abstained", "failed"]},
         "anything": {},
         "parts": {"type": "array", "items": {"type": "object", "additionalProperties": false,
           "required": ["flag"],
           "properties": {"flag": {"type": "boolean"}, "label": {"type": "string"}}}}}}
      """
    #expect(schema == (try JSONDecoder().decode(JSONValue.self, from: Data(expected.utf8))))
  }

  @Test(arguments: ["task-result", "validation-report"])
  func `the schema in the repository is the one that the type has`(name: String) throws {
    let identifier = "copyist/\(name)/1"
    let schema =
      name == "task-result"
      ? try JSONSchema(of: TaskResult.self, identifier: identifier)
      : try JSONSchema(of: ValidationReport.self, identifier: identifier)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(schema.value), as: UTF8.self) + "\n"
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../schemas/\(name).schema.json").standardized
    if ProcessInfo.processInfo.environment["RECORD_SCHEMAS"] != nil {
      try Data(text.utf8).write(to: path)
    }
    let stored = try String(contentsOf: path, encoding: .utf8)
    #expect(stored == text, "record anew with RECORD_SCHEMAS=1 swift test --filter JSONSchema")
  }
}
