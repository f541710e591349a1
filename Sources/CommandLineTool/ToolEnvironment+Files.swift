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
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw POSIXError(.init(rawValue: errno) ?? .EIO)
      }
      guard status.st_mode & S_IFMT != S_IFDIR else { throw POSIXError(.EISDIR) }
      return try file.readToEnd() ?? Data()
    } catch {
      throw ToolError("\(path): \(Self.reason(of: error))", exit: .unreadable)
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
