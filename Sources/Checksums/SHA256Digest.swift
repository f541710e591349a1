import CCrypto
import Foundation

/// SHA-256 sums by the system's libcrypto, which uses the processor's own instructions.
package enum SHA256Digest {
  /// The sum of bytes in memory, as 64 lower-case hexadecimal digits.
  package static func hex(of bytes: some Collection<UInt8>) -> String {
    let hash = RunningHash()
    hash.update(Array(bytes))
    return hash.finish()
  }

  /// The sum of a file, read in blocks so that its size does not matter.
  ///
  /// - Parameter path: A readable regular file.
  /// - Returns: The sum as 64 lower-case hexadecimal digits.
  /// - Throws: What Foundation throws when the file cannot be opened or read.
  package static func hex(ofFile path: String) throws -> String {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    let hash = RunningHash()
    while let block = try handle.read(upToCount: 1 << 22), !block.isEmpty {
      hash.update(Array(block))
    }
    return hash.finish()
  }
}

/// A SHA-256 computation under way; for one thread, and finished once.
package final class RunningHash {
  private let context: OpaquePointer?

  /// The sum of nothing so far.
  package init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  func update(_ bytes: [UInt8]) {
    EVP_DigestUpdate(context, bytes, bytes.count)
  }

  /// Appends bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The sum as 64 lower-case hexadecimal digits.
  package func finish() -> String {
    var sum = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &sum, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self
    )
  }

  deinit { EVP_MD_CTX_free(context) }
}
