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

  /// What a user can set for a run; see ``TaskOption``.
  var options: [TaskOption] { get }

  /// The plugin under some settings: prompt, constraint, parser and validator follow them.
  ///
  /// - Parameter settings: Values by the names of ``options``, already checked against them by
  ///   ``applying(_:)``, which callers use.
  /// - Returns: The changed plugin.
  func configured(_ settings: [String: String]) -> Self

  /// The formats of other tools' files that ``validate(_:)`` and ``read(_:)`` know.
  var inputFormats: [InputFormat] { get }

  /// Reads a document from a file of any tool, in the model's language or one of ``inputFormats``.
  ///
  /// - Throws: ``ParseFailure`` when the file has no document; the findings say why.
  func read(_ source: ValidationSource) throws(ParseFailure) -> Document

  /// Which bytes of a model's output belong to which part of the document, in the order of the text.
  ///
  /// - Parameter text: An output that ``parse(_:)`` reads; other texts have no parts.
  /// - Returns: Parts; they may touch but not overlap.
  func parts(of text: String) -> [TextPart]

  /// A valid text near an invalid one, with every edit listed.
  ///
  /// - Returns: `nil` when there is nothing to edit or no way to mend it.
  func repair(_ text: String) -> Repair?
}

extension TaskPlugin {
  /// No options.
  public var options: [TaskOption] { [] }

  /// The plugin as it is.
  public func configured(_ settings: [String: String]) -> Self { self }

  /// None.
  public var inputFormats: [InputFormat] { [] }

  /// Reads the model's language alone.
  public func read(_ source: ValidationSource) throws(ParseFailure) -> Document {
    guard let text = String(validating: source.bytes, as: UTF8.self) else {
      throw ParseFailure(findings: [
        Finding(
          code: "not-utf-8",
          severity: .error,
          message: "The file is not UTF-8 text.",
          path: source.path,
          suggestion: "Convert it to UTF-8."
        )
      ])
    }
    return try parse(text)
  }

  /// No parts.
  public func parts(of text: String) -> [TextPart] { [] }

  /// The text with few edits that bring it back into the constraint's language; see
  /// ``Repair/init(of:under:)``.
  public func repair(_ text: String) -> Repair? {
    constraint.flatMap { Repair(of: text, under: $0) }
  }
}
