/// A read-only, contiguous, row-major tensor inside a ``ByteStorage``.
///
/// The last axis is contiguous. Copying a view copies a reference and two numbers.
package struct TensorView: Sendable {
  /// The bytes behind the view; kept alive by it.
  package let storage: ByteStorage
  /// Distance of element 0 from the start of ``storage``, in bytes.
  package let byteOffset: Int
  /// Extents, outermost first.
  package let shape: Shape
  /// Number format of every element.
  package let elementType: ElementType

  /// A view on bytes that were checked to be there.
  ///
  /// - Returns: `nil` when the elements do not lie inside `storage`.
  package init?(storage: ByteStorage, byteOffset: Int, shape: Shape, elementType: ElementType) {
    let (size, overflow) = shape.elementCount.multipliedReportingOverflow(
      by: elementType.byteCount
    )
    guard !overflow, byteOffset >= 0, size <= storage.byteCount,
      byteOffset <= storage.byteCount - size
    else { return nil }
    self.storage = storage
    self.byteOffset = byteOffset
    self.shape = shape
    self.elementType = elementType
  }

  /// A tensor of its own with the given elements, as float32.
  package init(_ values: [Float], shape: Shape) {
    precondition(values.count == shape.elementCount, "\(values.count) values for \(shape)")
    self.storage = ByteStorage(byteCount: values.count * 4) { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
    self.byteOffset = 0
    self.shape = shape
    self.elementType = .float32
  }

  /// First element; alignment is that of the file for mapped tensors, so loads must be unaligned.
  package var baseAddress: UnsafeRawPointer { storage.baseAddress + byteOffset }

  /// Size in bytes.
  package var byteCount: Int { shape.elementCount * elementType.byteCount }

  /// Every element widened to float32, row-major.
  package func floats() -> [Float] {
    let base = baseAddress
    return [Float](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      for index in 0..<shape.elementCount {
        buffer[index] = elementType.load(base, at: index)
      }
      count = shape.elementCount
    }
  }
}

extension ElementType {
  /// One element widened to float32; exact for all three formats.
  ///
  /// - Parameters:
  ///   - base: Address of element 0, any alignment.
  ///   - index: Element index, not byte offset.
  /// - Returns: The element's value.
  package func load(_ base: UnsafeRawPointer, at index: Int) -> Float {
    switch self {
    case .float32:
      return Float(bitPattern: base.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    case .bfloat16:
      let bits = base.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
      return Float(bitPattern: UInt32(bits) << 16)
    case .float16:
      return float16ToFloat(base.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
    }
  }
}

/// Widens an IEEE binary16 bit pattern; written out because `Float16` is not available on every
/// platform that this package builds for.
package func float16ToFloat(_ bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let exponent = UInt32(bits >> 10) & 0x1F
  let fraction = UInt32(bits) & 0x3FF
  switch exponent {
  case 0:
    // Zero and subnormals: the value is fraction * 2^-24.
    let magnitude = Float(fraction) * 0x1p-24
    return sign == 0 ? magnitude : -magnitude
  case 0x1F:
    return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  default:
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
