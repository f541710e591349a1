import Foundation
import TableDomain
import TaskProtocolTesting
import Testing

/// The conformance kit over the table plugin.
///
/// A slice of it runs in every test run. For the long run:
///
///     COPYIST_CONFORMANCE_RUNS=100000 swift test -c release --filter TableConstraintConformance
@Suite struct TableConstraintConformanceTests {
  private static func fixtures(_ language: TablePlugin.Language) throws -> ConformanceFixtures {
    let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = language == .html ? "Fixtures" : "Fixtures/otsl"
    return try ConformanceFixtures(directory: plugin.appendingPathComponent(folder).path)
  }

  @Test(arguments: TablePlugin.Language.allCases)
  func `the table plugin passes the conformance kit`(language: TablePlugin.Language) throws {
    let runs = ProcessInfo.processInfo.environment["COPYIST_CONFORMANCE_RUNS"].flatMap { Int($0) }
    let certificate = try checkConformance(
      of: TablePlugin(language: language),
      fixtures: Self.fixtures(language),
      options: ConformanceOptions(
        walks: runs ?? 400,
        decodes: runs ?? 2000,
        measuresSpeed: true
      )
    )
    if runs != nil { print(language, certificate) }
    #expect(certificate.passed, "\(certificate.summary)")
    #expect(certificate.invalid == 0 && certificate.unfinished == 0)
    #expect(certificate.maskMismatches == 0 && certificate.goldBlocked == 0)
    #expect(certificate.checks.map(\.id) == (1...13).map { "K\($0)" })
    #expect(certificate.checks.allSatisfy { $0.status == .passed })
  }
}
