import Kernels
import Tensors

/// A random matrix `[outputs, inputs]` in one number format, at an odd byte address.
struct WeightsFixture {
  let weights: LinearWeights
  /// The stored values, widened.
  let floats: [Float]

  init(_ values: [Float], outputs: Int, inputs: Int, type: ElementType, byteOffset: Int = 1) {
    let size = type.byteCount
    let storage = ByteStorage(byteCount: values.count * size + byteOffset + 64) { bytes in
      // NaN in every format around the elements.
      for index in bytes.indices { bytes[index] = 0xFF }
      for (index, value) in values.enumerated() {
        let place = byteOffset + index * size
        switch type {
        case .float32:
          bytes.storeBytes(of: value.bitPattern, toByteOffset: place, as: UInt32.self)
        case .bfloat16:
          bytes.storeBytes(
            of: UInt16(value.bitPattern >> 16),
            toByteOffset: place,
            as: UInt16.self
          )
        case .float16:
          bytes.storeBytes(of: halfBits(value), toByteOffset: place, as: UInt16.self)
        }
      }
    }
    guard
      let view = TensorView(
        storage: storage,
        byteOffset: byteOffset,
        shape: Shape([outputs, inputs]),
        elementType: type
      )
    else { preconditionFailure("the storage holds \(values.count) elements") }
    self.weights = LinearWeights(view)
    self.floats = view.floats()
  }
}

/// Binary16 of a float, cut towards zero; subnormal below 2^-14.
private func halfBits(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  let sign = UInt16(bits >> 16) & 0x8000
  let exponent = Int(bits >> 23 & 0xFF) - 112
  guard exponent > 0 else {
    return sign | UInt16(min(value.magnitude * 0x1p24, 1023))
  }
  guard exponent < 31 else { return sign | 0x7BFF }
  return sign | UInt16(exponent) << 10 | UInt16(bits >> 13 & 0x3FF)
}
