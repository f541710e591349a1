import Foundation
import RadiographyDomain
import TaskProtocol
import TaskProtocolTesting
import Testing

/// The conformance kit over the radiography plugin, with and without an earlier examination.
///
/// A slice of it runs in every test run. For the long run:
///
///     COPYIST_CONFORMANCE_RUNS=100000 swift test -c release --filter RadiographyConformance
@Suite struct RadiographyConformanceTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  private static var fixtures: ConformanceFixtures {
    get throws {
      try ConformanceFixtures(directory: folder.appendingPathComponent("Fixtures").path)
    }
  }

  private func certificate(
    _ settings: [String: String],
    _ fixtures: ConformanceFixtures
  ) throws -> ConformanceCertificate {
    let runs = ProcessInfo.processInfo.environment["COPYIST_CONFORMANCE_RUNS"].flatMap { Int($0) }
    let options = ConformanceOptions(
      walks: runs ?? 200,
      decodes: runs ?? 300,
      measuresSpeed: settings["prior"] == "none"
    )
    let certificate = try checkConformance(
      of: RadiographyPlugin().configured(settings),
      fixtures: fixtures,
      options: options
    )
    if runs != nil { print(settings, certificate) }
    return certificate
  }

  private func expectAllPassed(_ certificate: ConformanceCertificate, _ checks: [String]) {
    #expect(certificate.passed, "\(certificate.summary)")
    #expect(certificate.invalid == 0 && certificate.unfinished == 0)
    #expect(certificate.maskMismatches == 0 && certificate.goldBlocked == 0)
    #expect(certificate.checks.map(\.id) == (1...13).map { "K\($0)" })
    let passed = certificate.checks.filter { $0.status == .passed }.map(\.id)
    #expect(passed == checks)
  }

  @Test func `the plugin passes the conformance kit without an earlier examination`() throws {
    var fixtures = try Self.fixtures
    fixtures.reject += [
      "FINDINGS: The effusion is unchanged.\nIMPRESSION: Effusion.",
      "FINDINGS: Small effusion.\nIMPRESSION: Compared with the last film it is larger.",
      "FINDINGS: No interval change in the effusion.\nIMPRESSION: Effusion.",
      "FINDINGS: As on the prior study there is an effusion.\nIMPRESSION: Effusion.",
    ]
    let certificate = try certificate(["prior": "none"], fixtures)
    expectAllPassed(certificate, (1...13).map { "K\($0)" })
  }

  @Test func `the plugin passes the conformance kit with an earlier examination`() throws {
    let fixtures = try ConformanceFixtures(
      directory: Self.folder.appendingPathComponent("Fixtures/given").path
    )
    let certificate = try certificate(["prior": "given"], fixtures)
    expectAllPassed(certificate, (1...13).map { "K\($0)" }.filter { $0 != "K11" })
  }
}
