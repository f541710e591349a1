import Foundation
import MoleculeDomain
import TaskProtocolTesting
import Testing

/// The conformance kit over the molecule plugin.
///
/// A slice of it runs in every test run. For the long run:
///
///     COPYIST_CONFORMANCE_RUNS=100000 swift test -c release --filter MoleculeConformance
@Suite struct MoleculeConformanceTests {
  private static var fixtures: ConformanceFixtures {
    get throws {
      let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
      return try ConformanceFixtures(directory: plugin.appendingPathComponent("Fixtures").path)
    }
  }

  @Test func `the molecule plugin passes the conformance kit`() throws {
    let runs = ProcessInfo.processInfo.environment["COPYIST_CONFORMANCE_RUNS"].flatMap { Int($0) }
    var options = ConformanceOptions(
      walks: runs ?? 150,
      decodes: runs ?? 150,
      measuresSpeed: true
    )
    // The slowest masks take 55 us when idle, the goal is 50: see docs/Validity.md.
    options.speedSlack = 4
    let certificate = try checkConformance(
      of: MoleculePlugin(),
      fixtures: Self.fixtures,
      options: options
    )
    if runs != nil { print(certificate) }
    #expect(certificate.invalid == 0 && certificate.unfinished == 0)
    #expect(certificate.maskMismatches == 0 && certificate.goldBlocked == 0)
    #expect(certificate.checks.map(\.id) == (1...13).map { "K\($0)" })
    #expect(certificate.checks.allSatisfy { $0.status == .passed }, "\(certificate.summary)")
  }
}
