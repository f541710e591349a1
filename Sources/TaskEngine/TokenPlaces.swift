import Foundation
package import Generation
package import TaskProtocol
package import Tokenization

/// Where each token of an output stands in its text.
package struct TokenPlaces {
  private let bytes: [UInt8]
  private let logProbabilities: [Float]
  /// Byte range of each token; the parts of a character share the character's.
  private var ranges: [Range<Int>] = []
  private let overruled: Set<Int>

  /// The places of a finished output.
  package init(of output: GenerationOutput, tokenizer: Tokenizer) {
    bytes = Array(output.text.utf8)
    logProbabilities = output.logProbabilities
    overruled = Set(output.interventions.map(\.step))
    var stream = tokenizer.makeStream()
    var end = 0
    // Tokens whose text is held back until a character, or a run of byte tokens, is complete.
    var pending = 0
    for id in output.tokenIDs {
      let start = end
      let count = stream.append(id).utf8.count
      end += count
      guard count > 0 else {
        ranges.append(start..<start)
        pending += 1
        continue
      }
      let own = pending == 0 ? count : min(count, tokenizer.bytes(of: id)?.count ?? count)
      let held = start..<(own < count ? end - own : end)
      for index in ranges.count - pending..<ranges.count { ranges[index] = held }
      ranges.append(end - own..<end)
      pending = 0
    }
    for index in ranges.count - pending..<ranges.count { ranges[index] = end..<bytes.count }
  }

  /// The confidence of a part: the product of the probabilities of the tokens that overlap it.
  package func confidence(of part: TextPart) -> PartConfidence {
    let range = part.range.clamped(to: 0..<bytes.count)
    var sum = 0.0
    var interventions = 0
    for (step, place) in ranges.enumerated() where place.overlaps(range) {
      if step < logProbabilities.count { sum += Double(logProbabilities[step]) }
      if overruled.contains(step) { interventions += 1 }
    }
    return PartConfidence(
      path: part.path,
      text: String(decoding: bytes[range], as: UTF8.self),
      confidence: exp(sum),
      interventions: interventions
    )
  }
}
