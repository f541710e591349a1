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

/// A document that cannot be written in a format.
public struct ExportFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The exporter's name.
  public let format: String
  /// What stands in the way and what to do instead.
  public let reason: String

  /// A failure with its reason.
  public init(format: String, reason: String) {
    self.format = format
    self.reason = reason
  }

  /// Format and reason in one line.
  public var description: String { "\(format): \(reason)" }
}
