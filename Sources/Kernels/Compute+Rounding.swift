package import Tensors

/// How far rounded weights are from the published ones.
package struct RoundingError: Sendable, Equatable {
  /// Sum of the squared differences.
  package var squaredError: Double
  /// Sum of the squared weights.
  package var squaredWeight: Double

  /// No weights.
  package static let none = RoundingError(squaredError: 0, squaredWeight: 0)

  /// Root of the mean squared difference over that of the weights; 0 for weights of zero.
  package var relative: Double {
    squaredWeight > 0 ? (squaredError / squaredWeight).squareRoot() : 0
  }

  /// Adds what was found for other weights.
  package static func += (left: inout RoundingError, right: RoundingError) {
    left.squaredError += right.squaredError
    left.squaredWeight += right.squaredWeight
  }
}

extension Compute {
  /// Rounds some blocks of a matrix to 8 or 4 bits.
  ///
  /// - Parameters:
  ///   - view: `[outputs, inputs]`.
  ///   - blocks: Blocks of ``QuantizedView/blockOutputs`` outputs.
  ///   - bits: Bits per weight.
  ///   - target: Receives the bytes of these blocks, aligned to 4 bytes.
  /// - Returns: The error, or `nil` when a weight is not finite.
  package func round(
    _ view: TensorView,
    blocks: Range<Int>,
    bits: WeightBits,
    to target: UnsafeMutableRawPointer
  ) -> RoundingError? {
    let weights = LinearWeights(view)
    let (inputs, together) = (weights.inputs, QuantizedView.blockOutputs)
    guard
      let blockBytes = QuantizedView.byteCount(outputs: together, inputs: inputs, bits: bits)
    else { return nil }
    let results = UnsafeMutablePointer<RoundingError?>.allocate(capacity: blocks.count)
    results.initialize(repeating: nil, count: blocks.count)
    defer {
      results.deinitialize(count: blocks.count)
      results.deallocate()
    }
    share(
      blocks.count,
      work: blocks.count * together * inputs * 100,
      scratchBytes: (together + 1) * inputs * MemoryLayout<Float>.stride
    ) { task, scratch in
      let first = (blocks.lowerBound + task) * together
      let valid = min(together, weights.outputs - first)
      let floats = scratch.bindMemory(to: Float.self, capacity: (together + 1) * inputs)
      for row in 0..<valid { weights.write(row: first + row, to: floats + row * inputs) }
      let place = target + task * blockBytes
      guard QuantizedView.round(floats, valid: valid, inputs: inputs, bits: bits, to: place) else {
        return
      }
      var error = RoundingError.none
      let rounded = floats + together * inputs
      for row in 0..<valid {
        QuantizedView.write(row: row, of: place, inputs: inputs, bits: bits, to: rounded)
        for index in 0..<inputs {
          let weight = Double(floats[row * inputs + index])
          let difference = Double(rounded[index]) - weight
          error.squaredError += difference * difference
          error.squaredWeight += weight * weight
        }
      }
      results[task] = error
    }
    var total = RoundingError.none
    for task in 0..<blocks.count {
      guard let result = results[task] else { return nil }
      total += result
    }
    return total
  }
}
