extension Compute {
  /// `log(sum(exp(x)))`; minus infinity when `count` is zero.
  package func logSumExp(_ values: UnsafePointer<Float>, count: Int) -> Float {
    ReferenceKernels.logSumExp(values, count: count)
  }

  /// Index of the first of the largest values; not-a-number is ignored, and 0 means that there was
  /// nothing larger than minus infinity.
  package func argmax(_ values: UnsafePointer<Float>, count: Int) -> Int {
    ReferenceKernels.argmax(values, count: count)
  }
}
