import Checkpoints
import Generation
import JSONText
import Kernels
import LanguageModel
import PaliGemma
import Tensors
import TestSupport
import Testing
import Tokenization

@Suite struct BeamParityTests {
  /// A search recorded by `make_beams.py`.
  private struct Search {
    let options: GenerationOptions
    let endTokens: [Int]
    let tokens: [Int]
    let score: Float

    init(_ value: JSONTree) throws {
      let members = try #require(value.object)
      let width = try #require(members["width"]?.integer)
      let stopping: [String: BeamStopping] = [
        "false": .heuristic, "true": .whenFull, "never": .exhaustive,
      ]
      self.options = GenerationOptions(
        maximumTokens: try #require(members["maximum_tokens"]?.integer),
        strategy: .beam(width: width),
        lengthPenalty: Float(try #require(members["length_penalty"]?.double)),
        beamStopping: try #require(stopping[members["early_stopping"]?.string ?? ""])
      )
      self.endTokens = try #require(members["end_tokens"]?.array).compactMap(\.integer)
      self.tokens = try #require(members["token_ids"]?.array).compactMap(\.integer)
      self.score = Float(try #require(members["score"]?.double))
    }
  }

  @Test(arguments: Reference.float32Cases, InstructionSet.available)
  func `every recorded search finds the reference's hypothesis and score`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference(name, on: instructionSet)
    let model = reference.model
    let prompt = try reference.prompt()
    let recorded = try readJSON(path: "\(reference.golden.checkpointDirectory)/beams.json")
    let searches = try #require(recorded.array).map(Search.init)
    #expect(searches.count == 10)
    for search in searches {
      let session = try DecodingSession(
        decoder: model.decoder,
        prefixLength: prompt.rows,
        suffixCapacity: search.options.maximumTokens,
        width: search.options.width
      )
      let result = try TokenDecoder(
        options: search.options,
        endTokens: Set(search.endTokens),
        forbidden: model.forbidden
      ).decode(SessionPredictor(session: session, prompt: prompt, decoder: model.decoder))
      #expect(result.ids == search.tokens, "\(search.options)")
      let score = try #require(result.score)
      #expect(abs(score - search.score) < 1e-4 * max(1, abs(score)), "\(search.options)")
    }
  }

  @Test func `the facade's beam search is the decoder's`() throws {
    let reference = try Reference("paligemma2-3b-like")
    let output = try reference.model.generate(
      try reference.model.features(of: reference.pixels),
      prompt: "read the table",
      options: GenerationOptions(maximumTokens: 12, strategy: .beam(width: 3))
    )
    let sum = output.logProbabilities.reduce(0, +)
    let score = try #require(output.score)
    #expect(abs(score - sum / Float(output.tokenIDs.count)) < 1e-4)
    #expect(output.text == reference.model.tokenizer.decode(output.tokenIDs))
  }
}
