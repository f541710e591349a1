import TaskProtocol

extension TaskPlugin {
  /// The exporter that `--format` names, the first one without it.
  ///
  /// - Throws: ``ToolError`` that lists the formats where there is none of that name.
  func exporter(named name: String?) throws(ToolError) -> Exporter<Document> {
    let exporters = self.exporters
    if let chosen = name.map({ name in exporters.first { $0.name == name } }) ?? exporters.first {
      return chosen
    }
    throw ToolError(
      "the task '\(manifest.id)' does not write '\(name ?? "")'; known formats: "
        + exporters.map(\.name).joined(separator: ", "),
      exit: .usage
    )
  }
}

extension Exporter {
  /// Refuses to write a binary format onto a terminal.
  ///
  /// - Parameters:
  ///   - output: The value of `-o`.
  ///   - environment: Domains and streams.
  /// - Throws: ``ToolError`` that asks for a file.
  func check(output: String?, in environment: ToolEnvironment) throws(ToolError) {
    guard !isText, output == nil || output == "-", environment.output.isTerminal else { return }
    throw ToolError(
      "the format '\(name)' is binary and standard output a terminal; name a file with -o",
      exit: .usage
    )
  }
}
