#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder for files that a test writes; removed with its files when the object goes.
package final class TemporaryFolder: Sendable {
  /// Absolute path without a final slash.
  package let path: String

  /// Creates an empty folder.
  ///
  /// - Throws: ``Failure`` when the system does not let us.
  package init() throws(Failure) {
    var template = Array("\(Self.parent)/copyist-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(what: "create a folder", code: errno) }
    self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static var parent: String {
    getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  }

  /// A system call that failed.
  package struct Failure: Error {
    /// The attempt in words.
    package let what: String
    /// The value of `errno`.
    package let code: Int32
  }

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - bytes: Its contents.
  ///   - name: Its name within the folder.
  /// - Returns: Its path.
  /// - Throws: ``Failure`` when it cannot be written.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws(Failure) -> String {
    let target = "\(path)/\(name)"
    guard let file = fopen(target, "wb") else { throw Failure(what: "open \(name)", code: errno) }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else {
      throw Failure(what: "write \(name)", code: errno)
    }
    return target
  }

  /// Writes a text file.
  ///
  /// - Parameters:
  ///   - text: Its contents.
  ///   - name: Its name within the folder.
  /// - Returns: Its path.
  /// - Throws: ``Failure`` when it cannot be written.
  @discardableResult
  package func write(_ text: String, to name: String) throws(Failure) -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Copies the files of another folder into this one.
  ///
  /// - Parameters:
  ///   - directory: Where the files are.
  ///   - names: Which files.
  /// - Throws: ``Failure`` when one cannot be read or written.
  package func copy(from directory: String, _ names: [String]) throws(Failure) {
    for name in names {
      try write(try readBytes("\(directory)/\(name)"), to: name)
    }
  }

  deinit {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        unlink("\(path)/\(name)")
      }
      closedir(stream)
    }
    rmdir(path)
  }
}

/// All bytes of a file.
///
/// - Throws: ``TemporaryFolder/Failure`` when it cannot be read.
package func readBytes(_ path: String) throws(TemporaryFolder.Failure) -> [UInt8] {
  guard let file = fopen(path, "rb") else {
    throw TemporaryFolder.Failure(what: "open \(path)", code: errno)
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&block, 1, block.count, file)
    guard count > 0 else { return bytes }
    bytes += block[..<count]
  }
}
