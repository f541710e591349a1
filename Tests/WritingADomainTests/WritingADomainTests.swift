import CommandLineTool
import Foundation
import OutputConstraints
import TaskProtocol
import TaskProtocolTesting
import Testing

/// The example of docs/WritingADomain.md and the scaffold of `copyist plugin new`, compiled and checked.
@Suite struct WritingADomainTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path).standardized, encoding: .utf8)
  }

  @Test func `the chess domain passes the conformance kit`() throws {
    let fixtures = Self.folder.appending(path: "Fixtures/Chess").path(percentEncoded: false)
    let certificate = try checkConformance(
      of: ChessPlugin(),
      fixtures: ConformanceFixtures(directory: fixtures),
      options: ConformanceOptions(walks: 500, decodes: 500, jobs: 2)
    )
    #expect(certificate.passed, "\(certificate.summary)")
    #expect(certificate.walks > 1000)
  }

  @Test(arguments: ["ChessPosition.swift", "ChessConstraint.swift", "ChessPlugin.swift"])
  func `the document shows the code that is compiled here`(name: String) throws {
    let document = try Self.text("../../docs/WritingADomain.md")
    let code = try Self.text("Chess/\(name)")
    let block = "<!-- Tests/WritingADomainTests/Chess/\(name) -->\n```swift\n\(code)```\n"
    #expect(document.contains(block), "copy \(name) into docs/WritingADomain.md again")
  }

  @Test func `parts, exports and the metric of the example do what the document says`() throws {
    let plugin = ChessPlugin()
    let start = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"
    let position = try plugin.parse(start)
    #expect(position.fen == start)
    #expect(plugin.parts(of: start).map(\.path).last == "/ranks/7")
    #expect(
      plugin.parts(of: start).map { String(Array(start)[$0.range]) }.joined(separator: "/") == start
    )
    let board = try #require(plugin.exporters.last)
    #expect(
      String(decoding: try board.write(position), as: UTF8.self).split(separator: "\n").count == 8
    )
    let moved = "rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR"
    #expect(plugin.metrics[0].score(moved, start) == 62.0 / 64)
    let file = ValidationSource(bytes: Array((start + "\n").utf8), origin: .file)
    #expect(try plugin.validate(file).isEmpty)
  }

  @Test func `a broken position is mended by edits that are listed`() throws {
    let repair = try #require(ChessPlugin().repair("rnbqkbnr/ppppppp/8/8/8/8/PPPPPPPPP/RNBQKBNR"))
    _ = try ChessPlugin().parse(repair.text)
    #expect(repair.edits.count >= 2)
    #expect(repair.edits.allSatisfy { !$0.message.isEmpty })
  }

  @Test func `the scaffold is the domain that is compiled here`() throws {
    for file in PluginScaffold(name: "Meter").files where file.path.hasSuffix(".swift") {
      guard file.path.hasPrefix("Sources/") else { continue }
      let name = file.path.dropFirst("Sources/".count)
      #expect(try Self.text("Meter/\(name)") == file.text, "\(file.path)")
    }
  }

  @Test func `the scaffold passes the conformance kit before anything is changed`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "copyist-scaffold-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in PluginScaffold(name: "Meter").files where file.path.hasPrefix("Fixtures/") {
      let url = folder.appending(path: file.path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(file.text.utf8).write(to: url)
    }
    let fixtures = folder.appending(path: "Fixtures").path(percentEncoded: false)
    let certificate = try checkConformance(
      of: MeterPlugin(),
      fixtures: ConformanceFixtures(directory: fixtures),
      options: ConformanceOptions(walks: 300, decodes: 300)
    )
    #expect(certificate.passed, "\(certificate.summary)")
    // The times of masks were not asked for.
    #expect(certificate.checks.filter { $0.status == .passed }.count == 12)
  }

  @Test func `a name becomes a task name`() {
    #expect(PluginScaffold(name: "BarCode").task == "bar-code")
    #expect(PluginScaffold.isName("Chess") && !PluginScaffold.isName("chess"))
    #expect(
      !PluginScaffold.isName("Ch ess") && !PluginScaffold.isName("")
        && !PluginScaffold.isName("Échec")
    )
  }
}
