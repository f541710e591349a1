import Foundation
import Testing
import XMLValidation

@Suite struct MarkupSchemaTests {
  private static let relaxNG = """
    <element name="a" xmlns="http://relaxng.org/ns/structure/1.0">
      <oneOrMore><element name="b"><attribute name="n"/><text/></element></oneOrMore>
    </element>
    """
  private static let xsd = """
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:element name="a"><xs:complexType><xs:sequence>
        <xs:element name="b" type="xs:integer" maxOccurs="2"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:schema>
    """

  private func element(_ text: String) throws -> MarkupElement {
    try #require(MarkupDocument.xml(Array(text.utf8)).root)
  }

  /// Runs a body with a folder of files, removed afterwards.
  private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("schemas-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("inner folder"),
      withIntermediateDirectories: true
    )
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try body(folder.path)
  }

  @Test func `RELAX NG findings stand at the element they speak of`() throws {
    let schema = try MarkupSchema(text: Self.relaxNG)
    #expect(schema.language == .relaxNG)
    #expect(schema.validate(try element("<a><b n='1'>x</b></a>")).isEmpty)
    let findings = schema.validate(try element("<a>\n<b n='1'/>\n\n  <b m='1'/></a>"))
    #expect(findings.first?.position == SourcePosition(line: 4, column: 3))
    #expect(findings.allSatisfy { $0.origin == .schema })
    #expect(!schema.validate(try element("<z/>")).isEmpty)
  }

  @Test func `XML Schema findings stand at the element they speak of`() throws {
    let schema = try MarkupSchema(text: Self.xsd)
    #expect(schema.language == .xsd)
    #expect(schema.validate(try element("<a><b>1</b><b>2</b></a>")).isEmpty)
    let findings = schema.validate(try element("<a><b>1</b>\n<b>x</b></a>"))
    #expect(findings.first?.position == SourcePosition(line: 2, column: 1))
    #expect(findings.first?.message.contains("xs:integer") == true)
  }

  @Test func `schemas that cannot be used say why`() throws {
    let texts: [(String, String)] = [
      ("", "not well-formed XML"),
      ("<a", "not well-formed XML"),
      ("<a/>", "neither RELAX NG nor XML Schema"),
      ("<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"/>", "not a usable RELAX NG"),
      (
        "<element name=\"a\" xmlns=\"http://relaxng.org/ns/structure/1.0\"><ref name=\"q\"/></element>",
        "not a usable RELAX NG"
      ),
      (
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element type=\"q\"/></xs:schema>",
        "not a usable XML Schema"
      ),
    ]
    for (text, reason) in texts {
      let error = #expect(throws: MarkupSchemaError.self) { try MarkupSchema(text: text) }
      #expect(error?.description.hasPrefix(reason) == true, "\(text) \(String(describing: error))")
    }
    #expect(throws: MarkupSchemaError.self) { try MarkupSchema(path: "/no/such/file.rng") }
    #expect(throws: MarkupSchemaError.self) { try MarkupSchema(path: "/tmp") }
  }

  @Test func `includes are read from the schema's folder and nowhere else`() throws {
    let inner = """
      <grammar xmlns="http://relaxng.org/ns/structure/1.0">
        <define name="b"><element name="b"><empty/></element></define>
      </grammar>
      """
    func outer(_ href: String) -> String {
      """
      <grammar xmlns="http://relaxng.org/ns/structure/1.0">
        <include href="\(href)"/>
        <start><element name="a"><ref name="b"/></element></start>
      </grammar>
      """
    }
    try withFolder([
      "inner folder/inner.rng": inner, "outside.rng": inner,
      "50%41.rng": outer("inner%20folder/inner.rng"),
      "good.rng": outer("inner%20folder/inner.rng"),
      "inner folder/bad.rng": outer("../outside.rng"),
      "net.rng": outer("http://localhost:9/inner.rng"),
      "passwd.rng": outer("/etc/passwd"),
    ]) { folder in
      let good = try MarkupSchema(path: folder + "/good.rng")
      #expect(good.validate(try element("<a><b/></a>")).isEmpty)
      #expect(!good.validate(try element("<a><c/></a>")).isEmpty)
      #expect(throws: Never.self) { try MarkupSchema(path: folder + "/50%41.rng") }
      for name in ["inner folder/bad.rng", "net.rng", "passwd.rng"] {
        let error = #expect(throws: MarkupSchemaError.self) {
          try MarkupSchema(path: folder + "/" + name)
        }
        #expect(error?.reason.contains("it includes") == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `imports by address are found through the catalogue beside the schema`() throws {
    let imported = """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:i">
        <xs:attribute name="n" type="xs:integer"/>
      </xs:schema>
      """
    func importing(_ location: String) -> String {
      """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:i="urn:i">
        <xs:import namespace="urn:i" schemaLocation="\(location)"/>
        <xs:element name="a"><xs:complexType>
          <xs:attribute ref="i:n" use="required"/>
        </xs:complexType></xs:element>
      </xs:schema>
      """
    }
    let catalogue = """
      <!DOCTYPE catalog PUBLIC "-//OASIS//DTD XML Catalogs V1.1//EN" "http://localhost:9/c.dtd">
      <catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
        <group xml:base="inner%20folder/">
          <uri name="http://localhost:9/xsd/i.xsd" uri="i%25.xsd"/>
          <rewriteURI uriStartString="http://localhost:9/b/" rewritePrefix="./"/>
        </group>
        <system systemId="http://localhost:9/passwd" uri="/etc/passwd"/>
        <uri name="http://localhost:9/again" uri="http://localhost:9/xsd/i.xsd"/>
      </catalog>
      """
    try withFolder([
      "catalog.xml": catalogue, "inner folder/i%.xsd": imported, "inner folder/i.xsd": imported,
      "uri.xsd": importing("http://localhost:9/xsd/i.xsd"),
      "rewritten.xsd": importing("http://localhost:9/b/i.xsd"),
      "passwd.xsd": importing("http://localhost:9/passwd"),
      "again.xsd": importing("http://localhost:9/again"),
      "unknown.xsd": importing("http://localhost:9/other.xsd"),
    ]) { folder in
      for name in ["uri.xsd", "rewritten.xsd"] {
        let schema = try MarkupSchema(path: folder + "/" + name)
        #expect(schema.validate(try element("<a xmlns:i='urn:i' i:n='1'/>")).isEmpty)
        #expect(!schema.validate(try element("<a xmlns:i='urn:i' i:n='x'/>")).isEmpty)
        #expect(!schema.validate(try element("<a/>")).isEmpty)
      }
      for name in ["passwd.xsd", "again.xsd", "unknown.xsd"] {
        let error = #expect(throws: MarkupSchemaError.self) {
          try MarkupSchema(path: folder + "/" + name)
        }
        #expect(error?.reason.contains("it includes http://localhost:9/") == true)
      }
    }
  }

  @Test func `one schema serves many threads`() async throws {
    let schema = try MarkupSchema(text: Self.relaxNG)
    let good = try element("<a><b n='1'>x</b></a>")
    let bad = try element("<a><c/></a>")
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          schema.validate(index.isMultiple(of: 2) ? good : bad).isEmpty == index.isMultiple(of: 2)
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
