import FileAccess
import Tensors

/// What a checkpoint folder holds, for people and as JSON: the answer of `copyist model inspect`.
///
/// The names of the JSON members are the names of the properties, in snake case.
package struct CheckpointReport: Sendable, Equatable, Codable {
  /// The folder as it was named.
  package let directory: String
  /// `PaliGemma` or `PaliGemma 2`.
  package let family: ModelConfiguration.Family
  /// The published size that the configuration has, such as `3B`; `nil` for others.
  package let size: String?
  /// Parameters in total; the tied output head is not counted twice.
  package let parameterCount: Int
  /// Parameters by the format they are stored in (`BF16`, or `Q8` and `Q4` for quantized ones).
  package let parametersByElementType: [String: Int]
  /// Edge of the square input in pixels.
  package let resolution: Int
  /// Tokens that one picture takes.
  package let imageTokens: Int
  /// Blocks of the image encoder.
  package let visionLayers: Int
  /// Blocks of the decoder.
  package let textLayers: Int
  /// Width of the decoder.
  package let hiddenSize: Int
  /// Query heads of the decoder.
  package let heads: Int
  /// Key and value heads of the decoder.
  package let keyValueHeads: Int
  /// Width of one head of the decoder.
  package let headSize: Int
  /// Rows of the embedding table.
  package let vocabularySize: Int
  /// Longest sequence the model was made for, in tokens.
  package let maximumPositions: Int
  /// Cap on attention scores; `nil` when there is none.
  package let attentionSoftCap: Float?
  /// Cap on logits; `nil` when there is none.
  package let finalSoftCap: Float?
  /// Positions that sliding layers see; `nil` when no layer slides.
  package let slidingWindow: Int?
  /// Number of sliding layers.
  package let slidingLayers: Int
  /// Tokens that end an output.
  package let endTokens: [Int]
  /// How the files name tensors.
  package let layout: TensorLayout
  /// The files with weights.
  package let files: [Checkpoint.File]
  /// Tokenizer files in the folder.
  package let tokenizerFiles: [String]
  /// Tensors that the model does not use.
  package let extraTensors: [String]
  /// Remarks in plain words, one sentence each; empty when there is nothing unusual.
  package let notes: [String]

  /// Describes an opened checkpoint.
  package init(_ checkpoint: Checkpoint) {
    let vision = checkpoint.configuration.vision
    let text = checkpoint.configuration.text
    self.directory = checkpoint.directory
    self.family = checkpoint.configuration.family
    self.size = CheckpointReport.publishedSize(text)
    self.parameterCount = checkpoint.parameterCount
    self.parametersByElementType = checkpoint.formats
    self.resolution = vision.imageSize
    self.imageTokens = vision.tokenCount
    self.visionLayers = vision.layerCount
    self.textLayers = text.layerCount
    self.hiddenSize = text.hiddenSize
    self.heads = text.headCount
    self.keyValueHeads = text.keyValueHeadCount
    self.headSize = text.headSize
    self.vocabularySize = text.vocabularySize
    self.maximumPositions = text.maximumPositions
    self.attentionSoftCap = text.attentionSoftCap
    self.finalSoftCap = text.finalSoftCap
    self.slidingWindow = text.slidingWindow
    self.slidingLayers = (0..<text.layerCount).count { text.usesSlidingWindow(layer: $0) }
    self.endTokens = checkpoint.configuration.endTokens
    self.layout = checkpoint.layout
    self.files = checkpoint.files
    self.tokenizerFiles = ["tokenizer.json", "tokenizer.model"].filter {
      fileExists(join(checkpoint.directory, $0))
    }
    self.extraTensors = checkpoint.extraTensors
    self.notes = CheckpointReport.notes(checkpoint, tokenizerFiles: tokenizerFiles)
  }

  /// The published size with these widths: PaliGemma 1 is 3B, PaliGemma 2 is 3B, 10B or 28B.
  private static func publishedSize(_ text: TextConfiguration) -> String? {
    switch (text.family, text.hiddenSize, text.layerCount) {
    case (.gemma1, 2048, 18), (.gemma2, 2304, 26): "3B"
    case (.gemma2, 3584, 42): "10B"
    case (.gemma2, 4608, 46): "28B"
    default: nil
    }
  }

  private static func notes(_ checkpoint: Checkpoint, tokenizerFiles: [String]) -> [String] {
    let text = checkpoint.configuration.text
    var notes: [String] = []
    let heads = checkpoint.extraTensors.filter(checkpoint.layout.headNames.contains)
    if let head = heads.first {
      notes.append("\(head) is not used: the output head is the embedding table.")
    }
    let others = checkpoint.extraTensors.count - heads.count
    if others > 0 {
      notes.append("\(others) \(others == 1 ? "tensor is" : "tensors are") not used by the model.")
    }
    if tokenizerFiles.isEmpty {
      notes.append("There is no tokenizer.json and no tokenizer.model: texts cannot be read.")
    }
    if !["preprocessor_config.json", "processor_config.json"].contains(where: {
      fileExists(join(checkpoint.directory, $0))
    }) {
      notes.append("There is no preprocessor_config.json: pictures are resized by the defaults.")
    }
    let tokens = checkpoint.configuration.vision.tokenCount
    if let window = text.slidingWindow, tokens >= window {
      notes.append(
        "A picture takes \(tokens) tokens and sliding layers see \(window): while decoding, these "
          + "layers lose sight of the picture's first rows."
      )
    }
    if let quantization = checkpoint.quantization {
      notes.append(
        "Quantized to \(quantization.bits.rawValue) bits from weights with the sum "
          + "\(quantization.sourceSum.prefix(16))...; 'copyist model verify' checks both."
      )
    } else if checkpoint.formats.count > 1 {
      notes.append("Weights are stored in more than one element type.")
    }
    return notes
  }
}
