/// Something that a parser or a schema has to say about a document.
package struct MarkupDiagnostic: Equatable, Sendable {
  /// How bad it is.
  package enum Severity: Equatable, Sendable {
    /// Allowed, and probably not meant.
    case warning
    /// Not allowed; the parser went on with a guess.
    case error
  }

  /// Who found it.
  package enum Origin: Equatable, Sendable {
    /// Turning bytes into characters.
    case encoding
    /// Our own limits.
    case limit
    /// The HTML or XML parser.
    case parser
    /// The schema.
    case schema
  }

  /// How bad it is.
  package var severity: Severity
  /// Who found it.
  package var origin: Origin
  /// libxml2's number of the kind of error (`xmlParserErrors`), one of ours below 0, or 0.
  package var code: Int
  /// One line without a full stop at its end.
  package var message: String
  /// Where the parser was, or where the element starts; `nil` where nobody knows.
  package var position: SourcePosition?

  /// Code of an element that is open where the text ends.
  package static let unclosedElement = -1
  /// Code of an entity that was not replaced.
  package static let entityNotReplaced = -2
}

/// What is believed of an input before it is read.
package struct MarkupLimits: Equatable, Sendable {
  /// Longest document, in bytes.
  package var maximumBytes: Int
  /// Most diagnostics kept of one document; the rest are counted.
  package var maximumDiagnostics: Int
  /// Most elements of one document; what has more is not read.
  package var maximumElements: Int

  /// Limits on the size; nesting is limited to 256 elements by libxml2 itself.
  package init(
    maximumBytes: Int = 32 << 20,
    maximumDiagnostics: Int = 1000,
    maximumElements: Int = 2_000_000
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDiagnostics = maximumDiagnostics
    self.maximumElements = maximumElements
  }
}
