import CKernels

extension Compute {
  /// `log(sum(exp(x)))`; minus infinity when `count` is zero, and the largest value when that is
  /// infinite.
  package func logSumExp(_ values: UnsafePointer<Float>, count: Int) -> Float {
    table.log_sum_exp(values, count)
  }

  /// Index of the first of the largest values; not-a-number is ignored, and 0 means that there was
  /// nothing larger than minus infinity.
  package func argmax(_ values: UnsafePointer<Float>, count: Int) -> Int {
    table.argmax(values, count)
  }
}
