public import TaskProtocol

/// Which formats the plugin writes and reads: the lists to which a format is added.
extension MusicPlugin {
  /// The formats a score can be written in.
  public var exporters: [Exporter<Score>] { Self.kernExporters }

  /// The formats of files that are examined and read.
  public var inputFormats: [InputFormat] { [Self.kernFormat] }

  /// Examines a model's output or a file.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    if let path = source.schemaPath {
      throw SchemaFailure(path: path, reason: "**kern is not XML; no schema applies to it")
    }
    var findings = validateKern(source)
    for index in findings.indices { findings[index].path = source.path }
    return findings
  }
}
