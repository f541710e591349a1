import JSONText

/// The sizes of the published PaliGemma 2 checkpoints.
package struct PublishedShape: Sendable, Hashable, CaseIterable {
  /// Parameters of the whole model.
  package enum Size: String, Sendable, CaseIterable {
    case small = "3b"
    case medium = "10b"
    case large = "28b"
  }

  /// Size of the decoder.
  package let size: Size
  /// Edge of the picture in pixels: 224, 448 or 896.
  package let resolution: Int

  /// Every size at every resolution.
  package static let allCases = Size.allCases.flatMap { size in
    [224, 448, 896].map { PublishedShape(size: size, resolution: $0) }
  }

  /// Such as `3b-224`.
  package var name: String { "\(size.rawValue)-\(resolution)" }

  /// The shape with a name; `nil` for others.
  package init?(named name: String) {
    guard let shape = PublishedShape.allCases.first(where: { $0.name == name }) else { return nil }
    self = shape
  }

  private init(size: Size, resolution: Int) {
    self.size = size
    self.resolution = resolution
  }

  /// The configuration of the checkpoint.
  ///
  /// - Throws: Nothing that depends on the shape: every one of them is read by a test.
  package func configuration() throws(CheckpointError) -> ModelConfiguration {
    let path = "\(name)/config.json"
    return try ModelConfiguration(
      try parseJSON(Array(json.utf8), path: path, subject: "configuration"),
      path: path
    )
  }

  private var json: String {
    let (width, inner, layers, heads, keyHeads, headSize, scalar) =
      switch size {
      case .small: (2304, 9216, 26, 8, 4, 256, 256)
      case .medium: (3584, 14_336, 42, 16, 8, 256, 256)
      case .large: (4608, 36_864, 46, 32, 16, 128, 144)
      }
    return #"""
      {"model_type": "paligemma", "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
       "image_token_index": 257152, "projection_dim": \#(width),
       "text_config": {"model_type": "gemma2", "hidden_size": \#(width),
         "intermediate_size": \#(inner), "num_hidden_layers": \#(layers),
         "num_attention_heads": \#(heads), "num_key_value_heads": \#(keyHeads),
         "head_dim": \#(headSize), "query_pre_attn_scalar": \#(scalar),
         "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "sliding_window": 4096,
         "vocab_size": 257216},
       "vision_config": {"model_type": "siglip_vision_model", "hidden_size": 1152,
         "intermediate_size": 4304, "num_attention_heads": 16, "num_hidden_layers": 27,
         "image_size": \#(resolution), "patch_size": 14, "projection_dim": \#(width)}}
      """#
  }
}
