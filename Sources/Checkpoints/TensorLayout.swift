/// How files name the parts of the model.
///
/// Four layouts are published: the hub's own files, two in-memory layouts that older and newer
/// versions of transformers have saved, and what version 5 writes for a new model.
package enum TensorLayout: String, Sendable, CaseIterable, Codable {
  /// `vision_tower.vision_model.`, `language_model.model.`: files published on the hub.
  case hub
  /// `model.vision_tower.vision_model.`, `model.language_model.`: transformers 4.52 in memory.
  case transformers4 = "transformers-4.52"
  /// `model.vision_tower.`, `model.language_model.`: transformers 5 in memory.
  case transformers5 = "transformers-5"
  /// `vision_tower.`, `language_model.model.`: what transformers 5 saves.
  case transformers5Saved = "transformers-5-saved"

  private var visionPrefix: String {
    switch self {
    case .hub: "vision_tower.vision_model."
    case .transformers4: "model.vision_tower.vision_model."
    case .transformers5: "model.vision_tower."
    case .transformers5Saved: "vision_tower."
    }
  }

  private var projectorPrefix: String {
    switch self {
    case .hub, .transformers5Saved: "multi_modal_projector.linear."
    case .transformers4, .transformers5: "model.multi_modal_projector.linear."
    }
  }

  private var textPrefix: String {
    switch self {
    case .hub, .transformers5Saved: "language_model.model."
    case .transformers4, .transformers5: "model.language_model."
    }
  }

  /// Names that an output head may have; it is a copy of the embedding table.
  package var headNames: [String] {
    switch self {
    case .hub, .transformers5Saved: ["language_model.lm_head.weight", "lm_head.weight"]
    case .transformers4, .transformers5: ["lm_head.weight"]
    }
  }

  /// The name of a tensor in files of this layout.
  ///
  /// - Parameters:
  ///   - role: The tensor.
  ///   - family: The decoder's family: one of Gemma 2's names means another norm in Gemma 1.
  /// - Returns: The full name.
  package func name(of role: TensorRole, family: TextConfiguration.Family) -> String {
    switch role {
    case .visionPatchWeight: visionPrefix + "embeddings.patch_embedding.weight"
    case .visionPatchBias: visionPrefix + "embeddings.patch_embedding.bias"
    case .visionPositions: visionPrefix + "embeddings.position_embedding.weight"
    case .vision(let block, let tensor):
      visionPrefix + "encoder.layers.\(block)." + TensorLayout.tail(of: tensor)
    case .visionNormGain: visionPrefix + "post_layernorm.weight"
    case .visionNormBias: visionPrefix + "post_layernorm.bias"
    case .projectorWeight: projectorPrefix + "weight"
    case .projectorBias: projectorPrefix + "bias"
    case .embedding: textPrefix + "embed_tokens.weight"
    case .text(let block, let tensor):
      textPrefix + "layers.\(block)." + TensorLayout.tail(of: tensor, family: family) + ".weight"
    case .textNorm: textPrefix + "norm.weight"
    }
  }

  private static func tail(of tensor: VisionBlockTensor) -> String {
    switch tensor {
    case .norm1Gain: "layer_norm1.weight"
    case .norm1Bias: "layer_norm1.bias"
    case .queryWeight: "self_attn.q_proj.weight"
    case .queryBias: "self_attn.q_proj.bias"
    case .keyWeight: "self_attn.k_proj.weight"
    case .keyBias: "self_attn.k_proj.bias"
    case .valueWeight: "self_attn.v_proj.weight"
    case .valueBias: "self_attn.v_proj.bias"
    case .outputWeight: "self_attn.out_proj.weight"
    case .outputBias: "self_attn.out_proj.bias"
    case .norm2Gain: "layer_norm2.weight"
    case .norm2Bias: "layer_norm2.bias"
    case .fc1Weight: "mlp.fc1.weight"
    case .fc1Bias: "mlp.fc1.bias"
    case .fc2Weight: "mlp.fc2.weight"
    case .fc2Bias: "mlp.fc2.bias"
    }
  }

  private static func tail(
    of tensor: TextBlockTensor,
    family: TextConfiguration.Family
  ) -> String {
    switch tensor {
    case .attentionNorm: "input_layernorm"
    case .queryWeight: "self_attn.q_proj"
    case .keyWeight: "self_attn.k_proj"
    case .valueWeight: "self_attn.v_proj"
    case .outputWeight: "self_attn.o_proj"
    case .postAttentionNorm: "post_attention_layernorm"
    // Gemma 1 calls the norm before the MLP what Gemma 2 calls the norm after attention.
    case .feedForwardNorm:
      family == .gemma1 ? "post_attention_layernorm" : "pre_feedforward_layernorm"
    case .postFeedForwardNorm: "post_feedforward_layernorm"
    case .gateWeight: "mlp.gate_proj"
    case .upWeight: "mlp.up_proj"
    case .downWeight: "mlp.down_proj"
    }
  }
}
