public import TaskProtocol

extension TablePlugin {
  /// Examines a model's output or a file.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    guard let text = String(validating: source.bytes, as: UTF8.self) else {
      return [Finding(code: "invalid-utf8", severity: .error, message: "Not UTF-8.")]
    }
    do {
      let parser = try ModelTableParser(parsing: text)
      let formation = TableFormation(of: parser.table)
      let description = IssueDescription(table: parser.table, formation: formation)
      return formation.issues.map { description.finding(for: $0) }
    } catch {
      return [Finding(error)]
    }
  }

  /// Filled with the metrics of the field.
  public var metrics: [TaskMetric] { [] }
}
