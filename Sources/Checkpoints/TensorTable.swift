package import Tensors

/// Every tensor of a model, declared once: what it is, its shape and how coarse it may be stored.
///
/// The loader, the parameter count and the inspection report all read this table. Names stand in
/// ``TensorLayout``.
package struct TensorTable: Sendable {
  /// One declared tensor.
  package struct Entry: Sendable, Equatable {
    /// What the tensor is for.
    package let role: TensorRole
    /// Extents, outermost first, as files store them.
    package let shape: Shape
    /// Fewest bits per element with which results stay faithful: 8 for matrices, 16 for the rest.
    package let leastBits: Int

    /// Whether a quantized file holds the tensor in 8 or 4 bits.
    package var isQuantizable: Bool { leastBits <= 8 && shape.rank == 2 }
  }

  /// All tensors in the order of the computation.
  package let entries: [Entry]
  /// The decoder's family, which decides names.
  package let family: TextConfiguration.Family

  /// The table of a configuration.
  package init(_ configuration: ModelConfiguration) {
    self.family = configuration.text.family
    self.entries =
      TensorTable.vision(configuration.vision)
      + TensorTable.projector(configuration)
      + TensorTable.text(configuration.text)
  }

  /// Parameters in total; the tied output head is not counted twice.
  package var parameterCount: Int {
    entries.reduce(0) { $0 + $1.shape.elementCount }
  }

  /// The name of a tensor in files of a layout.
  package func name(of role: TensorRole, in layout: TensorLayout) -> String {
    layout.name(of: role, family: family)
  }

  private static func vision(_ vision: VisionConfiguration) -> [Entry] {
    let width = vision.hiddenSize
    var entries = [
      Entry(
        role: .visionPatchWeight,
        shape: [width, VisionConfiguration.channelCount, vision.patchSize, vision.patchSize],
        leastBits: 16
      ),
      Entry(role: .visionPatchBias, shape: [width], leastBits: 16),
      Entry(role: .visionPositions, shape: [vision.tokenCount, width], leastBits: 16),
    ]
    for block in 0..<vision.layerCount {
      for tensor in VisionBlockTensor.allCases {
        let shape: Shape =
          switch tensor {
          case .queryWeight, .keyWeight, .valueWeight, .outputWeight: [width, width]
          case .fc1Weight: [vision.intermediateSize, width]
          case .fc2Weight: [width, vision.intermediateSize]
          case .fc1Bias: [vision.intermediateSize]
          default: [width]
          }
        entries.append(
          Entry(
            role: .vision(block: block, tensor),
            shape: shape,
            leastBits: shape.rank == 2 ? 8 : 16
          )
        )
      }
    }
    entries.append(Entry(role: .visionNormGain, shape: [width], leastBits: 16))
    entries.append(Entry(role: .visionNormBias, shape: [width], leastBits: 16))
    return entries
  }

  private static func projector(_ configuration: ModelConfiguration) -> [Entry] {
    let width = configuration.text.hiddenSize
    return [
      Entry(
        role: .projectorWeight,
        shape: [width, configuration.vision.hiddenSize],
        leastBits: 16
      ),
      Entry(role: .projectorBias, shape: [width], leastBits: 16),
    ]
  }

  private static func text(_ text: TextConfiguration) -> [Entry] {
    let width = text.hiddenSize
    var entries = [
      Entry(role: .embedding, shape: [text.vocabularySize, width], leastBits: 8)
    ]
    for block in 0..<text.layerCount {
      for tensor in TextBlockTensor.allCases {
        let shape: Shape
        switch tensor {
        case .queryWeight: shape = [text.queryWidth, width]
        case .keyWeight, .valueWeight: shape = [text.keyValueWidth, width]
        case .outputWeight: shape = [width, text.queryWidth]
        case .gateWeight, .upWeight: shape = [text.intermediateSize, width]
        case .downWeight: shape = [width, text.intermediateSize]
        case .postAttentionNorm, .postFeedForwardNorm:
          guard text.hasPostNorms else { continue }
          shape = [width]
        case .attentionNorm, .feedForwardNorm: shape = [width]
        }
        entries.append(
          Entry(
            role: .text(block: block, tensor),
            shape: shape,
            leastBits: shape.rank == 2 ? 8 : 16
          )
        )
      }
    }
    entries.append(Entry(role: .textNorm, shape: [width], leastBits: 16))
    return entries
  }
}
