import Checkpoints
import JSONText
import Testing

/// A published checkpoint: its configuration as the hub's files write it, and its known counts.
struct PublishedCheckpoint: Sendable, CustomTestStringConvertible {
  let name: String
  /// `text_config`, with what the published files omit omitted.
  let text: String
  let projection: Int
  /// Fields at the top level besides the common ones.
  let topLevel: String
  let resolution: Int
  /// Parameters with 257,152 rows of the embedding table.
  let parameters: Int
  let tensors: Int

  var testDescription: String { "\(name) at \(resolution)" }

  /// `config.json`.
  ///
  /// - Parameter rows: Rows of the embedding table; published files have 257,216.
  /// - Returns: The text of the file.
  func json(rows: Int = 257_216) -> String {
    let tokens = (resolution / 14) * (resolution / 14)
    // Files for 224 omit the image size; num_positions is wrong in all of them.
    let size = resolution == 224 ? "" : #""image_size": \#(resolution), "#
    return #"""
      {"_vocab_size": 257152, "architectures": ["PaliGemmaForConditionalGeneration"],
       "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0, \#(topLevel)
       "image_token_index": 257152, "model_type": "paligemma", "projection_dim": \#(projection),
       "text_config": {\#(text), "num_image_tokens": \#(tokens), "vocab_size": \#(rows)},
       "torch_dtype": "bfloat16", "transformers_version": "4.47.0.dev0",
       "vision_config": {"hidden_size": 1152, "intermediate_size": 4304, \#(size)
         "model_type": "siglip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 27,
         "num_image_tokens": \#(tokens), "num_positions": 256, "patch_size": 14,
         "projection_dim": \#(projection), "torch_dtype": "bfloat16", "vision_use_head": false}}
      """#
  }

  /// All published sizes at all published resolutions.
  static let all: [PublishedCheckpoint] = [
    (paliGemma1, [2_923_335_408, 2_924_220_144, 2_927_759_088]),
    (small, [3_032_094_960, 3_032_979_696, 3_036_518_640]),
    (medium, [9_662_409_456, 9_663_294_192, 9_666_833_136]),
    (large, [27_650_192_112, 27_651_076_848, 27_654_615_792]),
  ].flatMap { make, counts in
    zip([224, 448, 896], counts).map { make($0, $1) }
  }

  static func paliGemma1(_ resolution: Int, _ parameters: Int) -> PublishedCheckpoint {
    PublishedCheckpoint(
      name: "PaliGemma 3B",
      text: #"""
        "hidden_size": 2048, "intermediate_size": 16384, "model_type": "gemma",
        "num_attention_heads": 8, "num_hidden_layers": 18, "num_key_value_heads": 1,
        "torch_dtype": "float32"
        """#,
      projection: 2048,
      topLevel: #""hidden_size": 2048,"#,
      resolution: resolution,
      parameters: parameters,
      tensors: 603
    )
  }

  static func small(_ resolution: Int, _ parameters: Int) -> PublishedCheckpoint {
    PublishedCheckpoint(
      name: "PaliGemma 2 3B",
      text: gemma2(
        #"""
        "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
        "num_key_value_heads": 4, "query_pre_attn_scalar": 256
        """#
      ),
      projection: 2304,
      topLevel: #""hidden_size": 2048, "num_hidden_layers": 26,"#,
      resolution: resolution,
      parameters: parameters,
      tensors: 727
    )
  }

  static func medium(_ resolution: Int, _ parameters: Int) -> PublishedCheckpoint {
    PublishedCheckpoint(
      name: "PaliGemma 2 10B",
      text: gemma2(
        #"""
        "hidden_size": 3584, "intermediate_size": 14336, "num_hidden_layers": 42,
        "num_attention_heads": 16, "num_key_value_heads": 8, "query_pre_attn_scalar": 256
        """#
      ),
      projection: 3584,
      topLevel: "",
      resolution: resolution,
      parameters: parameters,
      tensors: 903
    )
  }

  static func large(_ resolution: Int, _ parameters: Int) -> PublishedCheckpoint {
    PublishedCheckpoint(
      name: "PaliGemma 2 28B",
      text: gemma2(
        #"""
        "hidden_size": 4608, "intermediate_size": 36864, "num_hidden_layers": 46,
        "num_attention_heads": 32, "num_key_value_heads": 16, "query_pre_attn_scalar": 144,
        "head_dim": 128
        """#
      ),
      projection: 4608,
      topLevel: "",
      resolution: resolution,
      parameters: parameters,
      tensors: 947
    )
  }

  private static func gemma2(_ sizes: String) -> String {
    #"""
    "architectures": ["Gemma2ForCausalLM"], "attn_logit_softcapping": 50.0,
    "cache_implementation": "hybrid", "eos_token_id": [1, 107], "final_logit_softcapping": 30.0,
    "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
    "model_type": "gemma2", "sliding_window": 4096, "torch_dtype": "bfloat16", \#(sizes)
    """#
  }
}

/// A configuration from the text of `config.json` and `generation_config.json`.
func configuration(
  _ json: String,
  generation: String? = nil
) throws -> ModelConfiguration {
  try ModelConfiguration(
    try parse(json),
    path: "config.json",
    generation: try generation.map { try parse($0) }
  )
}

/// The value of a JSON text.
func parse(_ text: String) throws -> JSONTree {
  try JSONTree(parsing: Array(text.utf8))
}
