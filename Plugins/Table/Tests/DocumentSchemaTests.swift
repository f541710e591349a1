import Foundation
import TableDomain
import TaskProtocol
import Testing

@Suite struct DocumentSchemaTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../../schemas/table-document.schema.json").standardized

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  @Test func `the schema in the repository is the one that the document has`() throws {
    let schema = try JSONSchema(of: TableDocument.self, identifier: "copyist/table-document/1")
    let text = try Self.text(schema.value)
    if ProcessInfo.processInfo.environment["RECORD_SCHEMAS"] != nil {
      try Data(text.utf8).write(to: Self.path)
    }
    let stored = try String(contentsOf: Self.path, encoding: .utf8)
    #expect(stored == text, "record anew with RECORD_SCHEMAS=1 swift test --filter DocumentSchema")
  }

  @Test func `what is written has the schema's properties and no others`() throws {
    let document = try TablePlugin(language: .otsl).parse(
      "<otsl><ched>a<ched>b<nl><rhed>c<fcel>d<br>e<nl></otsl>"
    )
    let written = try JSONDecoder().decode(JSONValue.self, from: Data(document.json.utf8))
    let schema = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: Self.path))
    check(written, against: schema, at: "")
  }

  private func check(_ value: JSONValue, against schema: JSONValue, at path: String) {
    guard case .object(let rules) = schema else { return }
    switch value {
    case .object(let members):
      guard case .object(let properties) = rules["properties"],
        case .array(let required) = rules["required"]
      else {
        Issue.record("no object at \(path)")
        return
      }
      for name in required {
        guard case .string(let name) = name else { continue }
        #expect(members[name] != nil, "\(path) lacks \(name)")
      }
      for (name, member) in members {
        guard let rule = properties[name] else {
          Issue.record("\(path) has \(name), which the schema does not know")
          continue
        }
        check(member, against: rule, at: path + "/" + name)
      }
    case .array(let items):
      for item in items { check(item, against: rules["items"] ?? .null, at: path + "/*") }
    case .string: #expect(rules["type"] == .string("string"))
    case .integer: #expect(rules["type"] == .string("integer"))
    case .bool: #expect(rules["type"] == .string("boolean"))
    default: Issue.record("unexpected value at \(path)")
    }
  }
}
