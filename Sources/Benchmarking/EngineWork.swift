import Checkpoints
import Tensors

/// How much arithmetic and reading a model asks for; multiplications and additions count as two.
struct EngineWork {
  private let configuration: ModelConfiguration
  private let entries: [TensorTable.Entry]

  init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    entries = TensorTable(configuration).entries
  }

  /// Encoding one picture, without norms and activations.
  var vision: Double {
    let vision = configuration.vision
    let tokens = Double(vision.tokenCount)
    let weights = entries.reduce(0.0) { sum, entry in
      switch entry.role {
      case .vision, .visionPatchWeight:
        sum + (entry.shape.rank > 1 ? Double(entry.shape.elementCount) : 0)
      default: sum
      }
    }
    let attention = 4 * tokens * tokens * Double(vision.hiddenSize * vision.layerCount)
    return 2 * tokens * weights + attention
  }

  private var blockWeights: Double {
    entries.reduce(0.0) { sum, entry in
      if case .text = entry.role, entry.shape.rank > 1 {
        sum + Double(entry.shape.elementCount)
      } else {
        sum
      }
    }
  }

  /// Running a prompt, logits of its last position included.
  func prefill(_ positions: Int) -> Double {
    let text = configuration.text
    let rows = Double(positions)
    let head = 2 * Double(text.vocabularySize * text.hiddenSize)
    return 2 * rows * blockWeights + 4 * rows * rows * Double(text.queryWidth * text.layerCount)
      + head
  }

  /// Bytes read for one token after a prompt: every weight once, and the keys and values before it.
  func decodeBytes(_ source: some WeightSource, positions: Int) throws -> Double {
    var bytes = 0
    for entry in entries {
      switch entry.role {
      case .text, .embedding:
        switch try source.matrix(entry.role) {
        case .dense(let view): bytes += view.byteCount
        case .quantized(let view):
          bytes +=
            QuantizedView.byteCount(outputs: view.outputs, inputs: view.inputs, bits: view.bits)
            ?? 0
        }
      default: break
      }
    }
    let text = configuration.text
    let cache = 2 * positions * text.keyValueWidth * text.layerCount * MemoryLayout<Float>.size
    return Double(bytes + cache)
  }
}
