/// A text under examination and where it came from.
public struct ValidationSource: Sendable {
  /// Who wrote the text, which decides how strict the validator is.
  public enum Origin: Sendable {
    /// A model of ours: only the plugin's own output language is valid.
    case model
    /// Any tool: everything the format's standard allows is valid.
    case file
  }

  /// The bytes as they were found; encoding errors are findings, not failures.
  public let bytes: [UInt8]
  /// Who wrote the text.
  public let origin: Origin
  /// Name for findings: a path, `-` for standard input, `nil` for a model's output.
  public let path: String?
  /// Path of a schema that the text must satisfy besides, as the user gave it.
  public let schemaPath: String?
  /// Name of the ``InputFormat`` that the user says it is; `nil` leaves it to the plugin to tell
  /// from the path's extension and the bytes.
  public let format: String?

  /// A source; see the properties for what each value means.
  public init(
    bytes: [UInt8],
    origin: Origin,
    path: String? = nil,
    schemaPath: String? = nil,
    format: String? = nil
  ) {
    self.bytes = bytes
    self.origin = origin
    self.path = path
    self.schemaPath = schemaPath
    self.format = format
  }

  /// The output of a model.
  public init(modelOutput text: String) {
    self.init(bytes: Array(text.utf8), origin: .model)
  }
}

/// A format of files from other tools that a plugin reads.
public struct InputFormat: Codable, Equatable, Sendable {
  /// The format's name for `--input-format`, such as `mol`.
  public let name: String
  /// File name extensions without the dot, in lower case.
  public let fileExtensions: [String]
  /// What of the format is read, in one sentence.
  public let summary: String

  enum CodingKeys: String, CodingKey {
    case name, summary
    case fileExtensions = "extensions"
  }

  /// A format; see the properties for what each value means.
  public init(name: String, fileExtensions: [String], summary: String) {
    self.name = name
    self.fileExtensions = fileExtensions
    self.summary = summary
  }
}
