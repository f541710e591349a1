import Foundation
import Generation
import ImageInput
import Kernels
import MoleculeDomain
import MusicDomain
import PaliGemma
import RadiographyDomain
import TableDomain
import TaskEngine
import TaskProtocol
import TestSupport
import Testing
import Tokenization

/// The checkpoints that come with the tool, against what `transformers` reads with the same files;
/// `Tests/Goldens/make_embedded.py` records it.
@Suite struct EmbeddedCheckpointTests {
  /// A checkpoint, its task, and where the recorded pictures are.
  struct Embedded: Sendable, CustomTestStringConvertible {
    let name: String
    let plugin: any TaskPlugin

    var directory: String { Golden.root + "/../../Models/\(name)" }
    var pictures: String { Golden.root + "/embedded/\(plugin.manifest.id)" }
    var testDescription: String { name }

    func recorded() throws -> [String: [Int]] {
      try TestSupport.recorded("embedded/\(plugin.manifest.id)/tokens.json")
    }
  }

  static let all = [
    Embedded(name: "copyist-small", plugin: TablePlugin()),
    Embedded(name: "copyist-molecule", plugin: MoleculePlugin()),
    Embedded(name: "copyist-phantom", plugin: RadiographyPlugin()),
    Embedded(name: "copyist-music", plugin: MusicPlugin()),
  ]

  @Test(arguments: InstructionSet.available, all)
  func `greedy tokens are those of the reference on every kernel family`(
    family: InstructionSet,
    embedded: Embedded
  ) throws {
    let compute = try Compute(threads: 2, instructionSet: family)
    let model = try PaliGemmaModel(directory: embedded.directory, compute: compute)
    let recorded = try embedded.recorded()
    #expect(recorded.count == 8)
    for (name, expected) in recorded.sorted(by: { $0.key < $1.key }) {
      let image = try RasterImage(contentsOf: "\(embedded.pictures)/\(name)")
      let features = try model.features(of: model.preprocessor.pixels(image, fit: .pad))
      let output = try model.generate(
        features,
        prompt: embedded.plugin.manifest.promptPrefix,
        options: GenerationOptions(maximumTokens: 256)
      )
      #expect(output.tokenIDs == expected, "\(name): \(output.text)")
    }
  }

  @Test(arguments: all)
  func `the constraint changes nothing where the free output is valid`(embedded: Embedded) throws {
    try compare(embedded, embedded.plugin)
  }

  private func compare(_ embedded: Embedded, _ plugin: some TaskPlugin) throws {
    var compared = 0
    for name in try embedded.recorded().keys.sorted() {
      let results = try read(
        "\(embedded.pictures)/\(name)",
        by: embedded.directory,
        plugin,
        [.check, .constrain]
      )
      #expect(results[1].status == .valid)
      guard results[0].status == .valid else { continue }
      compared += 1
      #expect(results[0].text == results[1].text)
      #expect(results[1].interventions.isEmpty)
    }
    #expect(compared >= 6)
  }

  /// Two pictures of which the constraint alone makes 1,536 tokens of nothing.
  @Test(arguments: ["two-staves", "two-staves-2"])
  func `a text that the constraint leads astray is replaced by the mended free one`(
    name: String
  ) throws {
    let results = try read(
      Golden.root + "/second-reading/\(name).png",
      by: Golden.root + "/../../Models/copyist-music",
      MusicPlugin(),
      [.check, .repair, .constrain]
    )
    let (free, mended, result) = (results[0], results[1], results[2])
    #expect(free.status == .invalid)
    #expect(result.status == .valid && !result.truncated)
    #expect(result.findings.contains { $0.code == "second-reading" })
    #expect(result.text == mended.text && result.edits == mended.edits && !result.edits.isEmpty)
    #expect(result.interventions.isEmpty && result.tokens < 100)
    // The confidence is that of the mended text, not of the free one.
    let (confidence, freeConfidence) = (result.confidence ?? 1, free.confidence ?? 0)
    #expect(confidence > 0 && confidence < freeConfidence / 1000)
    #expect(!result.parts.isEmpty && result.parts.allSatisfy { $0.confidence >= confidence })
  }

  /// What a checkpoint makes of a picture in each mode.
  private func read(
    _ picture: String,
    by checkpoint: String,
    _ plugin: some TaskPlugin,
    _ modes: [TranscriptionMode]
  ) throws -> [TaskResult] {
    let transcriber = Transcriber(
      model: try PaliGemmaModel(directory: checkpoint, compute: Compute()),
      reference: ModelReference(id: "small", sha256: "", resolution: 224, weights: "BF16")
    )
    let bytes = Array(try Data(contentsOf: URL(filePath: picture)))
    return modes.map { mode in
      transcriber.transcribe(
        bytes,
        path: picture,
        plugin: plugin,
        options: TranscriptionOptions(mode: mode)
      ).result
    }
  }
}
