import CKernels

extension Compute {
  /// Layer normalisation: `(x - mean) / sqrt(variance + epsilon) * gain + bias` per row, with the
  /// biased variance.
  ///
  /// - Parameters:
  ///   - input: `[rows, columns]`.
  ///   - rows: Zero or more.
  ///   - columns: Numbers per row.
  ///   - gain: `[columns]`.
  ///   - bias: `[columns]`.
  ///   - epsilon: Added to the variance.
  ///   - output: `[rows, columns]`; may be `input` itself.
  package func layerNorm(
    _ input: UnsafePointer<Float>,
    rows: Int,
    columns: Int,
    gain: UnsafePointer<Float>,
    bias: UnsafePointer<Float>,
    epsilon: Float,
    output: UnsafeMutablePointer<Float>
  ) {
    share(items: rows, workPerItem: 8 * columns) { range in
      let start = range.lowerBound * columns
      table.layer_norm(
        input + start,
        range.count,
        columns,
        gain,
        bias,
        epsilon,
        output + start
      )
    }
  }

  /// Root-mean-square normalisation as Gemma defines it: `x / sqrt(mean(x^2) + epsilon) * (1 + w)`
  /// per row.
  ///
  /// - Parameters:
  ///   - input: `[rows, columns]`.
  ///   - rows: Zero or more.
  ///   - columns: Numbers per row.
  ///   - weight: `[columns]`, stored as the difference from one.
  ///   - epsilon: Added to the mean of the squares.
  ///   - output: `[rows, columns]`; may be `input` itself.
  package func rmsNorm(
    _ input: UnsafePointer<Float>,
    rows: Int,
    columns: Int,
    weight: UnsafePointer<Float>,
    epsilon: Float,
    output: UnsafeMutablePointer<Float>
  ) {
    share(items: rows, workPerItem: 6 * columns) { range in
      let start = range.lowerBound * columns
      table.rms_norm(input + start, range.count, columns, weight, epsilon, output + start)
    }
  }
}
