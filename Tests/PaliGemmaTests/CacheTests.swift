import Checkpoints
import Kernels
import LanguageModel
import PaliGemma
import Tensors
import TestSupport
import Testing

@Suite struct CacheTests {
  private static let cases = Reference.float32Cases + Reference.halfCases
  /// Cached and whole passes differ in nothing but how many rows go together, which no kernel's
  /// result depends on.
  private static let tolerance: Float = 0

  @Test(arguments: cases, InstructionSet.available)
  func `cached decoding equals one pass over everything`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    for arithmetic in Arithmetic.allCases {
      try checkCache(try Reference(name, on: instructionSet, arithmetic: arithmetic))
    }
  }

  private func checkCache(_ reference: Reference) throws {
    let suffix = Array(try reference.golden.integers("greedy", "token_ids").prefix(20))
    let whole = try reference.logits(suffix: suffix)
    let prompt = try reference.prompt()
    let session = try DecodingSession(
      decoder: reference.model.decoder,
      prefixLength: prompt.rows,
      suffixCapacity: suffix.count
    )
    let logits = FloatMatrix(rows: 1, columns: whole[0].count)
    try session.run(prompt: prompt) { _, row in
      logits.pointer.update(from: row, count: logits.columns)
    }
    expectClose(logits.values, whole[0], absolute: Self.tolerance)
    var sequence = SuffixSequence.empty
    for (index, token) in suffix.enumerated() {
      sequence = try session.step([(sequence, token)], logits: logits)[0]
      expectClose(logits.values, whole[index + 1], absolute: Self.tolerance, "token \(index)")
    }
    #expect(sequence.count == suffix.count)
  }

  @Test(arguments: ["paligemma1", "sliding-window"], InstructionSet.available)
  func `forked hypotheses see their own tokens and no others'`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    for arithmetic in Arithmetic.allCases {
      try checkForks(try Reference(name, on: instructionSet, arithmetic: arithmetic))
    }
  }

  private func checkForks(_ reference: Reference) throws {
    let prompt = try reference.prompt()
    let width = 4
    for seed in UInt64(0)..<4 {
      var generator = SeededGenerator(seed: seed)
      let session = try DecodingSession(
        decoder: reference.model.decoder,
        prefixLength: prompt.rows,
        suffixCapacity: 14,
        width: width
      )
      try session.run(prompt: prompt) { _, _ in }
      var live: [(sequence: SuffixSequence, path: [Int])] = [(.empty, [])]
      let logits = FloatMatrix(
        rows: width,
        columns: reference.model.checkpoint.configuration.text.vocabularySize
      )
      for step in 0..<14 {
        // Any parents, some of them several times, and not always as many as before.
        let count = Int.random(in: 1...width, using: &generator)
        let picks = (0..<count).map { _ in
          (
            parent: live.randomElement(using: &generator) ?? live[0],
            token: Int.random(in: 4..<290, using: &generator)
          )
        }
        let next = try session.step(
          picks.map { ($0.parent.sequence, $0.token) },
          logits: logits
        )
        live = zip(next, picks).map { ($0, $1.parent.path + [$1.token]) }
        guard step % 4 == 1 || step == 13 else { continue }
        for (row, entry) in live.enumerated() {
          let expected = try reference.logits(suffix: entry.path)
          let found = Array(
            UnsafeBufferPointer(start: logits.row(row), count: logits.columns)
          )
          expectClose(
            found,
            expected[entry.path.count],
            absolute: Self.tolerance,
            "seed \(seed), step \(step), row \(row)"
          )
        }
      }
    }
  }

  @Test(arguments: cases, InstructionSet.available)
  func `a later token changes no logit before it`(
    name: String,
    instructionSet: InstructionSet
  ) throws {
    let reference = try Reference(name, on: instructionSet)
    let suffix = try reference.suffix
    let before = try reference.logits(suffix: suffix, first: 0)
    let prefix = before.count - suffix.count
    for index in suffix.indices {
      var changed = suffix
      changed[index] = suffix[index] == 50 ? 51 : 50
      let after = try reference.logits(suffix: changed, first: 0)
      #expect(after[..<(prefix + index)] == before[..<(prefix + index)], "token \(index)")
      #expect(after[prefix + index] != before[prefix + index], "token \(index)")
    }
  }

  @Test func `a changed prompt token changes the image's rows: the prompt sees all of itself`()
    throws
  {
    let reference = try Reference("paligemma2-3b-like")
    let model = reference.model
    let features = try model.features(of: reference.pixels)
    func firstRow(_ prompt: String) throws -> [Float] {
      let embeddings = try model.promptEmbeddings(
        features,
        tokens: try model.promptTokens(prompt)
      )
      let session = try DecodingSession(
        decoder: model.decoder,
        prefixLength: embeddings.rows,
        suffixCapacity: 0
      )
      var result: [Float] = []
      try session.run(prompt: embeddings, firstLogits: 0) { position, row in
        if position == 0 { result = Array(UnsafeBufferPointer(start: row, count: 320)) }
      }
      return result
    }
    #expect(try firstRow("read the table") != firstRow("read the cable"))
    #expect(try firstRow("read the table") == firstRow("read the table"))
  }

  @Test func `the sliding window hides the oldest positions and can be turned off`() throws {
    let reference = try Reference("sliding-window")
    let suffix = try reference.suffix
    let windowed = try reference.logits(suffix: suffix)
    let full = try reference.logits(suffix: suffix, windowPolicy: .full)
    // The prompt sees all of itself either way; its last row predicts the first token.
    #expect(windowed[0] == full[0])
    for index in 1..<suffix.count {
      #expect(LargestDifference(windowed[index], full[index]).value > 1e-3, "token \(index)")
    }
    let wide = try Reference("paligemma2-3b-like")
    #expect(
      try wide.logits(suffix: suffix) == wide.logits(suffix: suffix, windowPolicy: .full)
    )
  }

  @Test(arguments: InstructionSet.available)
  func `the number of threads changes no bit`(instructionSet: InstructionSet) throws {
    for name in ["paligemma2-3b-like", "bfloat16"] {
      let one = try Reference(name, on: instructionSet, threads: 1)
      let expected = try one.logits(suffix: try one.suffix, first: 0)
      for threads in [2, 3, 5] {
        let many = try Reference(name, on: instructionSet, threads: threads)
        #expect(try many.logits(suffix: try many.suffix, first: 0) == expected)
      }
    }
  }

  @Test(arguments: Arithmetic.allCases)
  func `sliding blocks that keep only their window give the same bits`(arithmetic: Arithmetic)
    throws
  {
    let reference = try Reference("sliding-window", arithmetic: arithmetic)
    let prompt = try reference.prompt()
    let count = 1200
    let sessions = try [true, false].map { isStepwise in
      try DecodingSession(
        decoder: reference.model.decoder,
        prefixLength: prompt.rows,
        suffixCapacity: count,
        isStepwise: isStepwise
      )
    }
    let columns = reference.model.checkpoint.configuration.text.vocabularySize
    let logits = sessions.map { _ in FloatMatrix(rows: 1, columns: columns) }
    for session in sessions { try session.run(prompt: prompt) { _, _ in } }
    var sequences = sessions.map { _ in SuffixSequence.empty }
    var generator = SeededGenerator(seed: 5)
    for step in 0..<count {
      let token = Int.random(in: 4..<290, using: &generator)
      for index in sessions.indices {
        sequences[index] = try sessions[index].step(
          [(sequences[index], token)],
          logits: logits[index]
        )[0]
      }
      guard logits[0].values == logits[1].values else {
        Issue.record("step \(step)")
        return
      }
    }
  }
}
