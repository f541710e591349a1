import Foundation
import MusicDomain
import TaskProtocol
import TaskProtocolTesting
import Testing

/// The conformance kit over the music plugin in its three languages.
///
/// A slice of it runs in every test run. For the long run:
///
///     COPYIST_CONFORMANCE_RUNS=100000 swift test -c release --filter KernConstraintConformance
@Suite struct KernConstraintConformanceTests {
  /// The fixtures as a form spells them.
  private static func fixtures(_ form: KernForm) throws -> ConformanceFixtures {
    let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = plugin.appendingPathComponent("Fixtures")
    return try ConformanceFixtures(
      directory: (form == .kern ? folder : folder.appendingPathComponent(form.rawValue)).path
    )
  }

  @Test(arguments: KernForm.allCases)
  func `the fixtures of each form are the same scores`(form: KernForm) throws {
    let plain = try Self.fixtures(.kern).accept
    let spelled = try plain.map { KernWriter.write(try MusicPlugin().parse($0), as: form) }
    #expect(try Self.fixtures(form).accept == (form == .kern ? plain : spelled))
  }

  @Test(arguments: KernForm.allCases)
  func `the music plugin passes the conformance kit`(form: KernForm) throws {
    let runs = ProcessInfo.processInfo.environment["COPYIST_CONFORMANCE_RUNS"].flatMap { Int($0) }
    var options = ConformanceOptions(
      walks: runs ?? 300,
      decodes: runs ?? 1000,
      measuresSpeed: form == .kern || runs != nil
    )
    // Masks after a pitch take 80 to 100 us when idle, the goal is 50: see docs/Validity.md.
    options.speedSlack = 4
    let certificate = try checkConformance(
      of: MusicPlugin(language: form),
      fixtures: Self.fixtures(form),
      options: options
    )
    if runs != nil { print(certificate) }
    if let figures = certificate.figures { print(form, figures) }
    #expect(certificate.passed, "\(certificate.summary)")
    #expect(certificate.invalid == 0 && certificate.unfinished == 0)
    #expect(certificate.maskMismatches == 0 && certificate.goldBlocked == 0)
    #expect(certificate.checks.map(\.id) == (1...13).map { "K\($0)" })
    for check in certificate.checks where check.id != "K11" || certificate.figures != nil {
      #expect(check.status == .passed, "\(check)")
    }
  }
}
