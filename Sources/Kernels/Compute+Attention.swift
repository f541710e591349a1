extension Compute {
  /// Rotary position embedding, half-split: element `i` turns with element `i + headSize / 2`.
  ///
  /// The angle is `Float(position) * frequency` rounded to float32, as the reference computes it.
  ///
  /// - Parameters:
  ///   - values: `[rows, heads * headSize]`, in place.
  ///   - rows: Zero or more.
  ///   - heads: Heads per row.
  ///   - headSize: Numbers per head, even.
  ///   - positions: `[rows]`.
  ///   - frequencies: `[headSize / 2]`, `theta ^ (-2i / headSize)`.
  package func rotate(
    _ values: UnsafeMutablePointer<Float>,
    rows: Int,
    heads: Int,
    headSize: Int,
    positions: UnsafePointer<Int32>,
    frequencies: UnsafePointer<Float>
  ) {
    ReferenceKernels.rotate(
      values,
      rows: rows,
      heads: heads,
      headSize: headSize,
      positions: positions,
      frequencies: frequencies
    )
  }

  /// Scaled dot-product attention; ``AttentionRequest`` states shapes and ranges.
  package func attention(_ request: AttentionRequest) {
    ReferenceKernels.attention(request)
  }
}
