import Checkpoints
import Generation
import JSONText
import Kernels
import LanguageModel
import PaliGemma
import TestSupport
import Testing

@Suite struct GenerationParityTests {
  private static let cases = Reference.float32Cases + Reference.halfCases + ["layout-hub"]

  @Test(arguments: cases, InstructionSet.available)
  func `64 greedy tokens equal the reference's`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference(name, on: instructionSet)
    let expected = try reference.golden.integers("greedy", "token_ids")
    let features = try reference.model.features(of: reference.pixels)
    var heard: [GeneratedToken] = []
    let output = try reference.model.generate(
      features,
      prompt: "read the table",
      options: GenerationOptions(maximumTokens: 64),
      onToken: { heard.append($0) }
    )
    #expect(output.tokenIDs == expected)
    expectClose(
      output.logProbabilities,
      try reference.golden.floats("greedy", "logprobs"),
      absolute: 2 * Reference.tolerance(name, instructionSet)
    )
    #expect(output.text == (try reference.golden.value("greedy", "text").string))
    #expect(heard.map(\.id) == output.tokenIDs)
    #expect(output.text.hasPrefix(heard.map(\.text).joined()))
    #expect(output.timing.generatedTokens == 64)
    #expect(output.timing.prefillSeconds > 0 && output.timing.decodeSeconds > 0)
  }

  @Test(arguments: cases, InstructionSet.available)
  func `scores equal the reference's log-probabilities`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference(name, on: instructionSet)
    let score = try reference.model.score(
      try reference.model.features(of: reference.pixels),
      prompt: "read the table",
      text: "a cat 42",
      includingEnd: true
    )
    #expect(score.tokenIDs == (try reference.golden.integers("score", "token_ids")))
    expectClose(
      score.logProbabilities,
      try reference.golden.floats("score", "logprobs"),
      absolute: 2 * Reference.tolerance(name, instructionSet)
    )
  }

  @Test(arguments: Reference.float32Cases)
  func `a score equals the log-probabilities of a generation that is made to write the same`(
    name: String
  ) throws {
    let reference = try Reference(name)
    let model = reference.model
    let features = try model.features(of: reference.pixels)
    let score = try model.score(features, prompt: "a", text: "a cat 42", includingEnd: true)
    let output = try model.generate(
      features,
      prompt: "a",
      options: GenerationOptions(maximumTokens: score.tokenIDs.count),
      mask: Dictation(ids: score.tokenIDs, vocabulary: model.forbidden.limit)
    )
    #expect(output.tokenIDs == score.tokenIDs && output.tokenIDs.count > 3)
    #expect(output.logProbabilities == score.logProbabilities)
    #expect(output.text == "a cat 42" && output.finishReason == .endToken)
    let nothing = try model.score(features, prompt: "", text: "")
    #expect(nothing.tokenIDs.isEmpty && nothing.sum == 0)
  }

  @Test func `a beam of one equals greedy decoding and a seed repeats`() throws {
    let reference = try Reference("paligemma2-3b-like")
    let features = try reference.model.features(of: reference.pixels)
    func run(_ strategy: DecodingStrategy) throws -> [Int] {
      try reference.model.generate(
        features,
        prompt: "read the table",
        options: GenerationOptions(maximumTokens: 24, strategy: strategy)
      ).tokenIDs
    }
    #expect(try run(.beam(width: 1)) == run(.greedy))
    let sampled = try run(.sample(temperature: 2, topK: nil, topP: nil, seed: 5))
    #expect(try run(.sample(temperature: 2, topK: nil, topP: nil, seed: 5)) == sampled)
    #expect(try run(.sample(temperature: 2, topK: nil, topP: nil, seed: 6)) != sampled)
    #expect(try run(.sample(temperature: 2, topK: 1, topP: nil, seed: 7)) == run(.greedy))
  }
}

/// Allows one text, token by token.
private struct Dictation: TokenMasking {
  let ids: [Int]
  let vocabulary: Int

  var initial: Int { 0 }

  func verdict(on id: Int, in state: Int, budget: Int) -> TokenVerdict {
    id == ids[state] ? .allowed : .refused
  }

  func mask(in state: Int, budget: Int) -> TokenSet { TokenSet(limit: vocabulary, [ids[state]]) }

  func advance(_ state: inout Int, by id: Int) { state += 1 }

  func mayEnd(_ state: Int) -> Bool { state == ids.count - 1 }
}
