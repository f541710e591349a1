import Foundation

extension ToolEnvironment {
  /// Reads a whole input.
  ///
  /// - Parameter path: A file, or `-` for standard input.
  /// - Returns: Its bytes.
  /// - Throws: ``ToolError`` with ``ToolExit/unreadable`` that names the file and the reason.
  func readFile(_ path: String) throws(ToolError) -> Data {
    do {
      if path == "-" { return try readInput() }
      // Foundation's errors do not say why a file cannot be opened; the system's do.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw POSIXError(.init(rawValue: errno) ?? .EIO)
      }
      guard status.st_mode & S_IFMT != S_IFDIR else { throw POSIXError(.EISDIR) }
      guard status.st_size <= Self.maximumInputBytes else { throw POSIXError(.EFBIG) }
      return try Self.readToEnd(descriptor)
    } catch {
      throw ToolError("\(path): \(Self.reason(of: error))", exit: .unreadable)
    }
  }

  /// Largest input, in bytes; more is refused, so that no file, pipe or device fills the memory.
  static let maximumInputBytes = 1 << 30

  /// What an open descriptor holds from here to its end.
  ///
  /// - Throws: The system's error, `EFBIG` past ``maximumInputBytes``.
  static func readToEnd(_ descriptor: Int32) throws(POSIXError) -> Data {
    var data = Data()
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw POSIXError(.init(rawValue: code) ?? .EIO)
      }
      guard count > 0 else { return data }
      guard data.count + count <= maximumInputBytes else { throw POSIXError(.EFBIG) }
      data.append(contentsOf: block[..<count])
    }
  }

  /// The system's word for why a file could not be read or written.
  static func reason(of error: any Error) -> String {
    if let error = error as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
    let error = error as NSError
    if let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error {
      return reason(of: underlying)
    }
    if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
    return error.localizedDescription
  }
}
