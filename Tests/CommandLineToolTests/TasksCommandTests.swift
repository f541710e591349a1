import Foundation
import TaskProtocol
import Testing

@Suite struct TasksCommandTests {
  @Test func `the list has a line per task`() throws {
    let run = try CommandRun(["tasks"])
    #expect(run.exitCode == 0)
    #expect(run.output.split(separator: "\n").first?.hasPrefix("table  ") == true)
  }

  @Test func `a task is described with its prompt, formats and metrics`() throws {
    let run = try CommandRun(["tasks", "table"])
    #expect(run.exitCode == 0)
    for expected in ["Prompt: table", "html", "csv", "markdown", "json", "teds-pubtabnet"] {
      #expect(run.output.contains(expected), "\(expected) is missing in\n\(run.output)")
    }
  }

  @Test func `JSON lists the same`() throws {
    let run = try CommandRun(["tasks", "--json"])
    let value = try JSONDecoder().decode([[String: JSONValue]].self, from: Data(run.output.utf8))
    #expect(value.count == 1)
    guard case .object(let manifest) = value.first?["manifest"] else {
      Issue.record("no manifest in \(run.output)")
      return
    }
    #expect(manifest["id"] == .string("table"))
    #expect(manifest["prompt_prefix"] == .string("table"))
    #expect(manifest["maximum_tokens"] != nil && manifest["image_policy"] != nil)
  }

  @Test(arguments: [
    ["tasks", "tabel"], ["validate", "tabel", "x"], ["transcribe", "tabel", "x"],
  ])
  func `an unknown task ends with 64 and lists the known ones`(arguments: [String]) throws {
    let run = try CommandRun(arguments)
    #expect(run.exitCode == 64)
    #expect(run.diagnostics == "Error: no task is called 'tabel'; known tasks: table\n")
  }
}
