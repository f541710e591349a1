package import Tensors

extension WeightSource {
  /// A tensor widened to float32, as one row of all its elements.
  ///
  /// - Throws: ``CheckpointError`` as ``tensor(_:)``.
  package func vector(_ role: TensorRole) throws(CheckpointError) -> FloatMatrix {
    let view = try tensor(role)
    return FloatMatrix(rows: 1, columns: view.shape.elementCount, values: view.floats())
  }
}
