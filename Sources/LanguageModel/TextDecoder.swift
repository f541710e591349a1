package import Checkpoints
package import Kernels
import Tensors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The text decoder: Gemma 2, or Gemma 1 for the first PaliGemma.
///
/// Holds the weights; a ``DecodingSession`` holds what one request needs. Gemma Team, "Gemma 2:
/// Improving open language models at a practical size" (2024).
package final class TextDecoder: Sendable {
  /// Sizes of the decoder.
  package let configuration: TextConfiguration
  let compute: Compute
  /// The embedding table, `[vocabulary, hidden]`, which is the output head too.
  let head: LinearWeights
  let blocks: [TextBlock]
  let finalNorm: FloatMatrix
  /// `theta ^ (-2i / headSize)` for `i` in `0..<headSize / 2`.
  let frequencies: FloatMatrix
  /// Factor on embedding rows of text tokens.
  ///
  /// `sqrt(hidden)` rounded to the published table's element type, as the reference rounds it; the product
  /// itself stays float32.
  package let embeddingScale: Float

  /// Reads the decoder's tensors; matrices stay mapped, norms are widened to float32.
  ///
  /// - Throws: ``CheckpointError`` when a tensor is missing.
  package init(checkpoint: some WeightSource, compute: Compute) throws(CheckpointError) {
    let configuration = checkpoint.configuration.text
    self.configuration = configuration
    self.compute = compute
    self.head = LinearWeights(try checkpoint.matrix(.embedding))
    var blocks: [TextBlock] = []
    for index in 0..<configuration.layerCount {
      blocks.append(try TextBlock(checkpoint: checkpoint, index: index))
    }
    self.blocks = blocks
    self.finalNorm = try checkpoint.vector(.textNorm)
    self.frequencies = TextDecoder.frequencies(
      headSize: configuration.headSize,
      theta: configuration.ropeTheta
    )
    self.embeddingScale = checkpoint.embeddingType.rounded(configuration.embeddingScale)
  }

  /// Writes the scaled embeddings of text tokens.
  ///
  /// - Parameters:
  ///   - ids: Token ids.
  ///   - output: `[ids.count, hidden]`.
  /// - Throws: ``LanguageModelError/tokenOutOfRange(id:rows:)``.
  package func embed(
    _ ids: [Int],
    into output: UnsafeMutablePointer<Float>
  ) throws(LanguageModelError) {
    let width = configuration.hiddenSize
    let rows = head.outputs
    for (row, id) in ids.enumerated() {
      guard id >= 0, id < rows else { throw .tokenOutOfRange(id: id, rows: rows) }
      let target = output + row * width
      head.write(row: id, to: target)
      for column in 0..<width { target[column] *= embeddingScale }
    }
  }

  /// Logits of hidden rows: final norm, tied head, soft-cap.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, hidden]`.
  ///   - rows: Zero or more.
  ///   - normalised: Working memory, `[rows, hidden]`.
  ///   - logits: Receives `[rows, vocabulary]`.
  func writeLogits(
    of hidden: UnsafePointer<Float>,
    rows: Int,
    normalised: UnsafeMutablePointer<Float>,
    logits: UnsafeMutablePointer<Float>
  ) {
    normalise(hidden, rows: rows, weight: finalNorm, output: normalised)
    compute.linear(normalised, rows: rows, weights: head, bias: nil, output: logits)
    if let cap = configuration.finalSoftCap {
      compute.softCap(logits, cap: cap, count: rows * head.outputs)
    }
  }

  /// `log(sum(exp(x)))`; not finite when a value is not a number or none is finite.
  package func logSumExp(_ logits: UnsafePointer<Float>, count: Int) -> Float {
    compute.logSumExp(logits, count: count)
  }

  func normalise(
    _ input: UnsafePointer<Float>,
    rows: Int,
    weight: FloatMatrix,
    output: UnsafeMutablePointer<Float>
  ) {
    compute.rmsNorm(
      input,
      rows: rows,
      columns: configuration.hiddenSize,
      weight: weight.pointer,
      epsilon: configuration.rmsNormEpsilon,
      output: output
    )
  }

  /// Rounds where the reference rounds: the power to float32, then its reciprocal.
  private static func frequencies(headSize: Int, theta: Float) -> FloatMatrix {
    let values = (0..<headSize / 2).map { index in
      1 / Float(pow(Double(theta), Double(2 * index) / Double(headSize)))
    }
    return FloatMatrix(rows: 1, columns: values.count, values: values)
  }
}

extension ElementType {
  /// A positive, normal number rounded to the nearest value that this type can hold, ties to even.
  func rounded(_ value: Float) -> Float {
    let dropped: UInt32 =
      switch self {
      case .float32: 0
      case .bfloat16: 16
      case .float16: 13
      }
    guard dropped > 0 else { return value }
    let bits = value.bitPattern
    let half: UInt32 = 1 << (dropped - 1)
    let odd = (bits >> dropped) & 1
    return Float(bitPattern: ((bits &+ half &- 1 &+ odd) >> dropped) << dropped)
  }
}
