#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads a whole regular file after checking its size.
///
/// - Parameters:
///   - path: The file.
///   - limit: Largest accepted size in bytes; checked before memory is taken.
/// - Returns: All bytes of the file.
/// - Throws: ``TokenizerError`` when the file is absent, not regular, too large or unreadable.
func readFile(_ path: String, limit: Int) throws(TokenizerError) -> [UInt8] {
  func failure(_ call: String, _ code: Int32) -> TokenizerError {
    TokenizerError(
      path: path,
      field: "file",
      expected: "a readable file",
      found: "\(call) failed: \(String(cString: strerror(code)))"
    )
  }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw failure("open", errno) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw failure("stat", errno) }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw TokenizerError(
      path: path,
      field: "file",
      expected: "a regular file",
      found: "another kind of file"
    )
  }
  let size = Int(status.st_size)
  guard size <= limit else {
    throw TokenizerError(
      path: path,
      field: "file",
      expected: "at most \(limit) bytes",
      found: "\(size) bytes"
    )
  }
  var code: Int32 = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size, let base = buffer.baseAddress {
      let got = read(descriptor, base + count, size - count)
      if got < 0 {
        if errno == EINTR { continue }
        code = errno
        return
      }
      if got == 0 { return }
      count += got
    }
  }
  guard code == 0 else { throw failure("read", code) }
  return bytes
}

/// Whether a path names something that exists.
func fileExists(_ path: String) -> Bool {
  access(path, F_OK) == 0
}
