/// Something a validator has to say about a text.
public struct Finding: Codable, Equatable, Sendable {
  /// Stable, lower-case, hyphenated name of the kind of finding, such as `cell-overlap`.
  public var code: String
  /// How bad it is.
  public var severity: Severity
  /// What is wrong, what was expected and what was found, in one sentence.
  public var message: String
  /// The file it was found in, `nil` for a model's output.
  public var path: String?
  /// Line in the file, counted from 1, where known.
  public var line: Int?
  /// Column in the line, counted from 1 in characters, where known.
  public var column: Int?
  /// Place in the document in the domain's words, such as `measure 33, staff 1, voice 2`.
  public var part: String?
  /// What to do about it, where there is something to say.
  public var suggestion: String?

  /// A finding; see the properties for what each value means.
  public init(
    code: String,
    severity: Severity,
    message: String,
    path: String? = nil,
    line: Int? = nil,
    column: Int? = nil,
    part: String? = nil,
    suggestion: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.path = path
    self.line = line
    self.column = column
    self.part = part
    self.suggestion = suggestion
  }
}

/// How bad a finding is.
public enum Severity: String, Codable, Sendable, CaseIterable {
  /// The text is not valid.
  case error
  /// The text is valid and probably not what its author meant.
  case warning
  /// Worth knowing.
  case note
}
