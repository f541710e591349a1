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
  /// - Throws: ``MappingError`` with the failing call and `errno`.
  package init(mapping path: String) throws(MappingError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw MappingError(path: path, operation: "open", code: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw MappingError(path: path, operation: "stat", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MappingError(path: path, operation: "map", code: EINVAL)
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      // mmap refuses empty files; an empty heap block says the same to every reader.
      self.baseAddress = UnsafeRawPointer(
        UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: ByteStorage.alignment)
      )
      self.byteCount = 0
      self.isMapped = false
      return
    }
    let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw MappingError(path: path, operation: "map", code: errno)
    }
    self.baseAddress = UnsafeRawPointer(mapped)
    self.byteCount = size
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

/// A file that could not be mapped into memory.
package struct MappingError: Error, Equatable, CustomStringConvertible {
  /// The file as the caller named it.
  package let path: String
  /// The call that failed: `open`, `stat` or `map`.
  package let operation: String
  /// The value of `errno`.
  package let code: Int32

  package init(path: String, operation: String, code: Int32) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  package var description: String {
    let reason =
      operation == "map" && code == EINVAL
      ? "not a regular file" : String(cString: strerror(code))
    return "\(path): cannot \(operation): \(reason)"
  }
}
