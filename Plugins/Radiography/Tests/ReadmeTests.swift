import Foundation
import RadiographyDomain
import TaskProtocol
import Testing

@Suite struct ReadmeTests {
  private let plugin = RadiographyPlugin()

  @Test func `formats, measures, options and kinds of rules are listed`() throws {
    let readme = try Files.text("README.md")
    for exporter in plugin.exporters { #expect(readme.contains("| `\(exporter.name)` |")) }
    for metric in plugin.metrics { #expect(readme.contains("| `\(metric.name)` |")) }
    for option in plugin.options {
      #expect(readme.contains("| `\(option.name)` |"))
      for value in option.values { #expect(readme.contains("`\(value)`")) }
    }
    let kinds = try Files.lines("Rules/radiography.rules")
      .filter { $0.hasPrefix("kind ") }.map { $0.split(separator: " ")[1] }
    #expect(Set(kinds).count == 9)
    for kind in Set(kinds) { #expect(readme.contains("| `\(kind)` |"), "\(kind)") }
  }

  @Test func `every code in the sources is listed`() throws {
    let readme = try Files.text("README.md")
    let folder = Files.folder.appendingPathComponent("Sources")
    var codes: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let source = try Files.text("Sources/\(name)")
      let calls = /(?:fail|add|finding|code:)[ (]*\(?\s*"(?<code>[a-z]+(?:-[a-z0-9]+)*)"/
      for match in source.matches(of: calls) { codes.insert(String(match.output.code)) }
    }
    #expect(codes.count >= 30)
    for code in codes { #expect(readme.contains("| `\(code)` |"), "\(code)") }
  }

  @Test func `the example of a rule works as it stands`() throws {
    let readme = try Files.text("README.md")
    let example = readme.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "    rule avoid-infiltrate" }.prefix { !$0.isEmpty }
      .map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(EmbeddedData.problems(inRules: example) == [])
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("rules-\(UUID().uuidString).rules")
    try example.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    let text = "FINDINGS: Left infiltrate. Tumor infiltration of the rib.\nIMPRESSION: Infiltrates."
    let found = try plugin.configured(["rules": url.path]).check(text)
    #expect(found.map(\.code) == ["avoid-infiltrate", "avoid-infiltrate"])
    #expect(found.map(\.line) == [1, 2])
  }
}
