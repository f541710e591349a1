package import Tensors

/// The matrix of a linear layer, `[outputs, inputs]` row-major.
package struct LinearWeights: Sendable {
  /// Where the elements lie and how.
  package let storage: MatrixView
  /// Numbers per result row: the extent of the first axis.
  package let outputs: Int
  /// Numbers per input row: the product of the other axes.
  package let inputs: Int

  /// Weights that stay where they are.
  ///
  /// - Parameter view: At least one axis; the first counts outputs, the others are read as one. A
  ///   patch convolution `[outputs, channels, height, width]` is therefore a linear layer too.
  package init(_ view: TensorView) {
    precondition(view.shape.rank >= 1, "linear weights have at least one axis")
    storage = .dense(view)
    outputs = view.shape[0]
    // Divided, not multiplied: beside an axis of zero the others may be of any size.
    inputs = outputs == 0 ? 0 : view.shape.elementCount / outputs
  }

  /// Quantized weights that stay where they are.
  package init(_ view: QuantizedView) {
    storage = .quantized(view)
    outputs = view.outputs
    inputs = view.inputs
  }

  /// Weights in either form.
  package init(_ view: MatrixView) {
    switch view {
    case .dense(let view): self.init(view)
    case .quantized(let view): self.init(view)
    }
  }

  /// The weights of one output, widened to float32.
  ///
  /// - Parameters:
  ///   - output: Below ``outputs``.
  ///   - target: Receives ``inputs`` numbers.
  package func write(row output: Int, to target: UnsafeMutablePointer<Float>) {
    precondition((0..<outputs).contains(output), "row \(output) of \(outputs)")
    switch storage {
    case .dense(let view):
      let base = view.baseAddress
      for index in 0..<inputs {
        target[index] = view.elementType.load(base, at: output * inputs + index)
      }
    case .quantized(let view): view.write(row: output, to: target)
    }
  }
}
