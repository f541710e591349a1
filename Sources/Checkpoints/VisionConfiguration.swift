/// Sizes of the SigLIP image encoder.
package struct VisionConfiguration: Sendable, Equatable, Codable {
  /// Width of the token vectors.
  package let hiddenSize: Int
  /// Width between the two linear layers of a block's MLP.
  package let intermediateSize: Int
  /// Number of transformer blocks.
  package let layerCount: Int
  /// Attention heads; each is ``headSize`` wide.
  package let headCount: Int
  /// Edge of a square patch in pixels.
  package let patchSize: Int
  /// Edge of the square input in pixels; a multiple of ``patchSize``.
  package let imageSize: Int
  /// Added to the variance in every layer normalisation.
  package let layerNormEpsilon: Float

  /// Colour channels of the input.
  package static let channelCount = 3

  /// Patches along one edge.
  package var patchesPerSide: Int { imageSize / patchSize }
  /// Patches in total, each one image token.
  package var tokenCount: Int { patchesPerSide * patchesPerSide }
  /// Width of one attention head.
  package var headSize: Int { hiddenSize / headCount }

  /// Reads `vision_config`.
  ///
  /// - Parameter fields: The object; `nil` when the file has none, which means the reference
  ///   implementation's SigLIP So400m. Fields absent from an object take the defaults of its
  ///   `SiglipVisionConfig`, which is a different, smaller model.
  /// - Throws: ``CheckpointError`` for a field of the wrong type or out of range.
  init(_ fields: FieldReader?) throws(CheckpointError) {
    guard let fields else {
      self.hiddenSize = 1152
      self.intermediateSize = 4096
      self.layerCount = 27
      self.headCount = 16
      self.patchSize = 14
      self.imageSize = 224
      self.layerNormEpsilon = 1e-6
      return
    }
    let type = try fields.string("model_type") ?? "siglip_vision_model"
    guard type == "siglip_vision_model" else {
      throw fields.failure(
        "model_type",
        expected: "siglip_vision_model",
        found: "\"\(type)\"",
        advice: "use a PaliGemma or PaliGemma 2 checkpoint"
      )
    }
    self.hiddenSize = try fields.integer("hidden_size", in: ConfigurationLimits.width) ?? 768
    self.intermediateSize =
      try fields.integer("intermediate_size", in: ConfigurationLimits.width) ?? 3072
    self.layerCount = try fields.integer("num_hidden_layers", in: ConfigurationLimits.layers) ?? 12
    self.headCount = try fields.integer("num_attention_heads", in: ConfigurationLimits.heads) ?? 12
    self.patchSize = try fields.squareEdge("patch_size", in: ConfigurationLimits.patch) ?? 16
    self.imageSize = try fields.squareEdge("image_size", in: ConfigurationLimits.pixels) ?? 224
    self.layerNormEpsilon = try fields.positive("layer_norm_eps", atMost: 1) ?? 1e-6
    try check(fields)
  }

  private func check(_ fields: FieldReader) throws(CheckpointError) {
    guard hiddenSize % headCount == 0 else {
      throw fields.failure(
        "hidden_size",
        expected: "a multiple of num_attention_heads \(headCount)",
        found: "\(hiddenSize)"
      )
    }
    guard imageSize % patchSize == 0, ConfigurationLimits.imageTokens.contains(tokenCount) else {
      throw fields.failure(
        "image_size",
        expected: "a multiple of patch_size \(patchSize) with at most "
          + "\(ConfigurationLimits.imageTokens.upperBound) patches",
        found: "\(imageSize)"
      )
    }
    let channels = try fields.integer("num_channels", in: 1...1024) ?? 3
    guard channels == VisionConfiguration.channelCount else {
      throw fields.failure("num_channels", expected: "3", found: "\(channels)")
    }
    let activation = try fields.string("hidden_act") ?? "gelu_pytorch_tanh"
    guard activation == "gelu_pytorch_tanh" else {
      throw fields.failure(
        "hidden_act",
        expected: "gelu_pytorch_tanh",
        found: "\"\(activation)\""
      )
    }
  }
}
