package import Tensors

/// Where the tensors of a model come from: a checkpoint folder, or memory.
package protocol WeightSource {
  /// Sizes of the model.
  var configuration: ModelConfiguration { get }
  /// Element type of the published embedding table.
  var embeddingType: ElementType { get }

  /// A tensor that is never quantized.
  ///
  /// - Throws: ``CheckpointError`` for a role that the configuration does not have.
  func tensor(_ role: TensorRole) throws(CheckpointError) -> TensorView

  /// A matrix, as published or quantized.
  ///
  /// - Throws: ``CheckpointError`` for a role that the configuration does not have.
  func matrix(_ role: TensorRole) throws(CheckpointError) -> MatrixView
}

extension Checkpoint: WeightSource {}
