/// Writable bytes on the heap, uninitialised, aligned to a cache line.
///
/// Owners do not share one across threads without handing over disjoint parts, which is what
/// `@unchecked Sendable` asserts.
package final class ByteBuffer: @unchecked Sendable {
  /// First byte.
  package let pointer: UnsafeMutableRawPointer
  /// Bytes from ``pointer`` on.
  package let byteCount: Int

  package init(byteCount: Int) {
    precondition(byteCount >= 0, "\(byteCount) bytes")
    self.byteCount = byteCount
    self.pointer = .allocate(byteCount: max(byteCount, 1), alignment: ByteStorage.alignment)
  }

  deinit { pointer.deallocate() }
}
