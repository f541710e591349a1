package import Tensors

/// The matrix of a linear layer, `[outputs, inputs]` row-major.
///
/// This type is the seam for other storage: packed and quantized weights become further cases behind
/// the same two numbers, and callers of ``Compute/linear(_:rows:weights:bias:output:)`` stay as they
/// are.
package struct LinearWeights: Sendable {
  /// The elements as stored: float32, float16 or bfloat16, usually inside a mapped file.
  package let view: TensorView
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
    self.view = view
    self.outputs = view.shape[0]
    // Divided, not multiplied: beside an axis of zero the others may be of any size.
    self.inputs = outputs == 0 ? 0 : view.shape.elementCount / outputs
  }
}
