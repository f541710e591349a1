/// What a tensor is for, in names of our own that hold for every layout and family.
package enum TensorRole: Hashable, Sendable {
  /// `[hidden, 3, patch, patch]`: a convolution with stride `patch`.
  case visionPatchWeight
  /// `[hidden]`.
  case visionPatchBias
  /// `[patches, hidden]`: learned positions, row-major over the patch grid.
  case visionPositions
  /// A tensor of one block of the image encoder.
  case vision(block: Int, VisionBlockTensor)
  /// `[hidden]`: the layer norm after the last block.
  case visionNormGain
  /// `[hidden]`.
  case visionNormBias
  /// `[text hidden, vision hidden]`.
  case projectorWeight
  /// `[text hidden]`.
  case projectorBias
  /// `[vocabulary, hidden]`: token embeddings, also the output head.
  case embedding
  /// A tensor of one block of the decoder.
  case text(block: Int, TextBlockTensor)
  /// `[hidden]`: the RMS norm after the last block.
  case textNorm
}

/// The tensors of one image-encoder block.
///
/// Weights are `[outputs, inputs]`.
package enum VisionBlockTensor: String, Hashable, Sendable, CaseIterable {
  case norm1Gain, norm1Bias
  case queryWeight, queryBias
  case keyWeight, keyBias
  case valueWeight, valueBias
  case outputWeight, outputBias
  case norm2Gain, norm2Bias
  case fc1Weight, fc1Bias
  case fc2Weight, fc2Bias
}

/// The tensors of one decoder block.
///
/// Weights are `[outputs, inputs]`; there are no biases.
package enum TextBlockTensor: String, Hashable, Sendable, CaseIterable {
  /// Normalises the input of attention.
  case attentionNorm
  case queryWeight, keyWeight, valueWeight, outputWeight
  /// Normalises the output of attention; Gemma 2 only.
  case postAttentionNorm
  /// Normalises the input of the MLP.
  case feedForwardNorm
  /// Normalises the output of the MLP; Gemma 2 only.
  case postFeedForwardNorm
  case gateWeight, upWeight, downWeight
}
