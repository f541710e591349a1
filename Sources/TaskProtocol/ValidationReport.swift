/// What a validator says about one file; written by `copyist validate --json`.
public struct ValidationReport: Codable, Equatable, Sendable {
  /// Name and version of this format: ``currentSchema``.
  public var schema: String
  /// The task whose rules were applied.
  public var task: String
  /// The plugin that applied them.
  public var plugin: PluginReference
  /// The file as the user named it; `-` for standard input.
  public var path: String
  /// Whether no finding is an error.
  public var valid: Bool
  /// What was found, in the order of the file.
  public var findings: [Finding]

  /// The value of ``schema`` that this version writes.
  public static let currentSchema = "copyist/validation-report/1"

  /// The report on the findings of one file.
  public init(manifest: TaskManifest, path: String, findings: [Finding]) {
    self.schema = ValidationReport.currentSchema
    self.task = manifest.id
    self.plugin = PluginReference(manifest)
    self.path = path
    self.valid = !findings.contains { $0.severity == .error }
    self.findings = findings
  }
}
