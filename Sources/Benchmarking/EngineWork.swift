import Checkpoints
import Tensors

/// How much arithmetic and reading a model asks for; multiplications and additions count as two.
struct EngineWork {
  let configuration: ModelConfiguration
  private let entries: [TensorTable.Entry]

  init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    entries = TensorTable(configuration).entries
  }

  /// Encoding one picture, without norms and activations.
  var vision: Double { visionLayers + visionAttention }

  /// The encoder's linear layers.
  var visionLayers: Double {
    let weights = entries.reduce(0.0) { sum, entry in
      switch entry.role {
      case .vision, .visionPatchWeight:
        sum + (entry.shape.rank > 1 ? Double(entry.shape.elementCount) : 0)
      default: sum
      }
    }
    return 2 * Double(configuration.vision.tokenCount) * weights
  }

  /// The encoder's scores and weighted values.
  var visionAttention: Double {
    let vision = configuration.vision
    let tokens = Double(vision.tokenCount)
    return 4 * tokens * tokens * Double(vision.hiddenSize * vision.layerCount)
  }

  /// Weights of the decoder's blocks.
  private var blockWeights: Double {
    entries.reduce(0.0) { sum, entry in
      if case .text = entry.role, entry.shape.rank > 1 {
        sum + Double(entry.shape.elementCount)
      } else {
        sum
      }
    }
  }

  /// The output head for one position.
  private var head: Double {
    2 * Double(configuration.text.vocabularySize * configuration.text.hiddenSize)
  }

  /// Running a prompt, logits of its last position included.
  func prefill(_ positions: Int) -> Double {
    prefillLayers(positions) + prefillAttention(positions)
  }

  /// The decoder's linear layers over a prompt, and its head once.
  func prefillLayers(_ positions: Int) -> Double {
    2 * Double(positions) * blockWeights + head
  }

  /// The decoder's scores and weighted values over a prompt that sees all of itself.
  func prefillAttention(_ positions: Int) -> Double {
    let rows = Double(positions)
    return 4 * rows * rows * Double(configuration.text.queryWidth * configuration.text.layerCount)
  }

  /// One token after a number of positions.
  func decode(_ positions: Int) -> Double {
    2 * blockWeights + head
      + 4 * Double(positions * configuration.text.queryWidth * configuration.text.layerCount)
  }

  /// Bytes read for one token after a prompt: every weight once, and the keys and values before it.
  func decodeBytes(_ weights: BenchmarkWeights, positions: Int, cache element: ElementType)
    -> Double
  {
    let matrices = entries.reduce(0) { sum, entry in
      switch entry.role {
      case .text, .embedding: sum + bytes(entry, weights)
      default: sum
      }
    }
    return Double(matrices + cacheBytes(positions: positions, element))
  }

  /// Keys and values of some positions.
  func cacheBytes(positions: Int, _ element: ElementType) -> Int {
    let text = configuration.text
    return 2 * positions * text.keyValueWidth * text.layerCount * element.byteCount
  }

  /// All weights in a format.
  func weightBytes(_ weights: BenchmarkWeights) -> Int {
    entries.reduce(0) { $0 + bytes($1, weights) }
  }

  /// Parameters of the whole model.
  var parameters: Int { TensorTable(configuration).parameterCount }

  private func bytes(_ entry: TensorTable.Entry, _ weights: BenchmarkWeights) -> Int {
    if let bits = weights.bits, entry.isQuantizable {
      let (outputs, inputs) = (entry.shape[0], entry.shape[1])
      return QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits) ?? 0
    }
    return entry.shape.elementCount * weights.elementType.byteCount
  }
}
