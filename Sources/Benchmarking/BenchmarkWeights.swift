import Kernels
import Tensors

/// Formats of weights that are measured.
package enum BenchmarkWeights: String, Sendable, CaseIterable {
  case float32
  case bfloat16 = "bf16"
  case int8
  case int4

  /// The format of dense weights; for quantized ones that of the tensors that stay as published.
  var elementType: ElementType { self == .float32 ? .float32 : .bfloat16 }

  /// Bits of quantized weights.
  var bits: WeightBits? {
    switch self {
    case .float32, .bfloat16: nil
    case .int8: .eight
    case .int4: .four
    }
  }

  /// The arithmetic that bounds a product with many rows.
  var peak: PeakFormat {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8, .int4: .int8
    }
  }
}
