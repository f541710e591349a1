import CLibXML2
import Foundation

/// The process-wide settings of libxml2.
enum LibXML2 {
  /// Initialises the library on first use: no catalogues, and no entity is loaded from anywhere but
  /// the folder of a schema that is being read.
  static let initialized: Void = {
    xmlInitParser()
    xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE)
    defaultLoader = xmlGetExternalEntityLoader()
    xmlSetExternalEntityLoader { url, identifier, context in
      guard let url, let reader = SchemaFolder.current,
        let file = reader.file(for: String(cString: url))
      else { return nil }
      return LibXML2.defaultLoader?(file, identifier, context)
    }
  }()

  /// libxml2's own loader, written once under the lock of ``initialized``.
  nonisolated(unsafe) private static var defaultLoader: xmlExternalEntityLoader?

  /// The text of an error without the line feed that libxml2 ends its messages with.
  static func message(_ error: UnsafePointer<xmlError>) -> String {
    guard let text = error.pointee.message else { return "unknown error" }
    var message = String(cString: text).split(whereSeparator: \.isNewline).joined(separator: " ")
    while message.hasSuffix(".") || message.hasSuffix(" ") { message.removeLast() }
    return message
  }

  /// Warning or error.
  static func severity(_ error: UnsafePointer<xmlError>) -> MarkupDiagnostic.Severity {
    error.pointee.level == XML_ERR_WARNING ? .warning : .error
  }
}

/// The folder that the schema being read may include files from.
final class SchemaFolder: Sendable {
  /// Set while a schema is read, for libxml2's loader, which has no other way to know.
  @TaskLocal static var current: SchemaFolder?

  /// Largest file of a schema, in bytes.
  static let maximumBytes = 8 << 20

  private let root: String
  private let catalog: SchemaCatalog
  private let refusedURLs = Lock<[String]>([])

  /// The folder of a schema file.
  ///
  /// An address on the network is looked up in the `catalog.xml` of the folder, where there is one:
  /// the MusicXML schema imports its neighbours by such addresses.
  init(of schemaPath: String) {
    root = Self.realPath((schemaPath as NSString).deletingLastPathComponent)
    let path = root + "/" + SchemaCatalog.fileName
    if Self.isReadable(path), let data = FileManager.default.contents(atPath: path) {
      catalog = SchemaCatalog(Array(data), in: root)
    } else {
      catalog = SchemaCatalog()
    }
  }

  /// Addresses that were asked for and not read.
  var refused: [String] { refusedURLs.withLock { $0 } }

  /// The file to read for an address, as libxml2 takes it; `nil` when it is not a file in the folder
  /// or below it, or may not be read.
  func file(for url: String) -> String? {
    let local = catalog.file(for: url)
    var path = local ?? url
    if local == nil {
      if path.hasPrefix("file://") { path.removeFirst("file://".count) }
      // libxml2 opens the decoded name if there is one, so that is the name to examine.
      path = path.removingPercentEncoding ?? path
    }
    let real = Self.realPath(path)
    if !path.contains("://"), real.hasPrefix(root == "/" ? root : root + "/"),
      Self.isReadable(real)
    {
      return local == nil ? url : path.replacingOccurrences(of: "%", with: "%25")
    }
    refusedURLs.withLock { $0.append(url) }
    return nil
  }

  /// Whether there is a file of a size that is read.
  private static func isReadable(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let size = attributes?[.size] as? Int
    else { return false }
    return size <= maximumBytes
  }

  /// The path without symbolic links, `..` and the like; the path itself if there is no such file.
  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path.isEmpty ? "." : path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
