/// What is rounded on the way through a model; sums are float32 always.
package enum Arithmetic: String, Sendable, CaseIterable {
  /// Nothing is rounded below float32, except inputs of quantized layers.
  case float32
  /// Keys and values are kept in bfloat16. Where the processor multiplies bfloat16 numbers, inputs of
  /// layers with bfloat16 weights and what attention multiplies are rounded to it as well, for twice
  /// the speed.
  case bfloat16
}
