/// A read-only matrix in one of the ways in which weights are stored.
package enum MatrixView: Sendable {
  /// float32, float16 or bfloat16, usually inside a mapped file.
  case dense(TensorView)
  /// 8 or 4 bits.
  case quantized(QuantizedView)
}
