extension Compute {
  /// `output[r, o] = sum over i of input[r, i] * w[o, i], plus bias[o]`.
  ///
  /// - Parameters:
  ///   - input: `[rows, weights.inputs]`.
  ///   - rows: Zero or more.
  ///   - weights: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or `nil` for none.
  ///   - output: `[rows, weights.outputs]`; must not overlap the input.
  package func linear(
    _ input: UnsafePointer<Float>,
    rows: Int,
    weights: LinearWeights,
    bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    ReferenceKernels.linear(input, rows: rows, weights: weights, bias: bias, output: output)
  }
}
