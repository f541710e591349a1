import Foundation
import Generation
import TaskEngine
import TaskProtocol
import Testing
import Tokenization

@Suite struct TokenPlacesTests {
  private static let tokenizer = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Models/copyist-small").standardized.path(percentEncoded: false)

  /// An output that spells a text, each token with its own probability.
  private func output(_ text: String, _ tokenizer: Tokenizer, overruled: [Int] = [])
    -> GenerationOutput
  {
    let ids = tokenizer.encode(text)
    return GenerationOutput(
      tokenIDs: ids,
      text: text,
      logProbabilities: ids.indices.map { -0.01 * Float($0 + 1) },
      finishReason: .endToken,
      interventions: overruled.map {
        Intervention(
          step: $0,
          kind: .redirected,
          favourite: 0,
          chosen: 0,
          favouriteLogProbability: 0,
          chosenLogProbability: 0,
          maskedMass: 0
        )
      },
      timing: GenerationTiming()
    )
  }

  @Test func `a part's confidence is the product over the tokens that overlap it`() throws {
    let tokenizer = try Tokenizer(directory: Self.tokenizer)
    let text = "<tr><td>ab</td><td>c</td></tr>"
    let output = output(text, tokenizer, overruled: [2])
    let places = TokenPlaces(of: output, tokenizer: tokenizer)
    var ends = [0]
    var stream = tokenizer.makeStream()
    for id in output.tokenIDs { ends.append((ends.last ?? 0) + stream.append(id).utf8.count) }
    #expect(ends.last == text.utf8.count)
    for low in 0..<text.utf8.count {
      for high in low + 1...text.utf8.count {
        let steps = output.tokenIDs.indices.filter { ends[$0] < high && ends[$0 + 1] > low }
        let expected = exp(steps.reduce(0.0) { $0 - 0.01 * Double($1 + 1) })
        let part = places.confidence(of: TextPart(path: "/x", range: low..<high))
        #expect(abs(part.confidence - expected) < 1e-6)
        #expect(part.interventions == (steps.contains(2) ? 1 : 0))
        #expect(part.text.utf8.count == high - low)
      }
    }
  }

  @Test func `the bytes of one character are one place, and ranges past the end are cut`() throws {
    let tokenizer = try Tokenizer(directory: Self.tokenizer)
    // No piece of the vocabulary: three byte tokens.
    let output = output("a\u{4E2D}b", tokenizer)
    #expect(output.tokenIDs.count == 5)
    let places = TokenPlaces(of: output, tokenizer: tokenizer)
    let part = places.confidence(of: TextPart(path: "/x", range: 1..<4))
    #expect(abs(part.confidence - exp(-0.09)) < 1e-6)
    #expect(places.confidence(of: TextPart(path: "/x", range: 4..<99)).text == "b")
    #expect(places.confidence(of: TextPart(path: "/x", range: 50..<99)).confidence == 1)
  }
}
