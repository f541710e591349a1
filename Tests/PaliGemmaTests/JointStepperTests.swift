import Checkpoints
import Foundation
import Generation
import Kernels
import LanguageModel
import PaliGemma
import Synchronization
import Tensors
import TestSupport
import Testing

@Suite struct JointStepperTests {
  /// Requests that differ in prompt, length and strategy.
  private static let requests: [(prompt: String, options: GenerationOptions)] = [
    ("read the table", GenerationOptions(maximumTokens: 12)),
    ("a", GenerationOptions(maximumTokens: 3)),
    ("describe the picture", GenerationOptions(maximumTokens: 7, strategy: .beam(width: 3))),
    ("", GenerationOptions(maximumTokens: 1)),
    (
      "read the table",
      GenerationOptions(
        maximumTokens: 9,
        strategy: .sample(temperature: 1, topK: nil, topP: nil, seed: 4)
      )
    ),
    ("what is it", GenerationOptions(maximumTokens: 12)),
    ("b", GenerationOptions(maximumTokens: 5, strategy: .beam(width: 2))),
  ]

  private func outputs(
    of reference: Reference,
    _ stepper: JointStepper?,
    threads: Int
  ) throws -> [GenerationOutput] {
    let features = try reference.model.features(of: reference.pixels)
    let model = reference.model
    let results = Mutex<[Int: GenerationOutput]>([:])
    let next = Atomic(0)
    let group = DispatchGroup()
    for _ in 0..<threads {
      group.enter()
      Thread.detachNewThread {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < Self.requests.count else { break }
          let request = Self.requests[index]
          let output = try? model.generate(
            features,
            prompt: request.prompt,
            options: request.options,
            stepper: stepper
          )
          results.withLock { $0[index] = output }
        }
        group.leave()
      }
    }
    group.wait()
    return try results.withLock { results in
      try Self.requests.indices.map { try #require(results[$0]) }
    }
  }

  @Test(arguments: ["paligemma2-3b-like", "paligemma1", "sliding-window", "bfloat16"])
  func `requests that step together get the bits that each gets alone`(name: String) throws {
    let combinations = InstructionSet.available.flatMap { set in
      Arithmetic.allCases.map { (set, $0) }
    }
    for (set, arithmetic) in combinations {
      let reference = try Reference(name, on: set, arithmetic: arithmetic)
      let alone = try outputs(of: reference, nil, threads: 1)
      for threads in [2, 3, 7] {
        let together = try outputs(
          of: reference,
          JointStepper(reference.model.decoder),
          threads: threads
        )
        for (one, other) in zip(alone, together) {
          #expect(one.tokenIDs == other.tokenIDs)
          #expect(
            one.logProbabilities.map(\.bitPattern) == other.logProbabilities.map(\.bitPattern)
          )
          #expect(one.finishReason == other.finishReason)
        }
      }
    }
  }

  @Test func `a request that fails lets the others go on`() throws {
    let reference = try Reference("paligemma2-3b-like")
    let model = reference.model
    let prompt = try reference.prompt()
    let stepper = JointStepper(model.decoder)
    func session() throws -> DecodingSession {
      try DecodingSession(decoder: model.decoder, prefixLength: prompt.rows, suffixCapacity: 4)
    }
    let columns = model.checkpoint.configuration.text.vocabularySize
    let good = try session()
    try good.run(prompt: prompt) { _, _ in }
    stepper.join()
    stepper.join()
    let isDone = DispatchSemaphore(value: 0)
    let tokens = Mutex(0)
    nonisolated(unsafe) let session = good
    Thread.detachNewThread {
      let logits = FloatMatrix(rows: 1, columns: columns)
      var sequence = SuffixSequence.empty
      for token in [5, 6, 7] {
        let entry = StepEntry(session: session, sequence: sequence, token: token)
        guard let next = try? stepper.step([entry], logits: logits).first else { break }
        sequence = next
        tokens.withLock { $0 += 1 }
      }
      stepper.leave()
      isDone.signal()
    }
    // The other one never takes a step.
    stepper.leave()
    #expect(isDone.wait(timeout: .now() + 20) == .success)
    #expect(tokens.withLock { $0 } == 3)
  }
}
