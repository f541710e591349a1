import Checkpoints
import Kernels
import Tensors

/// The weights of one block.
struct VisionBlock: Sendable {
  let norm1Gain: FloatMatrix
  let norm1Bias: FloatMatrix
  let query: LinearWeights
  let queryBias: FloatMatrix
  let key: LinearWeights
  let keyBias: FloatMatrix
  let value: LinearWeights
  let valueBias: FloatMatrix
  let output: LinearWeights
  let outputBias: FloatMatrix
  let norm2Gain: FloatMatrix
  let norm2Bias: FloatMatrix
  let fc1: LinearWeights
  let fc1Bias: FloatMatrix
  let fc2: LinearWeights
  let fc2Bias: FloatMatrix

  init(checkpoint: some WeightSource, index: Int) throws(CheckpointError) {
    func matrix(_ tensor: VisionBlockTensor) throws(CheckpointError) -> LinearWeights {
      LinearWeights(try checkpoint.matrix(.vision(block: index, tensor)))
    }
    func vector(_ tensor: VisionBlockTensor) throws(CheckpointError) -> FloatMatrix {
      try checkpoint.vector(.vision(block: index, tensor))
    }
    self.norm1Gain = try vector(.norm1Gain)
    self.norm1Bias = try vector(.norm1Bias)
    self.query = try matrix(.queryWeight)
    self.queryBias = try vector(.queryBias)
    self.key = try matrix(.keyWeight)
    self.keyBias = try vector(.keyBias)
    self.value = try matrix(.valueWeight)
    self.valueBias = try vector(.valueBias)
    self.output = try matrix(.outputWeight)
    self.outputBias = try vector(.outputBias)
    self.norm2Gain = try vector(.norm2Gain)
    self.norm2Bias = try vector(.norm2Bias)
    self.fc1 = try matrix(.fc1Weight)
    self.fc1Bias = try vector(.fc1Bias)
    self.fc2 = try matrix(.fc2Weight)
    self.fc2Bias = try vector(.fc2Bias)
  }
}

/// Working memory of one encoding, used by every block in turn.
struct VisionScratch {
  /// Rows of the feed-forward layer computed together; bounds its memory, not its result.
  static let feedForwardRows = Compute.rowsTogether

  let normalised: FloatMatrix
  let query: FloatMatrix
  let key: FloatMatrix
  let value: FloatMatrix
  let attended: FloatMatrix
  /// Keys and values rounded to bfloat16, where attention multiplies that.
  let rounded: RoundedKeys?
  let inner: FloatMatrix
  /// Every token sees every token: bounds 0 and `tokens` for each row.
  let lower: [Int32]
  let upper: [Int32]

  struct RoundedKeys {
    let keys: ByteBuffer
    let values: ByteBuffer
  }

  init(_ configuration: VisionConfiguration, attending element: ElementType) {
    let tokens = configuration.tokenCount
    let width = configuration.hiddenSize
    self.normalised = FloatMatrix(rows: tokens, columns: width)
    self.query = FloatMatrix(rows: tokens, columns: width)
    self.key = FloatMatrix(rows: tokens, columns: width)
    self.value = FloatMatrix(rows: tokens, columns: width)
    self.attended = FloatMatrix(rows: tokens, columns: width)
    let byteCount = tokens * width * element.byteCount
    self.rounded =
      element == .bfloat16
      ? RoundedKeys(
        keys: ByteBuffer(byteCount: byteCount),
        values: ByteBuffer(byteCount: byteCount)
      ) : nil
    self.inner = FloatMatrix(
      rows: min(tokens, VisionScratch.feedForwardRows),
      columns: configuration.intermediateSize
    )
    self.lower = [Int32](repeating: 0, count: tokens)
    self.upper = [Int32](repeating: Int32(clamping: tokens), count: tokens)
  }
}

extension VisionEncoder {
  /// `x += attention(norm1(x)); x += fc2(gelu(fc1(norm2(x))))`.
  func run(_ block: VisionBlock, on hidden: FloatMatrix, scratch: VisionScratch) {
    attend(block, on: hidden, scratch: scratch)
    feedForward(block, on: hidden, scratch: scratch)
  }

  private func attend(_ block: VisionBlock, on hidden: FloatMatrix, scratch: VisionScratch) {
    let tokens = hidden.rows
    let headSize = hidden.columns / configuration.headCount
    let input = scratch.normalised.pointer
    normalise(hidden.pointer, tokens, block.norm1Gain, block.norm1Bias, to: input)
    let (query, key, value) = (scratch.query.pointer, scratch.key.pointer, scratch.value.pointer)
    compute.linear(
      input,
      rows: tokens,
      layers: [
        LinearLayer(block.query, bias: block.queryBias.pointer, output: query),
        LinearLayer(block.key, bias: block.keyBias.pointer, output: key),
        LinearLayer(block.value, bias: block.valueBias.pointer, output: value),
      ]
    )
    if let rounded = scratch.rounded {
      let count = tokens * hidden.columns
      compute.roundToBFloat16(scratch.key.pointer, count: count, to: rounded.keys.pointer)
      compute.roundToBFloat16(scratch.value.pointer, count: count, to: rounded.values.pointer)
    }
    scratch.lower.withUnsafeBufferPointer { lower in
      scratch.upper.withUnsafeBufferPointer { upper in
        guard let lower = lower.baseAddress, let upper = upper.baseAddress else { return }
        compute.attention(
          AttentionRequest(
            query: scratch.query.pointer,
            keys: scratch.rounded?.keys.pointer ?? UnsafeMutableRawPointer(scratch.key.pointer),
            values: scratch.rounded?.values.pointer
              ?? UnsafeMutableRawPointer(scratch.value.pointer),
            element: scratch.rounded == nil ? .float32 : .bfloat16,
            rows: tokens,
            heads: configuration.headCount,
            kvHeads: configuration.headCount,
            headSize: headSize,
            keyCount: tokens,
            scale: 1 / Float(headSize).squareRoot(),
            softCap: nil,
            lower: lower,
            upper: upper,
            output: scratch.attended.pointer
          )
        )
      }
    }
    project(scratch.attended.pointer, tokens, block.output, block.outputBias, to: input)
    compute.add(input, to: hidden.pointer, count: tokens * hidden.columns)
  }

  private func feedForward(_ block: VisionBlock, on hidden: FloatMatrix, scratch: VisionScratch) {
    let input = scratch.normalised
    let inner = scratch.inner
    normalise(hidden.pointer, hidden.rows, block.norm2Gain, block.norm2Bias, to: input.pointer)
    for start in stride(from: 0, to: hidden.rows, by: inner.rows) {
      let rows = min(inner.rows, hidden.rows - start)
      project(input.row(start), rows, block.fc1, block.fc1Bias, to: inner.pointer)
      compute.geluTanh(inner.pointer, count: rows * inner.columns)
      // The attention's output is no longer needed, so its rows take the result.
      project(inner.pointer, rows, block.fc2, block.fc2Bias, to: scratch.attended.row(start))
    }
    compute.add(
      scratch.attended.pointer,
      to: hidden.pointer,
      count: hidden.rows * hidden.columns
    )
  }

  private func normalise(
    _ input: UnsafePointer<Float>,
    _ rows: Int,
    _ gain: FloatMatrix,
    _ bias: FloatMatrix,
    to output: UnsafeMutablePointer<Float>
  ) {
    compute.layerNorm(
      input,
      rows: rows,
      columns: configuration.hiddenSize,
      gain: gain.pointer,
      bias: bias.pointer,
      epsilon: configuration.layerNormEpsilon,
      output: output
    )
  }

  private func project(
    _ input: UnsafePointer<Float>,
    _ rows: Int,
    _ weights: LinearWeights,
    _ bias: FloatMatrix,
    to output: UnsafeMutablePointer<Float>
  ) {
    compute.linear(input, rows: rows, weights: weights, bias: bias.pointer, output: output)
  }
}
