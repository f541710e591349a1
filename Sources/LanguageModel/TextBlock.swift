import Checkpoints
import Kernels
import Tensors

/// The weights of one decoder block.
struct TextBlock: Sendable {
  let attentionNorm: FloatMatrix
  let query: LinearWeights
  let key: LinearWeights
  let value: LinearWeights
  let output: LinearWeights
  /// Normalises the attention's output before it is added; Gemma 2 only.
  let postAttentionNorm: FloatMatrix?
  let feedForwardNorm: FloatMatrix
  let gate: LinearWeights
  let up: LinearWeights
  let down: LinearWeights
  /// Normalises the feed-forward layer's output before it is added; Gemma 2 only.
  let postFeedForwardNorm: FloatMatrix?
  /// Whether suffix tokens see only the last ``TextConfiguration/slidingWindow`` positions.
  let isSliding: Bool

  init(checkpoint: some WeightSource, index: Int) throws(CheckpointError) {
    func matrix(_ tensor: TextBlockTensor) throws(CheckpointError) -> LinearWeights {
      LinearWeights(try checkpoint.matrix(.text(block: index, tensor)))
    }
    func vector(_ tensor: TextBlockTensor) throws(CheckpointError) -> FloatMatrix {
      try checkpoint.vector(.text(block: index, tensor))
    }
    let configuration = checkpoint.configuration.text
    let hasPostNorms = configuration.family == .gemma2
    self.attentionNorm = try vector(.attentionNorm)
    self.query = try matrix(.queryWeight)
    self.key = try matrix(.keyWeight)
    self.value = try matrix(.valueWeight)
    self.output = try matrix(.outputWeight)
    self.postAttentionNorm = hasPostNorms ? try vector(.postAttentionNorm) : nil
    self.feedForwardNorm = try vector(.feedForwardNorm)
    self.gate = try matrix(.gateWeight)
    self.up = try matrix(.upWeight)
    self.down = try matrix(.downWeight)
    self.postFeedForwardNorm = hasPostNorms ? try vector(.postFeedForwardNorm) : nil
    self.isSliding = configuration.usesSlidingWindow(layer: index)
  }
}
