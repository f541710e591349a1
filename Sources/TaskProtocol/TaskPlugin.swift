public import OutputConstraints

/// One domain: what to ask the model, what its answer means, and what may be wrong with it.
///
/// A plugin knows nothing of the engine. It supplies a prompt, an image policy, a parser, a
/// validator, a decoding constraint, exporters and metrics; the engine and the command line do the
/// rest. Register it in the array literal of the executable.
public protocol TaskPlugin: Sendable {
  /// The domain's typed document, written as the `document` of a ``TaskResult``.
  associatedtype Document: Codable & Equatable & Sendable

  /// Name, version, prompt and image policy.
  var manifest: TaskManifest { get }

  /// Reads the text that a model wrote.
  ///
  /// - Parameter text: The whole output, without the prompt and without the end token.
  /// - Returns: The typed document.
  /// - Throws: ``ParseFailure`` with at least one finding of severity ``Severity/error``.
  func parse(_ text: String) throws(ParseFailure) -> Document

  /// Examines a text for everything that the domain knows can be wrong.
  ///
  /// - Parameter source: A model's output, or a file from any tool.
  /// - Returns: Findings in the order of the text; none of severity ``Severity/error`` when the text
  ///   is valid.
  /// - Throws: ``SchemaFailure`` when the schema asked for cannot be used.
  func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding]

  /// The formats a document can be written in; the first is the default.
  var exporters: [Exporter<Document>] { get }

  /// The language that constrained decoding holds the model to, where the domain has one.
  var constraint: (any OutputConstraint)? { get }

  /// The measures by which a prediction is compared with a reference.
  var metrics: [TaskMetric] { get }
}

/// What the engine and the command line need to know of a domain before it runs.
public struct TaskManifest: Codable, Equatable, Sendable {
  /// The task's name on the command line, such as `table`; lower-case ASCII letters and hyphens.
  public let id: String
  /// Semantic version of the plugin; results record it.
  public let version: String
  /// A few words for lists, such as `Table images to HTML`.
  public let title: String
  /// One paragraph for `copyist tasks ID`.
  public let summary: String
  /// The text given to the model, without the newline that ends every PaliGemma prompt.
  public let promptPrefix: String
  /// How an image is fitted into the model's square.
  public let imagePolicy: ImagePolicy
  /// Most tokens one answer may take.
  public let maximumTokens: Int
  /// A sentence that every output must carry.
  public let notice: String?

  enum CodingKeys: String, CodingKey {
    case id, version, title, summary, notice
    case promptPrefix = "prompt_prefix"
    case imagePolicy = "image_policy"
    case maximumTokens = "maximum_tokens"
  }

  /// A manifest; see the properties for what each value means.
  public init(
    id: String,
    version: String,
    title: String,
    summary: String,
    promptPrefix: String,
    imagePolicy: ImagePolicy,
    maximumTokens: Int,
    notice: String? = nil
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.summary = summary
    self.promptPrefix = promptPrefix
    self.imagePolicy = imagePolicy
    self.maximumTokens = maximumTokens
    self.notice = notice
  }
}

/// How an image of any size becomes the model's square.
public enum ImagePolicy: String, Codable, Sendable, CaseIterable {
  /// Width and height are scaled independently.
  case stretch
  /// The image is centred on a white square first, so that its aspect is kept.
  case pad
}

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

  /// A source; see the properties for what each value means.
  public init(bytes: [UInt8], origin: Origin, path: String? = nil, schemaPath: String? = nil) {
    self.bytes = bytes
    self.origin = origin
    self.path = path
    self.schemaPath = schemaPath
  }

  /// The output of a model.
  public init(modelOutput text: String) {
    self.init(bytes: Array(text.utf8), origin: .model)
  }
}

/// A text that has no document; the findings say why.
public struct ParseFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// At least one finding of severity ``Severity/error``.
  public let findings: [Finding]

  /// A failure with its reasons.
  public init(findings: [Finding]) {
    self.findings = findings
  }

  /// The messages of the findings, one a line.
  public var description: String {
    findings.map(\.message).joined(separator: "\n")
  }
}

/// A schema that cannot be used, so that nothing can be said about the text.
public struct SchemaFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The schema's path as the user gave it.
  public let path: String
  /// What is wrong with it.
  public let reason: String

  /// A failure with its reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// Path and reason in one line.
  public var description: String { "\(path): \(reason)" }
}

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
  /// Writes the document as UTF-8 text that ends with a newline.
  public let write: @Sendable (Document) -> String

  /// An exporter; see the properties for what each value means.
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
    self.write = write
  }
}

/// A measure of a prediction against a reference, named by its variant.
public struct TaskMetric: Sendable {
  /// The variant's name, such as `teds-pubtabnet`.
  public let name: String
  /// What it measures, its range and its source, in one sentence.
  public let summary: String
  /// The score of (prediction, reference); higher is better unless the summary says otherwise.
  public let score: @Sendable (_ prediction: String, _ reference: String) -> Double

  /// A metric; see the properties for what each value means.
  public init(
    name: String,
    summary: String,
    score: @escaping @Sendable (_ prediction: String, _ reference: String) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.score = score
  }
}
