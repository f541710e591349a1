import OutputConstraints
import TaskProtocol
import Testing

@Suite struct TaskOptionTests {
  private struct Plugin: TaskPlugin {
    var values: [String: String] = [:]
    var manifest: TaskManifest {
      TaskManifest(
        id: "sample",
        version: "1.0.0",
        title: "Sample",
        summary: "Sample.",
        promptPrefix: "sample",
        imagePolicy: .pad,
        maximumTokens: 8
      )
    }
    var options: [TaskOption] {
      [
        TaskOption(name: "prior", summary: "Whether there is one.", values: ["none", "given"]),
        TaskOption(name: "indication", summary: "Why."),
      ]
    }
    func configured(_ settings: [String: String]) -> Plugin { Plugin(values: settings) }
    func parse(_ text: String) throws(ParseFailure) -> String { text }
    func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] { [] }
    var exporters: [Exporter<String>] { [] }
    var constraint: (any OutputConstraint)? { nil }
    var metrics: [TaskMetric] { [] }
  }

  private func reason(_ settings: [TaskSetting]) -> String? {
    do throws(SettingFailure) {
      _ = try Plugin().applying(settings)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `settings reach the plugin by name`() throws {
    let plugin = try Plugin().applying([
      TaskSetting(name: "prior", value: "given"), TaskSetting(name: "indication", value: "a=b"),
    ])
    #expect(plugin.values == ["prior": "given", "indication": "a=b"])
  }

  @Test func `an unknown name, a value that is not offered and a second value are refused`() {
    #expect(
      reason([TaskSetting(name: "prio", value: "given")])
        == "the task 'sample' has no option 'prio'; known options: prior, indication"
    )
    #expect(
      reason([TaskSetting(name: "prior", value: "yes")])
        == "the option 'prior' does not take 'yes'; it takes: none, given"
    )
    let twice = TaskSetting(name: "indication", value: "x")
    #expect(reason([twice, twice]) == "the option 'indication' was given twice")
  }

  @Test func `a file that is not UTF-8 has no document, with a finding that says so`() {
    #expect(throws: ParseFailure.self) {
      try Plugin().read(ValidationSource(bytes: [0xFF, 0x41], origin: .file, path: "x"))
    }
  }
}
