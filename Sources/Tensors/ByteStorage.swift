package import FileAccess

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Immutable bytes that outlive every view on them: a mapped file or an aligned heap block.
///
/// The class exists so that views can be copied freely and kept in arrays while the mapping stays
/// alive. Heap blocks are written only inside ``init(byteCount:initializingWith:)``.
package final class ByteStorage: @unchecked Sendable {
  /// First byte; aligned to ``alignment`` for heap blocks and to a page for mapped files.
  package let baseAddress: UnsafeRawPointer
  /// Bytes readable from ``baseAddress``.
  package let byteCount: Int
  private let isMapped: Bool

  /// Alignment of heap blocks in bytes: one cache line, one AVX-512 register.
  package static let alignment = 64

  /// Allocates zeroed bytes and lets the caller fill them once.
  ///
  /// - Parameters:
  ///   - byteCount: Size in bytes, zero or more.
  ///   - body: Receives exactly `byteCount` writable bytes.
  /// - Throws: What `body` throws.
  package init<E: Error>(
    byteCount: Int,
    initializingWith body: (UnsafeMutableRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    let padded = max(byteCount, 1)
    let pointer = UnsafeMutableRawPointer.allocate(
      byteCount: padded,
      alignment: ByteStorage.alignment
    )
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: padded)
    self.baseAddress = UnsafeRawPointer(pointer)
    self.byteCount = byteCount
    self.isMapped = false
    try body(UnsafeMutableRawBufferPointer(start: pointer, count: byteCount))
  }

  /// Maps a whole file read-only.
  ///
  /// - Parameter path: A regular file. It must not be truncated while mapped: reading a page past its
  ///   new end raises `SIGBUS`, which ends the process. Replacing the file by renaming is safe.
  /// - Throws: ``FileError`` when there is no such file or the system refuses it.
  package init(mapping path: String) throws(FileError) {
    let file = try RegularFile(opening: path)
    guard let mapped = try file.map() else {
      // The system maps no empty file; an empty heap block says the same to every reader.
      self.baseAddress = UnsafeRawPointer(
        UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: ByteStorage.alignment)
      )
      self.byteCount = 0
      self.isMapped = false
      return
    }
    self.baseAddress = mapped
    self.byteCount = file.byteCount
    self.isMapped = true
  }

  deinit {
    let pointer = UnsafeMutableRawPointer(mutating: baseAddress)
    if isMapped {
      munmap(pointer, byteCount)
    } else {
      pointer.deallocate()
    }
  }

  /// All bytes; valid while this object lives.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: baseAddress, count: byteCount)
  }
}
