import Checkpoints
import Testing

@Suite struct ModelConfigurationTests {
  @Test func `PaliGemma 2 3B as published has the sizes of Gemma 2 2B`() throws {
    let model = try configuration(PublishedCheckpoint.small(448, 0).json())
    #expect(model.family == .paliGemma2)
    #expect(model.vision.imageSize == 448)
    #expect(model.vision.tokenCount == 1024)
    #expect(model.vision.patchesPerSide == 32)
    #expect(model.vision.headSize == 72)
    #expect(model.text.hiddenSize == 2304)
    #expect(model.text.headCount == 8)
    #expect(model.text.keyValueHeadCount == 4)
    #expect(model.text.headSize == 256)
    #expect(model.text.queryScale == 1.0 / 16)
    #expect(model.text.attentionSoftCap == 50)
    #expect(model.text.finalSoftCap == 30)
    #expect(model.text.slidingWindow == 4096)
    #expect((0..<4).map { model.text.usesSlidingWindow(layer: $0) } == [true, false, true, false])
    #expect(model.text.ropeTheta == 10_000)
    #expect(model.text.rmsNormEpsilon == 1e-6)
    #expect(model.text.maximumPositions == 8192)
    #expect(model.text.vocabularySize == 257_216)
    #expect(model.imageTokenIndex == 257_152)
    #expect(model.endTokens == [1])
    #expect(model.beginToken == 2)
    #expect(model.padToken == 0)
  }

  @Test func `PaliGemma 2 28B scales queries by the width per head`() throws {
    let text = try configuration(PublishedCheckpoint.large(224, 0).json()).text
    #expect(text.queryScale == 1.0 / 12)
    #expect(text.headSize == 128)
    #expect(text.queryWidth == 4096)
  }

  @Test func `PaliGemma 1 has neither caps nor a window`() throws {
    let model = try configuration(PublishedCheckpoint.paliGemma1(224, 0).json())
    #expect(model.family == .paliGemma1)
    #expect(model.text.attentionSoftCap == nil)
    #expect(model.text.finalSoftCap == nil)
    #expect(model.text.slidingWindow == nil)
    #expect(!model.text.usesSlidingWindow(layer: 0))
    #expect(model.text.queryScale == 1.0 / 16)
    #expect(model.text.keyValueHeadCount == 1)
  }

  @Test func `a file without the two parts describes the reference default`() throws {
    let model = try configuration(#"{"model_type": "paligemma"}"#)
    #expect(model.family == .paliGemma1)
    #expect(model.text.layerCount == 18)
    #expect(model.text.vocabularySize == 257_152)
    #expect(model.vision.intermediateSize == 4096)
    #expect(model.imageTokenIndex == 256_000)
  }

  @Test func `end tokens come from the generation file, then from the top level`() throws {
    let json = PublishedCheckpoint.small(224, 0).json()
    #expect(
      try configuration(json, generation: #"{"eos_token_id": [1, 108]}"#).endTokens == [1, 108]
    )
    #expect(try configuration(json, generation: #"{"eos_token_id": 7}"#).endTokens == [7])
    #expect(try configuration(json, generation: "{}").endTokens == [1])
  }

  /// A change to a small PaliGemma 2 configuration: fields of `text_config` and what they mean.
  private func text(_ fields: String) throws -> TextConfiguration {
    try configuration(small(text: fields)).text
  }

  private func small(text: String = "", vision: String = "", top: String = "") -> String {
    #"""
    {"model_type": "paligemma", "projection_dim": 48 \#(top.isEmpty ? "" : ", " + top),
     "text_config": {"model_type": "gemma2", "hidden_size": 48, "num_hidden_layers": 3
       \#(text.isEmpty ? "" : ", " + text)},
     "vision_config": {"hidden_size": 32, "num_attention_heads": 4, "patch_size": 14
       \#(vision.isEmpty ? "" : ", " + vision)}}
    """#
  }

  @Test func `null and absent caps and windows mean different things`() throws {
    #expect(try text("").attentionSoftCap == 50)
    #expect(try text(#""attn_logit_softcapping": null"#).attentionSoftCap == nil)
    #expect(try text(#""final_logit_softcapping": null"#).finalSoftCap == nil)
    #expect(try text("").slidingWindow == 4096)
    #expect(try text(#""sliding_window": null"#).slidingWindow == nil)
  }

  @Test func `newer fields for rotary base and layer kinds are read`() throws {
    #expect(
      try text(#""rope_parameters": {"rope_type": "default", "rope_theta": 5000.0}"#).ropeTheta
        == 5000
    )
    #expect(try text(#""rope_theta": 20000"#).ropeTheta == 20_000)
    let kinds = #""layer_types": ["full_attention", "sliding_attention", "full_attention"]"#
    #expect(try text(kinds).slidingLayers == [false, true, false])
    let full = #""layer_types": ["full_attention", "full_attention", "full_attention"]"#
    #expect(try text(full).slidingWindow == nil)
  }

  @Test(arguments: [
    ("text", #""num_attention_heads": "8""#, "text_config.num_attention_heads"),
    ("text", #""num_attention_heads": 6"#, "text_config.num_attention_heads"),
    ("text", #""num_attention_heads": 0"#, "text_config.num_attention_heads"),
    ("text", #""num_attention_heads": -8"#, "text_config.num_attention_heads"),
    ("text", #""head_dim": 7"#, "text_config.head_dim"),
    ("text", #""head_dim": 2.5"#, "text_config.head_dim"),
    ("text", #""intermediate_size": 1e30"#, "text_config.intermediate_size"),
    ("text", #""vocab_size": 9223372036854775807"#, "text_config.vocab_size"),
    ("text", #""rms_norm_eps": 0"#, "text_config.rms_norm_eps"),
    ("text", #""query_pre_attn_scalar": -1"#, "text_config.query_pre_attn_scalar"),
    ("text", #""query_pre_attn_scalar": 1e-300"#, "text_config.query_pre_attn_scalar"),
    ("text", #""attn_logit_softcapping": 0"#, "text_config.attn_logit_softcapping"),
    ("text", #""final_logit_softcapping": "30""#, "text_config.final_logit_softcapping"),
    ("text", #""sliding_window": 0"#, "text_config.sliding_window"),
    ("text", #""layer_types": ["full_attention"]"#, "text_config.layer_types"),
    ("text", #""layer_types": ["full_attention", 1, "x"]"#, "text_config.layer_types"),
    ("text", #""rope_scaling": {"type": "linear"}"#, "text_config.rope_scaling.rope_type"),
    ("text", #""rope_parameters": 3"#, "text_config.rope_parameters"),
    ("text", #""hidden_activation": "relu""#, "text_config.hidden_activation"),
    ("text", #""attention_bias": true"#, "text_config.attention_bias"),
    ("text", #""tie_word_embeddings": false"#, "text_config.tie_word_embeddings"),
    ("vision", #""image_size": 225"#, "vision_config.image_size"),
    ("vision", #""image_size": [224, 448]"#, "vision_config.image_size"),
    ("vision", #""image_size": 14000"#, "vision_config.image_size"),
    ("vision", #""intermediate_size": null, "num_channels": 4"#, "vision_config.num_channels"),
    ("vision", #""layer_norm_eps": "x""#, "vision_config.layer_norm_eps"),
    ("vision", #""hidden_act": "quick_gelu""#, "vision_config.hidden_act"),
    ("vision", #""num_hidden_layers": 100000"#, "vision_config.num_hidden_layers"),
    ("vision", #""model_type": "clip_vision_model""#, "vision_config.model_type"),
    ("top", #""image_token_index": -1"#, "image_token_index"),
    ("top", #""eos_token_id": []"#, "eos_token_id"),
    ("top", #""eos_token_id": ["a"]"#, "eos_token_id"),
    ("top", #""quantization_config": {}"#, "quantization_config"),
  ])
  func `a wrong field is named with its file`(part: String, field: String, subject: String) throws {
    let json =
      switch part {
      case "text": small(text: field)
      case "vision": small(vision: field)
      default: small(top: field)
      }
    let error = #expect(throws: CheckpointError.self) { try configuration(json) }
    #expect(error?.subject == subject)
    #expect(error?.path == "config.json")
    #expect(error?.description.contains("\n") == false)
  }

  @Test(arguments: [
    #"{"model_type": "llava"}"#, #"{"model_type": 3}"#, "[]", "3",
    #"{"text_config": []}"#, #"{"vision_config": "x"}"#,
    #"{"text_config": {"model_type": "llama"}}"#,
    #"{"projection_dim": 2304}"#,
  ])
  func `a file that is not a PaliGemma configuration is refused`(json: String) {
    #expect(throws: CheckpointError.self) { try configuration(json) }
  }
}
