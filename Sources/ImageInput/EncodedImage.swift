#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The bytes of a picture as they stand in a file, with the format that their start tells.
package struct EncodedImage: Sendable {
  /// The file as the caller named it; stands in every error.
  package let name: String
  /// The whole file.
  package let bytes: [UInt8]
  /// ``ImageFormat/png`` or ``ImageFormat/jpeg``.
  package let format: ImageFormat

  /// A picture already in memory.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: How errors call it.
  ///   - limits: Only ``ImageLimits/maximumByteCount`` matters here.
  /// - Throws: ``ImageError`` when there are no bytes, too many, or bytes of another format.
  package init(
    bytes: [UInt8],
    name: String,
    limits: ImageLimits = .standard
  ) throws(ImageError) {
    guard !bytes.isEmpty else {
      throw ImageError(
        path: name,
        kind: .empty,
        reason: "the file is empty",
        advice: "save the picture again"
      )
    }
    guard bytes.count <= limits.maximumByteCount else {
      throw EncodedImage.tooLarge(name, limits)
    }
    guard let format = ImageFormat(signatureOf: bytes) else {
      throw ImageError(
        path: name,
        kind: .unknownFormat,
        reason: "the bytes are no known picture format",
        advice: "give a PNG or JPEG file"
      )
    }
    guard format.isDecoded else {
      throw ImageError(
        path: name,
        kind: .unsupportedFormat(format),
        reason: "\(format.rawValue) is not supported",
        advice: "convert it to PNG or JPEG"
      )
    }
    self.name = name
    self.bytes = bytes
    self.format = format
  }

  /// Reads a file, a pipe, or standard input.
  ///
  /// - Parameters:
  ///   - path: A regular file or a pipe; `-` is standard input.
  ///   - limits: Reading stops at ``ImageLimits/maximumByteCount``.
  /// - Throws: ``ImageError`` when the file cannot be read or holds no PNG or JPEG.
  package init(
    contentsOf path: String,
    limits: ImageLimits = .standard
  ) throws(ImageError) {
    let bytes = try EncodedImage.read(path, limits)
    try self.init(
      bytes: bytes,
      name: path == "-" ? "standard input" : path,
      limits: limits
    )
  }

  private static func tooLarge(_ name: String, _ limits: ImageLimits) -> ImageError {
    ImageError(
      path: name,
      kind: .fileTooLarge,
      reason: "the file has more than \(limits.maximumByteCount) bytes",
      advice: "give a smaller file"
    )
  }

  private static func read(
    _ path: String,
    _ limits: ImageLimits
  ) throws(ImageError) -> [UInt8] {
    let isStandardInput = path == "-"
    let name = isStandardInput ? "standard input" : path
    func failure(_ code: Int32) -> ImageError {
      let isMissing = code == ENOENT || code == ENOTDIR
      return ImageError(
        path: name,
        kind: isMissing ? .missing : .unreadable,
        reason: "cannot read: \(String(cString: strerror(code)))",
        advice: isMissing ? "check the name" : "check the permissions"
      )
    }

    // Without O_NONBLOCK the open of a pipe waits for its writer, as a reader of a pipe should.
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { if !isStandardInput { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
    let type = status.st_mode & S_IFMT
    guard type == S_IFREG || type == S_IFIFO || type == S_IFSOCK else {
      let kind = type == S_IFDIR ? "a folder" : "a device"
      throw ImageError(
        path: name,
        kind: .notAFile,
        reason: "this is \(kind), not a file",
        advice: "give a PNG or JPEG file"
      )
    }
    let statedSize = type == S_IFREG ? Int(status.st_size) : 0
    guard statedSize <= limits.maximumByteCount else { throw tooLarge(name, limits) }

    // The size is only a hint: files grow, and those of /proc state zero.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(statedSize)
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { buffer in
        #if canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limits.maximumByteCount else { throw tooLarge(name, limits) }
      bytes.append(contentsOf: block[..<count])
    }
  }
}
