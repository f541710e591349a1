import Foundation
import MoleculeDomain
import TaskProtocolTesting
import Testing

/// Times of masks, printed on request; the conformance kit holds them to limits (K11).
///
///     COPYIST_MASK_FIGURES=1 swift test -c release --filter MaskSpeedTests
@Suite struct MaskSpeedTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COPYIST_MASK_FIGURES"] != nil))
  func `masks along the accepted texts`() throws {
    let plugin = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let fixtures = try ConformanceFixtures(directory: plugin.appendingPathComponent("Fixtures").path)
    let figures = try measureMasks(
      of: SMILESConstraint(),
      along: fixtures.accept,
      pieces: SyntheticVocabulary(seed: 1).pieces
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }
}
