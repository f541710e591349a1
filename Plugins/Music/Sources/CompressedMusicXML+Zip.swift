import CZip

/// A zip archive in memory, read and written by libzip.
package final class ZipArchive {
  /// A file to be written.
  package struct File {
    var name: String
    var bytes: [UInt8]
    var isCompressed: Bool

    /// A file; the media type is stored as it is, so that it can be seen without unpacking.
    package init(name: String, bytes: [UInt8], isCompressed: Bool = true) {
      self.name = name
      self.bytes = bytes
      self.isCompressed = isCompressed
    }
  }

  /// The names in the archive, in its order.
  let names: [String]
  private let archive: OpaquePointer
  private let storage: UnsafeMutableRawBufferPointer
  private let limits: CompressedMusicXML.Limits

  /// Opens an archive.
  ///
  /// - Throws: ``ZipFailure`` when it is no archive or past the limits.
  init(_ bytes: [UInt8], limits: CompressedMusicXML.Limits) throws(ZipFailure) {
    guard bytes.count <= limits.archiveBytes else {
      throw ZipFailure(
        code: "input-limit",
        message: "The archive has \(bytes.count) bytes, more than the \(limits.archiveBytes) that are"
          + " read."
      )
    }
    // libzip keeps pointing at the bytes while the archive is open.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
    copy.copyBytes(from: bytes)
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard
      let source = zip_source_buffer_create(
        copy.baseAddress, zip_uint64_t(bytes.count), 0, &error
      )
    else {
      copy.deallocate()
      throw ZipFailure(code: "mxl-archive", message: "libzip: \(Self.text(&error)).")
    }
    guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      let reason = Self.text(&error)
      zip_source_free(source)
      copy.deallocate()
      throw ZipFailure(
        code: "mxl-archive",
        message: "Not a readable zip archive: \(reason).",
        suggestion: "The file may be cut off; export it again."
      )
    }
    let count = max(0, Int(zip_get_num_entries(archive, 0)))
    guard count <= limits.fileCount else {
      zip_discard(archive)
      copy.deallocate()
      throw ZipFailure(
        code: "input-limit",
        message: "The archive holds \(count) files, more than the \(limits.fileCount) that are read."
      )
    }
    names = (0..<count).map { index in
      zip_get_name(archive, zip_uint64_t(index), 0).map { String(cString: $0) } ?? ""
    }
    self.archive = archive
    self.limits = limits
    storage = copy
  }

  deinit {
    zip_discard(archive)
    storage.deallocate()
  }

  private static func text(_ error: inout zip_error_t) -> String {
    zip_error_strerror(&error).map { String(cString: $0) } ?? "unknown error"
  }

  private func failure(_ name: String) -> ZipFailure {
    let reason = zip_strerror(archive).map { String(cString: $0) } ?? "unknown error"
    return ZipFailure(
      code: "mxl-archive",
      message: "\"\(name.prefix(200))\" in the archive cannot be read: \(reason).",
      suggestion: "The file may be cut off or encrypted; export it again."
    )
  }

  /// The bytes of a file.
  ///
  /// Its length is believed no more than its ratio: reading stops at the limits whatever the archive
  /// claims.
  ///
  /// - Throws: ``ZipFailure`` when it is not there, too long, or its checksum is wrong.
  func file(_ name: String) throws(ZipFailure) -> [UInt8] {
    guard let index = names.firstIndex(of: name) else {
      throw ZipFailure(code: "mxl-archive", message: "\"\(name.prefix(200))\" is not in the archive.")
    }
    var status = zip_stat_t()
    zip_stat_init(&status)
    guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0 else { throw failure(name) }
    let packed = Int(clamping: status.comp_size)
    let (product, overflow) = packed.multipliedReportingOverflow(by: limits.ratio)
    let allowed = min(limits.fileBytes, max(1 << 20, overflow ? Int.max : product))
    func tooLong(_ count: UInt64) -> ZipFailure {
      ZipFailure(
        code: "input-limit",
        message: "\"\(name.prefix(200))\" in the archive has \(count) bytes in \(packed) compressed"
          + " ones; at most \(allowed) of them are read."
      )
    }
    guard status.size <= UInt64(allowed) else { throw tooLong(status.size) }
    guard let opened = zip_fopen_index(archive, zip_uint64_t(index), 0) else { throw failure(name) }
    defer { zip_fclose(opened) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Int(
        block.withUnsafeMutableBytes { zip_fread(opened, $0.baseAddress, zip_uint64_t($0.count)) }
      )
      if count < 0 {
        let reason = zip_file_strerror(opened).map { String(cString: $0) } ?? "unknown error"
        throw ZipFailure(
          code: "mxl-archive",
          message: "\"\(name.prefix(200))\" in the archive is damaged: \(reason).",
          suggestion: "Export it again."
        )
      }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
      guard bytes.count <= allowed else { throw tooLong(UInt64(bytes.count)) }
    }
  }
}

// Writing.
extension ZipArchive {
  /// The bytes of an archive with these files in this order, all dated 1 January 1980.
  ///
  /// - Throws: ``ZipFailure`` when libzip refuses.
  package static func bytes(of files: [File]) throws(ZipFailure) -> [UInt8] {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let target = zip_source_buffer_create(nil, 0, 0, &error) else {
      throw ZipFailure(code: "mxl-archive", message: "libzip: \(text(&error))")
    }
    // One reference goes into the archive, one stays here for reading the result.
    zip_source_keep(target)
    defer { zip_source_free(target) }
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error) else {
      zip_source_free(target)
      throw ZipFailure(code: "mxl-archive", message: "libzip: \(text(&error))")
    }
    // Held until the archive is closed, which is when libzip reads them.
    var copies: [UnsafeMutableRawBufferPointer] = []
    defer { for copy in copies { copy.deallocate() } }
    for file in files {
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, file.bytes.count),
        alignment: 16
      )
      copy.copyBytes(from: file.bytes)
      copies.append(copy)
      guard add(file, copy, to: archive) else {
        let reason = zip_strerror(archive).map { String(cString: $0) } ?? "unknown error"
        zip_discard(archive)
        throw ZipFailure(code: "mxl-archive", message: "libzip: \(reason)")
      }
    }
    guard zip_close(archive) == 0 else {
      let reason = zip_strerror(archive).map { String(cString: $0) } ?? "unknown error"
      zip_discard(archive)
      throw ZipFailure(code: "mxl-archive", message: "libzip: \(reason)")
    }
    return try contents(of: target)
  }

  private static func add(
    _ file: File,
    _ copy: UnsafeMutableRawBufferPointer,
    to archive: OpaquePointer
  ) -> Bool {
    let count = zip_uint64_t(file.bytes.count)
    guard let source = zip_source_buffer(archive, copy.baseAddress, count, 0) else { return false }
    let index = zip_file_add(archive, file.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    let place = zip_uint64_t(index)
    let method = file.isCompressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
    // The date is the first that the format has; the attributes are those of a plain file everywhere.
    return zip_set_file_compression(archive, place, method, 9) == 0
      && zip_file_set_dostime(archive, place, 0, 0x0021, 0) == 0
      && zip_file_set_external_attributes(archive, place, 0, zip_uint8_t(ZIP_OPSYS_UNIX), 0x81A4_0000)
        == 0
  }

  private static func contents(of source: OpaquePointer) throws(ZipFailure) -> [UInt8] {
    guard zip_source_open(source) == 0 else {
      throw ZipFailure(code: "mxl-archive", message: "libzip cannot read what it wrote")
    }
    defer { zip_source_close(source) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Int(
        block.withUnsafeMutableBytes {
          zip_source_read(source, $0.baseAddress, zip_uint64_t($0.count))
        }
      )
      guard count >= 0 else {
        throw ZipFailure(code: "mxl-archive", message: "libzip cannot read what it wrote")
      }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }
}
