import FileAccess
package import JSONText

/// What `config.json` and `generation_config.json` say about a PaliGemma model.
///
/// Fields that files omit take the values of transformers 5.23.0.
package struct ModelConfiguration: Sendable, Equatable, Codable {
  /// Which PaliGemma the checkpoint is.
  package enum Family: String, Sendable, Codable {
    case paliGemma1 = "PaliGemma"
    case paliGemma2 = "PaliGemma 2"
  }

  /// The image encoder.
  package let vision: VisionConfiguration
  /// The decoder.
  package let text: TextConfiguration
  /// Token that stands for one image patch in a prompt; never generated.
  package let imageTokenIndex: Int
  /// Token that begins the text of a prompt.
  package let beginToken: Int
  /// Token that fills batches.
  package let padToken: Int
  /// Tokens that end an output; not empty.
  package let endTokens: [Int]

  /// Which PaliGemma the checkpoint is.
  package var family: Family { text.family == .gemma1 ? .paliGemma1 : .paliGemma2 }

  /// Reads `config.json` and, where it exists, `generation_config.json` of a folder.
  ///
  /// - Throws: ``CheckpointError`` for a missing file, a field of the wrong type or out of range, and
  ///   models that are not PaliGemma.
  package init(directory: String) throws(CheckpointError) {
    let path = join(directory, "config.json")
    guard fileExists(path) else {
      throw CheckpointError(
        path: path,
        expected: "the checkpoint's configuration",
        found: "no such file",
        advice: "name a folder in the Hugging Face layout"
      )
    }
    let generationPath = join(directory, "generation_config.json")
    try self.init(
      try readJSON(path: path),
      path: path,
      generation: fileExists(generationPath) ? try readJSON(path: generationPath) : nil,
      generationPath: generationPath
    )
  }

  /// Reads the two files' contents.
  ///
  /// - Parameters:
  ///   - json: `config.json`.
  ///   - path: Its name, for errors.
  ///   - generation: `generation_config.json`, if there is one.
  ///   - generationPath: Its name, for errors.
  /// - Throws: ``CheckpointError`` as ``init(directory:)``.
  package init(
    _ json: JSONTree,
    path: String,
    generation: JSONTree? = nil,
    generationPath: String = "generation_config.json"
  ) throws(CheckpointError) {
    let root = try FieldReader(path: path, json)
    let type = try root.string("model_type") ?? "paligemma"
    guard type == "paligemma" else {
      throw root.failure(
        "model_type",
        expected: "paligemma",
        found: "\"\(type)\"",
        advice: "use a PaliGemma or PaliGemma 2 checkpoint"
      )
    }
    guard root.value("quantization_config") == nil else {
      throw root.failure(
        "quantization_config",
        expected: "unquantized weights",
        found: "a quantized checkpoint",
        advice: "use the float32, float16 or bfloat16 original"
      )
    }
    let vision = try VisionConfiguration(try root.object("vision_config"))
    let text = try TextConfiguration(try root.object("text_config"), root: root)
    for fields in [root, try root.object("text_config")].compactMap({ $0 }) {
      guard try fields.boolean("tie_word_embeddings") != false else {
        throw fields.failure(
          "tie_word_embeddings",
          expected: "true",
          found: "false",
          advice: "use a checkpoint whose output head is the embedding table"
        )
      }
    }
    let projection = try root.integer("projection_dim", in: ConfigurationLimits.width) ?? 2048
    guard projection == text.hiddenSize else {
      throw root.failure(
        "projection_dim",
        expected: "text_config.hidden_size \(text.hiddenSize)",
        found: "\(projection)"
      )
    }
    self.vision = vision
    self.text = text
    let imageTokens = [
      try root.integer("image_token_index", in: ConfigurationLimits.tokens),
      try root.integer("image_token_id", in: ConfigurationLimits.tokens),
    ]
    self.imageTokenIndex = imageTokens.compactMap { $0 }.first ?? 256_000

    // The text configuration's own end tokens are left aside: the published ones are inherited from
    // an instruction-tuned Gemma and name a token that PaliGemma does not end with.
    let generationFields: FieldReader? =
      if let generation { try FieldReader(path: generationPath, generation) } else { nil }
    func tokens(_ field: String, _ standard: Int) throws(CheckpointError) -> [Int] {
      if let found = try generationFields?.tokens(field) { return found }
      return try root.tokens(field) ?? [standard]
    }
    self.beginToken = try tokens("bos_token_id", 2)[0]
    self.padToken = try tokens("pad_token_id", 0)[0]
    self.endTokens = try tokens("eos_token_id", 1)
  }
}
