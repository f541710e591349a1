import CKernels
package import Tensors

extension QuantizedView {
  /// Rounds a block of weights.
  ///
  /// - Parameters:
  ///   - weights: `[valid, inputs]`, the outputs of the block that exist.
  ///   - valid: At most ``blockOutputs``.
  ///   - inputs: Numbers per output.
  ///   - bits: Bits per weight.
  ///   - target: Receives the bytes of a matrix of ``blockOutputs`` outputs.
  /// - Returns: Whether every weight was finite; otherwise the target's bytes mean nothing.
  package static func round(
    _ weights: UnsafePointer<Float>,
    valid: Int,
    inputs: Int,
    bits: WeightBits,
    to target: UnsafeMutableRawPointer
  ) -> Bool {
    ck_quantize_weights(weights, valid, inputs, Int32(bits.rawValue), target)
  }

  /// A matrix of its own, rounded from float32; `nil` when a weight is not finite.
  package init?(rounding weights: [Float], outputs: Int, inputs: Int, bits: WeightBits) {
    precondition(weights.count == outputs * inputs, "\(weights.count) weights")
    let perBlock = QuantizedView.byteCount(
      outputs: QuantizedView.blockOutputs,
      inputs: inputs,
      bits: bits
    )
    guard let perBlock,
      let size = QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits)
    else { return nil }
    var isFinite = true
    let storage = ByteStorage(byteCount: size) { bytes in
      weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress, let bytes = bytes.baseAddress else { return }
        for (block, first) in stride(from: 0, to: outputs, by: QuantizedView.blockOutputs)
          .enumerated()
        {
          let valid = min(outputs - first, QuantizedView.blockOutputs)
          let target = bytes + block * perBlock
          guard
            QuantizedView.round(
              weights + first * inputs,
              valid: valid,
              inputs: inputs,
              bits: bits,
              to: target
            )
          else {
            isFinite = false
            return
          }
        }
      }
    }
    guard isFinite else { return nil }
    self.init(storage: storage, byteOffset: 0, outputs: outputs, inputs: inputs, bits: bits)
  }

  /// The weights of one output, widened to float32.
  func write(row output: Int, to target: UnsafeMutablePointer<Float>) {
    QuantizedView.write(row: output, of: baseAddress, inputs: inputs, bits: bits, to: target)
  }

  /// The weights of one output of a matrix in memory.
  static func write(
    row output: Int,
    of base: UnsafeRawPointer,
    inputs: Int,
    bits: WeightBits,
    to target: UnsafeMutablePointer<Float>
  ) {
    ck_dequantize_weights(base, Int32(bits.rawValue), inputs, output, target)
  }
}
