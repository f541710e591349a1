import Foundation
import TableDomain
import TaskProtocol
import Testing

@Suite struct ReadmeTests {
  private let plugin = TablePlugin()

  private func file(_ name: String) throws -> String {
    let url = URL(fileURLWithPath: #filePath).appendingPathComponent("../../\(name)").standardized
    return try String(contentsOf: url, encoding: .utf8)
  }

  /// The text as an indented block of the README.
  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  @Test func `the findings shown are those of the broken file`() throws {
    let text = try file("Fixtures/broken.html")
    let findings = try plugin.validate(
      ValidationSource(bytes: Array(text.utf8), origin: .file, path: "broken.html")
    )
    let lines = findings.map { finding in
      "broken.html:\(finding.line ?? 0):\(finding.column ?? 0): \(finding.severity.rawValue): "
        + "\(finding.message) [\(finding.code)]\n  \(finding.suggestion ?? "")"
    }
    let shown = indented(lines.joined(separator: "\n"))
    #expect(try file("README.md").contains(shown), "\(shown)")
  }

  @Test func `the formats shown are those of the rainfall table`() throws {
    let document = try plugin.parse(try file("Fixtures/rainfall.html"))
    let readme = try file("README.md")
    for exporter in plugin.exporters where ["text", "markdown"].contains(exporter.name) {
      let shown = indented(String(decoding: try exporter.write(document), as: UTF8.self))
      #expect(readme.contains(shown), "\(shown)")
    }
    for exporter in plugin.exporters { #expect(readme.contains("| `\(exporter.name)` |")) }
    for metric in plugin.metrics { #expect(readme.contains("| `\(metric.name)` |")) }
  }

  @Test func `every code in the sources is listed`() throws {
    let readme = try file("README.md")
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Sources")
      .standardized
    var codes: Set<String> = []
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for name in names where !name.hasPrefix("TableConstraint") {
      let source = try file("Sources/\(name)")
      let calls = /(?:failure|report|make|return|code:)[ (]*\(?\s*"(?<code>[a-z]+(?:-[a-z0-9]+)*)"/
      for match in source.matches(of: calls) { codes.insert(String(match.output.code)) }
    }
    #expect(codes.count >= 20)
    for code in codes { #expect(readme.contains("| `\(code)` |"), "\(code)") }
  }
}
