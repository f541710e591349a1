package import Checkpoints
import Kernels
package import Tensors

/// Weights of any shape in memory, without a file.
///
/// A few pages of random numbers are repeated: the speed of dense kernels depends on sizes, not on
/// values.
package struct RandomWeights: WeightSource {
  package let configuration: ModelConfiguration
  package var embeddingType: ElementType { weights.elementType }
  private let weights: BenchmarkWeights
  private let tensors: [TensorRole: MatrixView]
  /// Size of all tensors in bytes.
  package let byteCount: Int

  /// Weights of a configuration.
  package init(_ configuration: ModelConfiguration, weights: BenchmarkWeights) {
    self.configuration = configuration
    self.weights = weights
    var tensors: [TensorRole: MatrixView] = [:]
    var bytes = 0
    var random = RandomBits()
    for entry in TensorTable(configuration).entries {
      if let bits = weights.bits, entry.isQuantizable {
        let view = Self.quantized(entry.shape[0], entry.shape[1], bits, &random)
        bytes += view.storage.byteCount
        tensors[entry.role] = .quantized(view)
      } else {
        let view = Self.dense(entry.shape, weights.elementType, &random)
        bytes += view.byteCount
        tensors[entry.role] = .dense(view)
      }
    }
    self.tensors = tensors
    byteCount = bytes
  }

  package func tensor(_ role: TensorRole) throws(CheckpointError) -> TensorView {
    guard case .dense(let view) = try matrix(role) else { throw missing(role) }
    return view
  }

  package func matrix(_ role: TensorRole) throws(CheckpointError) -> MatrixView {
    guard let view = tensors[role] else { throw missing(role) }
    return view
  }

  /// Where the decoder's matrices lie, which every step reads once.
  var decoderRegions: [UnsafeRawBufferPointer] {
    tensors.compactMap { role, matrix in
      switch (role, matrix) {
      case (.text, .dense(let view)), (.embedding, .dense(let view)):
        UnsafeRawBufferPointer(start: view.baseAddress, count: view.byteCount)
      case (.text, .quantized(let view)), (.embedding, .quantized(let view)):
        view.storage.bytes
      default: nil
      }
    }
  }

  private func missing(_ role: TensorRole) -> CheckpointError {
    CheckpointError(
      path: "random weights",
      subject: "\(role)",
      expected: "a tensor of the configuration",
      found: "none"
    )
  }

  /// One matrix.
  static func matrix(_ outputs: Int, _ inputs: Int, _ weights: BenchmarkWeights) -> MatrixView {
    var random = RandomBits()
    if let bits = weights.bits { return .quantized(quantized(outputs, inputs, bits, &random)) }
    return .dense(dense(Shape([outputs, inputs]), weights.elementType, &random))
  }

  private static func dense(
    _ shape: Shape,
    _ type: ElementType,
    _ random: inout RandomBits
  ) -> TensorView {
    let size = type.byteCount
    let pattern = (0..<min(shape.elementCount, 1 << 16)).map { _ in random.weight() }
    let storage = ByteStorage(byteCount: shape.elementCount * size) { bytes in
      for (index, value) in pattern.enumerated() {
        if type == .float32 {
          bytes.storeBytes(of: value.bitPattern, toByteOffset: index * 4, as: UInt32.self)
        } else {
          let half = UInt16(value.bitPattern >> 16)
          bytes.storeBytes(of: half, toByteOffset: index * 2, as: UInt16.self)
        }
      }
      bytes.repeatFirst(pattern.count * size)
    }
    guard let view = TensorView(storage: storage, byteOffset: 0, shape: shape, elementType: type)
    else { preconditionFailure("the storage was made for \(shape)") }
    return view
  }

  private static func quantized(
    _ outputs: Int,
    _ inputs: Int,
    _ bits: WeightBits,
    _ random: inout RandomBits
  ) -> QuantizedView {
    let together = QuantizedView.blockOutputs
    let values = (0..<together * inputs).map { _ in random.weight() }
    guard
      let size = QuantizedView.byteCount(outputs: outputs, inputs: inputs, bits: bits),
      let block = QuantizedView(rounding: values, outputs: together, inputs: inputs, bits: bits)
    else { preconditionFailure("random weights are finite") }
    let storage = ByteStorage(byteCount: size) { bytes in
      bytes.copyMemory(from: block.storage.bytes)
      bytes.repeatFirst(block.storage.byteCount)
    }
    guard
      let view = QuantizedView(
        storage: storage,
        byteOffset: 0,
        outputs: outputs,
        inputs: inputs,
        bits: bits
      )
    else { preconditionFailure("the storage was made for [\(outputs), \(inputs)]") }
    return view
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Fills everything behind the first bytes with copies of them.
  fileprivate func repeatFirst(_ length: Int) {
    guard length > 0 else { return }
    var filled = length
    while filled < count {
      let next = Swift.min(filled, count - filled)
      UnsafeMutableRawBufferPointer(rebasing: self[filled..<filled + next])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: self[..<next]))
      filled += next
    }
  }
}

/// SplitMix64.
private struct RandomBits {
  private var state: UInt64 = 1

  /// A number between -0.05 and 0.05, as large as weights usually are.
  mutating func weight() -> Float {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return Float(Int32(truncatingIfNeeded: bits)) * (0.05 * 0x1p-31)
  }
}
