/// The number format of a tensor's elements as stored.
///
/// Raw values are the names that safetensors headers use.
package enum ElementType: String, Sendable, CaseIterable, Codable {
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32: 8 exponent bits, 7 fraction bits.
  case bfloat16 = "BF16"

  /// Bytes that one element takes.
  package var byteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    }
  }
}
