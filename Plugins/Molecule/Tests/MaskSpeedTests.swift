import Foundation
import MoleculeDomain
import TaskProtocolTesting
import Testing

/// Times of masks, printed on request; the conformance kit holds them to limits (K11).
///
/// The value says how often each mask is computed; the fastest counts.
///
///     COPYIST_MASK_FIGURES=3 swift test -c release --filter MaskSpeedTests
@Suite struct MaskSpeedTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COPYIST_MASK_FIGURES"] != nil))
  func `masks along the accepted texts`() throws {
    let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let fixtures = try ConformanceFixtures(
      directory: plugin.appendingPathComponent("Fixtures").path
    )
    let repetitions = ProcessInfo.processInfo.environment["COPYIST_MASK_FIGURES"].flatMap(Int.init)
    let figures = try measureMasks(
      of: SMILESConstraint(),
      along: fixtures.accept,
      pieces: SyntheticVocabulary(seed: 1).pieces,
      repetitions: repetitions ?? 3
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }
}
