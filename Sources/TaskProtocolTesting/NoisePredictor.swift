package import ConstrainedDecoding
package import Generation
package import Tensors

/// A model that has learnt nothing, for decoding without weights.
package struct NoisePredictor: TokenPredictor {
  /// What the logits look like at every step.
  package enum Kind: Sendable, Hashable, CaseIterable {
    /// Uniform noise, with markup and digits favoured by an amount drawn per text.
    case noise
    /// A newline is overwhelmingly likely, for ever.
    case newlines
    /// A digit is.
    case digits
    /// An opening bracket of some kind is, by turns.
    case opening
    /// All equal.
    case flat
    /// The later the id, the likelier.
    case inverted
    /// Not a number from the first step on, because any later one may come after the end.
    case notANumber
  }

  package let kind: Kind
  package let vocabularySize: Int
  private let seed: UInt64
  /// Added to the noise, one number per token.
  private let bias: [Float]

  /// A model for one text.
  package init(_ kind: Kind, over vocabulary: TokenVocabulary, seed: UInt64) {
    self.kind = kind
    self.seed = seed
    vocabularySize = vocabulary.count
    var generator = SplitMix64(seed: seed)
    let markup = Float(generator.unit() * 12)
    let digits = Float(generator.unit() * 12)
    let length = Float(generator.unit() * 2)
    let end = Float(generator.unit() * 12)
    bias = (0..<vocabulary.count).map { id in
      guard let text = vocabulary.text(of: id) else { return kind == .noise ? end : 0 }
      switch kind {
      case .noise:
        if text.contains(UInt8(ascii: "<")) { return markup + length * Float(text.count) }
        return text.contains { (0x30...0x39).contains($0) } ? digits : 0
      case .newlines: return text.contains(0x0A) ? 50 : 0
      case .digits: return text.allSatisfy { (0x30...0x39).contains($0) } ? 50 : 0
      case .opening: return text.contains { Array("<([{".utf8).contains($0) } ? 50 : 0
      case .inverted: return Float(id) * 0.01
      case .flat, .notANumber: return 0
      }
    }
  }

  package func start(logits: FloatMatrix) throws -> UInt64 {
    fill(logits.row(0), state: seed)
    if kind == .notANumber { logits.row(0)[7] = .nan }
    return 0
  }

  package func advance(
    _ batch: [PredictorInput<UInt64>],
    logits: FloatMatrix
  ) throws -> [UInt64] {
    batch.enumerated().map { row, input in
      let next = input.sequence + 1
      fill(
        logits.row(row),
        state: seed &+ next &* 0x9E37_79B9 &+ UInt64(input.token) &* 0x85EB_CA6B
      )
      if kind == .notANumber { logits.row(row)[7] = .nan }
      return next
    }
  }

  /// An upper bound, which is all that choosing needs; the probabilities of noise mean nothing.
  package func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    var largest = -Float.infinity
    var hasNaN = false
    for index in 0..<count {
      hasNaN = hasNaN || logits[index].isNaN
      largest = max(largest, logits[index])
    }
    return hasNaN ? .nan : largest + 16
  }

  private func fill(_ row: UnsafeMutablePointer<Float>, state: UInt64) {
    guard kind == .noise || kind == .opening else {
      for id in 0..<vocabularySize { row[id] = bias[id] }
      return
    }
    var generator = SplitMix64(seed: state)
    for id in stride(from: 0, to: vocabularySize, by: 2) {
      let bits = generator.next()
      row[id] = bias[id] + Float(UInt32(truncatingIfNeeded: bits)) * 0x1p-28
      if id + 1 < vocabularySize { row[id + 1] = bias[id + 1] + Float(bits >> 32) * 0x1p-28 }
    }
  }
}
