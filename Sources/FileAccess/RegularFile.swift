#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A regular file that is open for reading; closed when the value ends.
package struct RegularFile: ~Copyable {
  /// The file as the caller named it.
  package let path: String
  /// Size in bytes when the file was opened.
  package let byteCount: Int
  private let descriptor: Int32

  /// Opens a file; folders, pipes and devices are refused.
  ///
  /// - Throws: ``FileError`` when there is no such file, it is not regular or may not be read.
  package init(opening path: String) throws(FileError) {
    // Without O_NONBLOCK the open of a pipe waits for its writer; regular files ignore the flag.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw RegularFile.failure(path, "open", errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw RegularFile.failure(path, "examine", code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(path: path, expected: "a regular file", found: "a folder or device")
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  private static func failure(_ path: String, _ operation: String, _ code: Int32) -> FileError {
    let reason = String(cString: strerror(code))
    return FileError(
      path: path,
      expected: "a readable file",
      found: "a failure to \(operation) it: \(reason)"
    )
  }

  /// Reads the whole file, or what is left of it when it has shrunk since it was opened.
  ///
  /// - Parameter limit: Largest accepted size in bytes; checked before memory is taken.
  /// - Returns: All bytes of the file.
  /// - Throws: ``FileError`` when the file is larger or cannot be read.
  package func bytes(limit: Int) throws(FileError) -> [UInt8] {
    guard byteCount <= limit else {
      throw FileError(
        path: path,
        expected: "at most \(limit) bytes",
        found: "\(byteCount) bytes"
      )
    }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      while count < byteCount, let base = buffer.baseAddress {
        let got = read(descriptor, base + count, byteCount - count)
        if got < 0 {
          if errno == EINTR { continue }
          code = errno
          return
        }
        if got == 0 { return }
        count += got
      }
    }
    guard code == 0 else { throw RegularFile.failure(path, "read", code) }
    return bytes
  }

  /// Maps the whole file read-only; the caller unmaps ``byteCount`` bytes.
  ///
  /// - Returns: The first byte, `nil` for an empty file.
  /// - Throws: ``FileError`` when the system refuses.
  package func map() throws(FileError) -> UnsafeRawPointer? {
    guard byteCount > 0 else { return nil }
    let mapped = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { throw RegularFile.failure(path, "map", errno) }
    return UnsafeRawPointer(mapped)
  }
}

/// Whether a path leads to anything, links followed.
package func fileExists(_ path: String) -> Bool {
  access(path, F_OK) == 0
}
