import Foundation
import MoleculeDomain
import TaskProtocol
import Testing

/// What comes from libindigo: canonical forms, exports, metrics.
@Suite struct ToolkitTests {
  private let plugin = MoleculePlugin()

  private func metric(_ name: String) throws -> TaskMetric {
    try #require(plugin.metrics.first { $0.name == name })
  }

  private func written(_ name: String, _ smiles: String) throws -> String {
    let exporter = try #require(plugin.exporters.first { $0.name == name })
    return String(decoding: try exporter.write(try plugin.parse(smiles)), as: UTF8.self)
  }

  @Test func `two ways of writing a molecule have one canonical form`() throws {
    let forms = try ["OCC", "C(O)C", "CCO"].map { try plugin.parse($0).canonicalSMILES }
    #expect(Set(forms).count == 1)
    #expect(forms[0] != nil)
  }

  @Test func `R groups keep their labels, however they are written`() throws {
    let forms = try ["[1*]CC*", "*CC[1*]", "*CC[*:1]"].map { try plugin.parse($0).canonicalSMILES }
    #expect(Set(forms).count == 1)
    #expect(forms[0] == "*CC[1*]" || forms[0] == "[1*]CC*")
    #expect(try plugin.parse("[2*]CC*").canonicalSMILES != forms[0])
    let file = ValidationSource(bytes: Array("[R1]CC[R]".utf8), origin: .file, path: "a.smi")
    #expect(try plugin.validate(file).map(\.code) == ["r-group", "r-group"])
    #expect(try plugin.validate(file).allSatisfy { $0.severity == .warning })
    #expect(try plugin.read(file).canonicalSMILES == forms[0])
    #expect(try plugin.read(file).atoms.map(\.rGroup) == [1, nil, nil, nil])
    #expect(try written("mol", "[1*]CC*").contains("M  RGP"))
  }

  @Test func `exact match agrees with RDKit on recorded pairs`() throws {
    let exact = try metric("exact-indigo")
    let flat = try metric("exact-indigo-flat")
    let tanimoto = try metric("tanimoto-indigo-sim")
    let rows = try String(contentsOfFile: fixture("pairs.tsv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.count > 300)
    var disagreements: [String] = []
    // RDKit rewrites the two as charged forms; libindigo leaves them as they are.
    let rewritten = ["CN(=O)=O", "OCl(=O)(=O)=O"]
    for row in rows where !rewritten.contains(row[0]) {
      let value = tanimoto.score(row[1], row[0])
      #expect((0...1).contains(value), "\(row)")
      if row[2] == "1" { #expect(value == 1, "\(row)") }
      for (metric, expected) in [(exact, row[2]), (flat, row[3])]
      where metric.score(row[1], row[0]) != Double(expected) {
        disagreements.append("\(metric.name) \(row[0]) \(row[1]) RDKit \(expected)")
      }
    }
    #expect(rows.count { rewritten.contains($0[0]) } <= 8)
    print("\(disagreements.count) of \(2 * rows.count) differ", disagreements)
    #expect(disagreements.count * 100 <= 2 * rows.count)
  }

  @Test func `metrics of text that is no molecule are zero unless the text is equal`() throws {
    #expect(try metric("exact-indigo").score("C(", "C") == 0)
    #expect(try metric("exact-indigo").score("C(", "C(") == 1)
    #expect(try metric("valid-rdkit-2026.09").score("C(", "C") == 0)
    #expect(try metric("valid-rdkit-2026.09").score("CO", "C") == 1)
    #expect(try metric("tanimoto-indigo-sim").score("C(", "C") == 0)
    #expect(try metric("exact-indigo").score("N[C@@H](C)O", "N[C@H](C)O") == 0)
    #expect(try metric("exact-indigo-flat").score("N[C@@H](C)O", "N[C@H](C)O") == 1)
  }

  @Test func `exports are valid files of their formats and read back as the same molecule`() throws
  {
    for smiles in ["CC(=O)Oc1ccccc1C(=O)O", "N[C@@H](C)C(=O)O", "[13CH3][NH3+].[Cl-]"] {
      let canonical = try plugin.parse(smiles).canonicalSMILES
      for name in ["mol", "sdf"] {
        let text = try written(name, smiles)
        #expect(try written(name, smiles) == text, "the same file every time")
        let source = ValidationSource(bytes: Array(text.utf8), origin: .file, path: "a.\(name)")
        #expect(try plugin.validate(source).filter { $0.severity == .error } == [])
        #expect(try plugin.read(source).canonicalSMILES == canonical, "\(name) of \(smiles)")
      }
      #expect(try written("svg", smiles).contains("<svg"))
      let png = try #require(plugin.exporters.first { $0.name == "png" })
      #expect(try png.write(try plugin.parse(smiles)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
  }

  @Test func `what an exporter cannot hold is said`() throws {
    let document = try plugin.parse(String(repeating: "C", count: 1000))
    let exporter = try #require(plugin.exporters.first { $0.name == "mol" })
    let failure = #expect(throws: ExportFailure.self) { _ = try exporter.write(document) }
    #expect(failure?.reason.contains("999") == true)
  }

  @Test func `a long string is parsed without libindigo`() throws {
    let document = try plugin.parse(String(repeating: "C", count: 20_000))
    #expect(document.canonicalSMILES == nil)
    #expect(document.atoms.count == 20_000)
  }

  @Test func `each atom's part is its symbol or bracket`() throws {
    let text = "  C[C@@H](Cl)c1cc[nH]c1*\n"
    let document = try plugin.parse(text)
    let bytes = Array(text.utf8)
    let parts = plugin.parts(of: text)
    #expect(parts.map(\.path) == document.atoms.indices.map { "/atoms/\($0)" })
    let tokens = parts.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    #expect(tokens == ["C", "[C@@H]", "Cl", "c", "c", "c", "[nH]", "c", "*"])
    #expect(plugin.parts(of: "C(").isEmpty)
  }

  @Test func `libindigo's doubts are a warning`() throws {
    let found = try plugin.validate(ValidationSource(modelOutput: "C[Cl+]C"))
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test func `the schema in the repository is the one that the document has`() throws {
    let schema = try JSONSchema(
      of: MoleculeDocument.self,
      identifier: "copyist/molecule-document/1"
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(schema.value), as: UTF8.self) + "\n"
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../schemas/molecule-document.schema.json").standardized
    if ProcessInfo.processInfo.environment["RECORD_SCHEMAS"] != nil {
      try Data(text.utf8).write(to: path)
    }
    let stored = try String(contentsOf: path, encoding: .utf8)
    #expect(stored == text, "record anew with RECORD_SCHEMAS=1 swift test --filter ToolkitTests")
  }
}
