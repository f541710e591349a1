import Checkpoints
import Generation
import ImageInput
import Kernels
import LanguageModel
import PaliGemma
import Tensors
import TestSupport
import Testing
import Tokenization

@Suite struct RequestTests {
  private func reference() throws -> Reference { try Reference("paligemma2-3b-like") }

  @Test func `pixels of another size are refused by name`() throws {
    let reference = try reference()
    let pixels = PixelTensor(size: 14, values: [Float](repeating: 0, count: 3 * 14 * 14))
    #expect(throws: PaliGemmaError.imageSize(found: 14, expected: 42)) {
      try reference.model.features(of: pixels)
    }
  }

  @Test func `a prompt that holds the image token is refused`() throws {
    let reference = try reference()
    #expect(throws: PaliGemmaError.imageTokenInPrompt) {
      try reference.model.promptTokens("read <image> the table")
    }
  }

  @Test func `a prompt past the last position is refused before the model runs`() throws {
    let reference = try reference()
    let features = try reference.model.features(of: reference.pixels)
    let limit = reference.model.checkpoint.configuration.text.maximumPositions
    let tokens = [Int](repeating: 50, count: limit - features.matrix.rows + 1)
    #expect(throws: PaliGemmaError.promptTooLong(found: limit + 1, limit: limit)) {
      try reference.model.promptEmbeddings(features, tokens: tokens)
    }
    let longest = try reference.model.promptEmbeddings(
      features,
      tokens: Array(tokens.dropLast())
    )
    #expect(longest.rows == limit)
  }

  @Test func `the newline is tokenised together with the prompt and nothing is stripped`() throws {
    let model = try reference().model
    #expect(try model.promptTokens("") == [2] + model.tokenizer.encode("\n"))
    #expect(try model.promptTokens("a ") == [2] + model.tokenizer.encode("a \n"))
  }

  @Test func `features of another model are refused`() throws {
    let reference = try reference()
    let features = ImageFeatures(matrix: FloatMatrix(rows: 3, columns: 48), seconds: 0)
    #expect(throws: PaliGemmaError.self) { try reference.model.generate(features, prompt: "a") }
  }

  @Test func `a text with the image token cannot be scored`() throws {
    let reference = try reference()
    let features = try reference.model.features(of: reference.pixels)
    #expect(throws: PaliGemmaError.self) {
      try reference.model.score(features, prompt: "a", text: "at <image>")
    }
  }

  @Test func `a request larger than any memory is an error`() throws {
    let reference = try reference()
    let features = try reference.model.features(of: reference.pixels)
    for count in [Int.max, Int.max / 2, 1 << 40] {
      #expect(throws: LanguageModelError.self) {
        try reference.model.generate(
          features,
          prompt: "a",
          options: GenerationOptions(maximumTokens: count)
        )
      }
    }
  }

  @Test func `a cache that the system cannot grant is an error, not a crash`() throws {
    let reference = try reference()
    let features = try reference.model.features(of: reference.pixels)
    // Below the limit of 64 GiB by little; some systems promise even that.
    let count = (64 << 30) / (2 * 3 * 32 * 4) - 100
    do {
      let output = try reference.model.generate(
        features,
        prompt: "a",
        options: GenerationOptions(maximumTokens: count),
        isCancelled: { true }
      )
      #expect(output.finishReason == .cancelled)
    } catch let error as LanguageModelError {
      guard case .outOfMemory(_, let bytes) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(bytes > 63 << 30 && bytes <= 64 << 30)
    }
  }

  @Test func `a token outside the table is an error`() throws {
    let model = try reference().model
    let row = FloatMatrix(rows: 1, columns: model.checkpoint.configuration.text.hiddenSize)
    for id in [-1, 320, Int.max] {
      #expect(throws: LanguageModelError.tokenOutOfRange(id: id, rows: 320)) {
        try model.decoder.embed([id], into: row.pointer)
      }
    }
  }

  @Test func `the image token and the padding rows are never generated`() throws {
    let reference = try reference()
    #expect(reference.model.forbidden.ids == (try reference.golden.integers("forbidden_ids")))
    let features = try reference.model.features(of: reference.pixels)
    let output = try reference.model.generate(
      features,
      prompt: "read the table",
      options: GenerationOptions(
        maximumTokens: 200,
        strategy: .sample(temperature: 50, topK: nil, topP: nil, seed: 3)
      )
    )
    #expect(output.tokenIDs.allSatisfy { !reference.model.forbidden.contains($0) })
    #expect(output.tokenIDs.count > 20)
  }

  @Test func `generation stops when it is cancelled and gives what it has`() throws {
    let reference = try reference()
    var tokens = 0
    let output = try reference.model.generate(
      try reference.model.features(of: reference.pixels),
      prompt: "read the table",
      options: GenerationOptions(maximumTokens: 64),
      isCancelled: { tokens == 5 },
      onToken: { _ in tokens += 1 }
    )
    #expect(output.finishReason == .cancelled)
    #expect(
      output.tokenIDs == Array(try reference.golden.integers("greedy", "token_ids").prefix(5))
    )
  }

  @Test func `the text is cut at a stop string and generation ends there`() throws {
    let reference = try reference()
    let features = try reference.model.features(of: reference.pixels)
    let free = try reference.model.generate(
      features,
      prompt: "read the table",
      options: GenerationOptions(maximumTokens: 64)
    )
    // A stop string from the middle of what would be generated anyway.
    let characters = Array(free.text)
    let stop = String(characters[characters.count / 2..<characters.count / 2 + 2])
    let expected = free.text.range(of: stop)
    var shown = ""
    let cut = try reference.model.generate(
      features,
      prompt: "read the table",
      options: GenerationOptions(maximumTokens: 64, stopStrings: [stop]),
      onToken: { shown += $0.text }
    )
    #expect(cut.finishReason == .stopString)
    #expect(cut.text == expected.map { String(free.text[..<$0.lowerBound]) })
    #expect(shown == cut.text)
    #expect(cut.tokenIDs.count < 64)
    #expect(cut.tokenIDs == Array(free.tokenIDs.prefix(cut.tokenIDs.count)))
  }
}

extension String {
  /// The first place of a text, without Foundation.
  fileprivate func range(of other: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) {
        return start..<(index(start, offsetBy: other.count, limitedBy: endIndex) ?? endIndex)
      }
      start = index(after: start)
    }
    return nil
  }
}
