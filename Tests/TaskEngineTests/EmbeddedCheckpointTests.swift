import Foundation
import Generation
import ImageInput
import Kernels
import PaliGemma
import TableDomain
import TaskEngine
import TaskProtocol
import TestSupport
import Testing
import Tokenization

/// The checkpoint that comes with the tool, against what `transformers` reads with the same files;
/// `Tests/Goldens/make_embedded.py` records it.
@Suite struct EmbeddedCheckpointTests {
  private static let directory = Golden.root + "/../../Models/copyist-small"
  private static let pictures = Golden.root + "/embedded"

  private func recorded() throws -> [String: [Int]] {
    let data = try Data(contentsOf: URL(filePath: Self.pictures + "/tokens.json"))
    return try JSONDecoder().decode([String: [Int]].self, from: data)
  }

  @Test(arguments: InstructionSet.available)
  func `greedy tokens are those of the reference on every kernel family`(
    family: InstructionSet
  ) throws {
    let compute = try Compute(threads: 2, instructionSet: family)
    let model = try PaliGemmaModel(directory: Self.directory, compute: compute)
    let recorded = try recorded()
    #expect(recorded.count == 8)
    for (name, expected) in recorded.sorted(by: { $0.key < $1.key }) {
      let image = try RasterImage(contentsOf: "\(Self.pictures)/\(name)")
      let features = try model.features(of: model.preprocessor.pixels(image, fit: .pad))
      let output = try model.generate(
        features,
        prompt: TablePlugin().manifest.promptPrefix,
        options: GenerationOptions(maximumTokens: 256)
      )
      #expect(output.tokenIDs == expected, "\(name): \(output.text)")
    }
  }

  @Test func `the constraint changes nothing where the free output is valid`() throws {
    let model = try PaliGemmaModel(directory: Self.directory, compute: Compute())
    let reference = ModelReference(id: "small", sha256: "", resolution: 224, weights: "BF16")
    let transcriber = Transcriber(model: model, reference: reference)
    var compared = 0
    for name in try recorded().keys.sorted() {
      let bytes = Array(try Data(contentsOf: URL(filePath: "\(Self.pictures)/\(name)")))
      let results = [TranscriptionMode.check, .constrain].map { mode in
        transcriber.transcribe(
          bytes,
          path: name,
          plugin: TablePlugin(),
          options: TranscriptionOptions(mode: mode)
        ).result
      }
      #expect(results[1].status == .valid)
      guard results[0].status == .valid else { continue }
      compared += 1
      #expect(results[0].text == results[1].text)
      #expect(results[1].interventions.isEmpty)
    }
    #expect(compared >= 6)
  }
}
