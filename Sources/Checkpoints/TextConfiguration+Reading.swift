import JSONText

extension TextConfiguration {
  /// What the reference implementation assumes for fields that `text_config` omits.
  private struct Defaults {
    var vocabulary = 256_000
    var hidden: Int
    var intermediate: Int
    var layers: Int
    var heads: Int
    var keyValueHeads: Int

    static let gemma1 = Defaults(
      hidden: 3072,
      intermediate: 24576,
      layers: 28,
      heads: 16,
      keyValueHeads: 16
    )
    static let gemma2 = Defaults(
      hidden: 2304,
      intermediate: 9216,
      layers: 26,
      heads: 8,
      keyValueHeads: 4
    )
    /// For a file without any `text_config`.
    static let absent = Defaults(
      vocabulary: 257_152,
      hidden: 2048,
      intermediate: 16384,
      layers: 18,
      heads: 8,
      keyValueHeads: 1
    )
  }

  /// Reads `text_config`.
  ///
  /// - Parameters:
  ///   - found: The object; `nil` when the file has none.
  ///   - root: The whole file.
  /// - Throws: ``CheckpointError`` for a field of the wrong type or out of range.
  init(_ found: FieldReader?, root: FieldReader) throws(CheckpointError) {
    let fields: FieldReader
    if let found {
      fields = found
    } else {
      fields = try FieldReader(path: root.path, prefix: "text_config", .object([:]))
    }
    let type = try fields.string("model_type") ?? "gemma"
    guard let family = Family(rawValue: type) else {
      throw fields.failure(
        "model_type",
        expected: "gemma or gemma2",
        found: "\"\(type)\"",
        advice: "use a PaliGemma or PaliGemma 2 checkpoint"
      )
    }
    let defaults: Defaults = found == nil ? .absent : family == .gemma1 ? .gemma1 : .gemma2
    self.family = family
    self.hiddenSize =
      try fields.integer("hidden_size", in: ConfigurationLimits.width) ?? defaults.hidden
    self.intermediateSize =
      try fields.integer("intermediate_size", in: ConfigurationLimits.width)
      ?? defaults.intermediate
    self.layerCount =
      try fields.integer("num_hidden_layers", in: ConfigurationLimits.layers) ?? defaults.layers
    self.headCount =
      try fields.integer("num_attention_heads", in: ConfigurationLimits.heads) ?? defaults.heads
    self.keyValueHeadCount =
      try fields.integer("num_key_value_heads", in: ConfigurationLimits.heads)
      ?? defaults.keyValueHeads
    self.headSize = try fields.integer("head_dim", in: 2...4096) ?? 256
    self.rmsNormEpsilon = try fields.positive("rms_norm_eps", atMost: 1) ?? 1e-6
    self.maximumPositions =
      try fields.integer("max_position_embeddings", in: ConfigurationLimits.positions) ?? 8192
    self.vocabularySize =
      try fields.integer("vocab_size", in: ConfigurationLimits.vocabulary) ?? defaults.vocabulary
    self.ropeTheta = try TextConfiguration.ropeTheta(fields)

    switch family {
    case .gemma1:
      self.queryScale = 1 / Float(headSize).squareRoot()
      self.attentionSoftCap = nil
      self.finalSoftCap = nil
      self.slidingWindow = nil
      self.slidingLayers = Array(repeating: false, count: layerCount)
    case .gemma2:
      let scalar = try fields.positive("query_pre_attn_scalar", atMost: 1e6) ?? 256
      self.queryScale = 1 / scalar.squareRoot()
      self.attentionSoftCap = try TextConfiguration.cap("attn_logit_softcapping", 50, fields)
      self.finalSoftCap = try TextConfiguration.cap("final_logit_softcapping", 30, fields)
      let sliding = try TextConfiguration.slidingLayers(fields, count: layerCount)
      self.slidingLayers = sliding
      let window =
        fields.members["sliding_window"] == .null
        ? nil : try fields.integer("sliding_window", in: ConfigurationLimits.positions) ?? 4096
      self.slidingWindow = sliding.contains(true) ? window : nil
    }
    try check(fields)
  }

  /// A soft-cap: absent means the default, `null` means none.
  private static func cap(
    _ field: String,
    _ standard: Float,
    _ fields: FieldReader
  ) throws(CheckpointError) -> Float? {
    if fields.members[field] == .null { return nil }
    return try fields.positive(field, atMost: 1e6) ?? standard
  }

  private static func ropeTheta(_ fields: FieldReader) throws(CheckpointError) -> Float {
    for name in ["rope_parameters", "rope_scaling"] {
      guard let rope = try fields.object(name) else { continue }
      let types = [try rope.string("rope_type"), try rope.string("type")]
      let type = types.compactMap { $0 }.first ?? "default"
      guard type == "default" else {
        throw rope.failure("rope_type", expected: "default", found: "\"\(type)\"")
      }
      let partial = try rope.positive("partial_rotary_factor", atMost: 1) ?? 1
      guard partial == 1 else {
        throw rope.failure("partial_rotary_factor", expected: "1", found: "\(partial)")
      }
      if let theta = try rope.positive("rope_theta", atMost: 1e9) { return theta }
    }
    return try fields.positive("rope_theta", atMost: 1e9) ?? 10_000
  }

  /// `layer_types`; when absent, every second layer slides, the first included.
  private static func slidingLayers(
    _ fields: FieldReader,
    count: Int
  ) throws(CheckpointError) -> [Bool] {
    guard let value = fields.value("layer_types") else {
      return (0..<count).map { $0 % 2 == 0 }
    }
    let flags = (value.array ?? []).compactMap { element -> Bool? in
      switch element.string {
      case "sliding_attention": true
      case "full_attention": false
      default: nil
      }
    }
    guard flags.count == count, value.array?.count == count else {
      throw fields.failure(
        "layer_types",
        expected: "\(count) of sliding_attention and full_attention",
        found: value.kind
      )
    }
    return flags
  }

  private func check(_ fields: FieldReader) throws(CheckpointError) {
    guard headCount % keyValueHeadCount == 0 else {
      throw fields.failure(
        "num_attention_heads",
        expected: "a multiple of num_key_value_heads \(keyValueHeadCount)",
        found: "\(headCount)"
      )
    }
    guard headSize % 2 == 0 else {
      throw fields.failure("head_dim", expected: "an even number", found: "\(headSize)")
    }
    guard try fields.boolean("attention_bias") != true else {
      throw fields.failure("attention_bias", expected: "false", found: "true")
    }
    // Gemma 1 files say `gelu` and mean the tanh form; the reference implementation replaces it.
    let activations = [try fields.string("hidden_activation"), try fields.string("hidden_act")]
    let activation = activations.compactMap { $0 }.first ?? "gelu_pytorch_tanh"
    guard activation == "gelu_pytorch_tanh" || (family == .gemma1 && activation == "gelu") else {
      throw fields.failure(
        "hidden_activation",
        expected: "gelu_pytorch_tanh",
        found: "\"\(activation)\""
      )
    }
  }
}
