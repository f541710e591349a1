/// A way to write a document.
public struct Exporter<Document: Sendable>: Sendable {
  /// The format's name for `--format`, such as `html`.
  public let name: String
  /// File name extension without the dot.
  public let fileExtension: String
  /// Internet media type.
  public let mediaType: String
  /// What is lost or special, in one sentence, for `copyist tasks ID`.
  public let summary: String
  /// Whether the bytes are UTF-8 text that ends with a newline.
  public let isText: Bool
  /// Writes the document.
  public let write: @Sendable (Document) throws(ExportFailure) -> [UInt8]

  /// A text format that holds every document; `write` returns text that ends with a newline.
  public init(
    name: String,
    fileExtension: String,
    mediaType: String,
    summary: String,
    write: @escaping @Sendable (Document) -> String
  ) {
    self.name = name
    self.fileExtension = fileExtension
    self.mediaType = mediaType
    self.summary = summary
    isText = true
    self.write = { document throws(ExportFailure) in Array(write(document).utf8) }
  }

  /// A text format that cannot hold every document; `writing` returns text that ends with a newline.
  public init(
    name: String,
    fileExtension: String,
    mediaType: String,
    summary: String,
    writing: @escaping @Sendable (Document) throws(ExportFailure) -> String
  ) {
    self.name = name
    self.fileExtension = fileExtension
    self.mediaType = mediaType
    self.summary = summary
    isText = true
    write = { document throws(ExportFailure) in Array(try writing(document).utf8) }
  }

  /// A binary format.
  public init(
    name: String,
    fileExtension: String,
    mediaType: String,
    summary: String,
    bytes: @escaping @Sendable (Document) throws(ExportFailure) -> [UInt8]
  ) {
    self.name = name
    self.fileExtension = fileExtension
    self.mediaType = mediaType
    self.summary = summary
    isText = false
    write = bytes
  }
}
