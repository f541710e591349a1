import CKernels
package import Tensors

extension Compute {
  /// The format in which keys and values of a request are kept.
  package var cacheElement: ElementType {
    arithmetic == .bfloat16 ? .bfloat16 : .float32
  }

  /// The format in which attention multiplies keys and values fastest, as far as the arithmetic
  /// allows.
  package var attentionElement: ElementType {
    arithmetic == .bfloat16 && table.multiplies_bfloat16 ? .bfloat16 : .float32
  }

  /// Rounds to the nearest bfloat16, ties to even.
  ///
  /// - Parameters:
  ///   - values: `count` numbers.
  ///   - count: Zero or more.
  ///   - target: Receives 2 bytes per number.
  package func roundToBFloat16(
    _ values: UnsafePointer<Float>,
    count: Int,
    to target: UnsafeMutableRawPointer
  ) {
    let numbers = target.assumingMemoryBound(to: UInt16.self)
    share(items: count, step: 64, workPerItem: 4) { range in
      table.to_bfloat16(values + range.lowerBound, range.count, numbers + range.lowerBound)
    }
  }
}
