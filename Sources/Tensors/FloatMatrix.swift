/// A mutable float32 matrix on the heap: activations, key and value caches, logits.
///
/// Row-major, rows contiguous, 64-byte aligned. It is a reference: two variables that hold the same
/// matrix see the same numbers. Owners do not share one across threads without handing over disjoint
/// rows, which is what `@unchecked Sendable` asserts.
package final class FloatMatrix: @unchecked Sendable {
  /// Number of rows.
  package let rows: Int
  /// Elements per row.
  package let columns: Int
  /// Element (0, 0).
  package let pointer: UnsafeMutablePointer<Float>

  /// A matrix of zeros.
  ///
  /// - Parameters:
  ///   - rows: Zero or more.
  ///   - columns: Zero or more.
  package init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    let count = max(rows * columns, 1)
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride,
      alignment: ByteStorage.alignment
    )
    self.pointer = raw.initializeMemory(as: Float.self, repeating: 0, count: count)
  }

  /// A matrix with the given elements, row-major.
  package convenience init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
    self.init(rows: rows, columns: columns)
    values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      pointer.update(from: base, count: source.count)
    }
  }

  deinit { pointer.deallocate() }

  /// Address of the first element of a row.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
    pointer + index * columns
  }

  /// All elements, row-major.
  package var values: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: rows * columns))
  }
}
