package import Checkpoints
import Tensors

/// What every published size costs at every resolution and number format, before anything is run.
package struct ScalePlan: Sendable {
  /// One choice.
  package struct Row: Sendable, Codable, Equatable {
    /// Such as `3b-224`.
    package var shape: String
    /// Such as `int8`.
    package var weights: String
    /// Of the whole model.
    package var parameters: Int
    /// Tokens of one picture.
    package var imageTokens: Int
    /// Multiplications and additions for one picture, its prompt and its output.
    package var operationsPerImage: Double
    /// Weights, keys and values, and working memory.
    package var memoryBytes: Int
    /// Encoder and prompt, estimated.
    package var firstTokenSeconds: Double
    /// One picture from beginning to end, estimated.
    package var secondsPerImage: Double
    /// Training cost per example in units of the smallest choice.
    ///
    /// Steiner et al., "PaliGemma 2" (2024), Table 1.
    package var publishedTrainingCost: Double
  }

  /// Tokens of the prompt besides the picture's.
  package static let promptTokens = 4

  private let rates: MachineRates
  private let outputTokens: Int
  private let cacheElement: ElementType

  /// A plan for a machine.
  ///
  /// - Parameters:
  ///   - rates: Of the machine.
  ///   - outputTokens: Tokens of an output.
  ///   - keepsRoundedKeys: Whether keys and values are kept in bfloat16.
  package init(rates: MachineRates, outputTokens: Int, keepsRoundedKeys: Bool) {
    self.rates = rates
    self.outputTokens = outputTokens
    self.cacheElement = keepsRoundedKeys ? .bfloat16 : .float32
  }

  /// Table 1 of the paper; 28B at 896 pixels was trained on faster chips, for which it assumes a factor.
  private static let trainingCosts: [String: Double] = [
    "3b-224": 1.0, "3b-448": 4.6, "3b-896": 23.5,
    "10b-224": 3.7, "10b-448": 18.3, "10b-896": 67.7,
    "28b-224": 18.9, "28b-448": 63.5, "28b-896": 155.6,
  ]

  /// The row of a choice.
  ///
  /// - Throws: ``CheckpointError``, which no published shape does.
  package func row(
    _ shape: PublishedShape,
    _ weights: BenchmarkWeights
  ) throws(CheckpointError) -> Row {
    let configuration = try shape.configuration()
    let work = EngineWork(configuration)
    let positions = configuration.vision.tokenCount + ScalePlan.promptTokens
    let layers = rates.layers[weights.rawValue] ?? .infinity
    let vision =
      work.visionLayers / layers + work.visionAttention / rates.visionAttention
      + visionElements(configuration.vision) / rates.elements
    let prompt =
      work.prefillLayers(positions) / layers
      + work.prefillAttention(positions) / rates.textAttention
      + textElements(configuration.text, positions) / rates.elements
    let middle = positions + outputTokens / 2
    let token =
      work.decodeBytes(weights, positions: middle, cache: cacheElement)
      / (rates.decoding[weights.rawValue] ?? .infinity)
    return Row(
      shape: shape.name,
      weights: weights.rawValue,
      parameters: work.parameters,
      imageTokens: configuration.vision.tokenCount,
      operationsPerImage: work.vision + work.prefill(positions)
        + Double(outputTokens) * work.decode(middle),
      memoryBytes: work.weightBytes(weights)
        + work.cacheBytes(positions: positions + outputTokens, cacheElement)
        + workingBytes(configuration, positions),
      firstTokenSeconds: vision + prompt,
      secondsPerImage: vision + prompt + Double(outputTokens) * token,
      publishedTrainingCost: ScalePlan.trainingCosts[shape.name] ?? .nan
    )
  }

  /// Numbers that pass through norms, activations and sums: two norms and two sums of the hidden width,
  /// and the activation, per token and block.
  private func visionElements(_ vision: VisionConfiguration) -> Double {
    Double(
      vision.tokenCount * vision.layerCount * (4 * vision.hiddenSize + vision.intermediateSize)
    )
  }

  /// Four norms and two sums, the activation, and the rotation of queries and keys.
  private func textElements(_ text: TextConfiguration, _ positions: Int) -> Double {
    let perToken =
      6 * text.hiddenSize + text.intermediateSize + text.queryWidth + text.keyValueWidth
    return Double(positions * text.layerCount * perToken)
  }

  /// The largest of the activations that are held at once.
  private func workingBytes(_ configuration: ModelConfiguration, _ positions: Int) -> Int {
    let (vision, text) = (configuration.vision, configuration.text)
    let encoder = vision.tokenCount * 8 * vision.hiddenSize
    let rows = min(positions, 480)
    let decoder =
      positions * 2 * text.hiddenSize
      + rows * (2 * text.intermediateSize + 4 * text.hiddenSize + 2 * text.queryWidth)
    return 4 * (max(encoder, decoder) + 4 * text.vocabularySize)
  }
}
