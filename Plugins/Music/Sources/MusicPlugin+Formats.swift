public import TaskProtocol

/// Which formats the plugin writes and reads: the lists to which a format is added.
extension MusicPlugin {
  /// The formats a score can be written in.
  public var exporters: [Exporter<Score>] {
    MusicXMLFormats.exporters + Self.kernExporters
  }

  /// The formats of files that are examined and read.
  public var inputFormats: [InputFormat] {
    MusicXMLFormats.inputFormats + [Self.kernFormat]
  }

  /// Examines a model's output or a file.
  public func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    if MusicXMLFormats.recognises(source) { return try MusicXMLFormats.validate(source) }
    if let path = source.schemaPath {
      throw SchemaFailure(path: path, reason: "**kern is not XML; no schema applies to it")
    }
    var findings = validateKern(source)
    for index in findings.indices { findings[index].path = source.path }
    return findings
  }

  /// Reads a score from MusicXML of any tool or from **kern.
  public func read(_ source: ValidationSource) throws(ParseFailure) -> Score {
    if MusicXMLFormats.recognises(source) {
      return try MusicXMLFormats.read(source, acceptsLoss: acceptsLoss)
    }
    guard let text = String(validating: source.bytes, as: UTF8.self) else {
      throw ParseFailure(findings: validateKern(source).map { $0.placed(in: source.path) })
    }
    return try parse(text)
  }
}
