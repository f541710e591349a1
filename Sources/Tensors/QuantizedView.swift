/// How many bits a quantized weight takes, scales aside.
package enum WeightBits: Int, Sendable, CaseIterable, Codable {
  /// One scale per 128 inputs; 8.25 bits with it.
  case eight = 8
  /// One scale per 128 inputs and one factor per 32; 4.25 bits with them.
  case four = 4
}

/// A read-only matrix `[outputs, inputs]` with weights of 8 or 4 bits inside a ``ByteStorage``.
///
/// Blocks of 16 outputs, groups of 128 inputs with a head of 64 bytes, parts of 32 inputs; `CKernels.h`
/// describes every byte. The layout is the one that kernels read, so a mapped file needs no repacking.
package struct QuantizedView: Sendable {
  /// The bytes behind the view; kept alive by it.
  package let storage: ByteStorage
  /// Distance of the first byte from the start of ``storage``.
  package let byteOffset: Int
  /// Numbers per result row.
  package let outputs: Int
  /// Numbers per input row.
  package let inputs: Int
  /// Bits per weight.
  package let bits: WeightBits

  /// Outputs of a block.
  package static let blockOutputs = 16

  /// A view on bytes.
  ///
  /// - Returns: `nil` when the matrix does not lie inside `storage`.
  package init?(
    storage: ByteStorage,
    byteOffset: Int,
    outputs: Int,
    inputs: Int,
    bits: WeightBits
  ) {
    guard outputs >= 0, inputs >= 0, byteOffset >= 0,
      let size = QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits),
      size <= storage.byteCount, byteOffset <= storage.byteCount - size
    else { return nil }
    self.storage = storage
    self.byteOffset = byteOffset
    self.outputs = outputs
    self.inputs = inputs
    self.bits = bits
  }

  /// First byte.
  package var baseAddress: UnsafeRawPointer { storage.baseAddress + byteOffset }

  /// Bytes of a matrix, heads and padding included; a multiple of 64, `nil` when it overflows.
  package static func byteCount(outputs: Int, inputs: Int, bits: WeightBits) -> Int? {
    let blocks = outputs / blockOutputs + (outputs % blockOutputs == 0 ? 0 : 1)
    let groups = inputs / 128 + (inputs % 128 == 0 ? 0 : 1)
    let parts = inputs / 32 + (inputs % 32 == 0 ? 0 : 1)
    let (partBytes, overflow) = parts.multipliedReportingOverflow(by: 64 * bits.rawValue)
    guard !overflow else { return nil }
    let (block, tooLong) = partBytes.addingReportingOverflow(groups * 64)
    let (total, tooLarge) = block.multipliedReportingOverflow(by: blocks)
    return tooLong || tooLarge ? nil : total
  }
}
