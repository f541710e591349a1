import Foundation
import TaskProtocol
import TestSupport
import Testing

@Suite struct ModelCommandTests {
  @Test func `the embedded checkpoint is described`() throws {
    let run = try CommandRun(["model", "inspect"])
    #expect(run.exitCode == 0)
    #expect(run.diagnostics.isEmpty)
    for expected in ["PaliGemma 2", "BF16", "224 px, 196 image tokens", "tokenizer.json"] {
      #expect(run.output.contains(expected), "\(expected) is missing in\n\(run.output)")
    }
  }

  @Test func `JSON names members in snake case`() throws {
    let run = try CommandRun(["model", "inspect", Golden.root + "/sharded", "--json"])
    #expect(run.exitCode == 0)
    let value = try JSONDecoder().decode(
      [String: JSONValue].self,
      from: Data(run.output.utf8)
    )
    guard case .array(let files) = value["files"] else {
      Issue.record("no files in \(run.output)")
      return
    }
    #expect(files.count > 1)
    #expect(value["image_tokens"] != nil)
    #expect(value["parameters_by_element_type"] != nil)
  }

  @Test func `a folder that is no checkpoint ends with 66 and one line that names the file`() throws
  {
    let folder = try TemporaryFolder()
    let none = try CommandRun(["model", "inspect", folder.path])
    #expect(none.exitCode == 66)
    try folder.write("{\"model_type\": 3}", to: "config.json")
    let broken = try CommandRun(["model", "inspect", folder.path])
    #expect(broken.exitCode == 66)
    #expect(broken.diagnostics.hasPrefix("Error: \(folder.path)/config.json"))
    #expect(broken.diagnostics.split(separator: "\n").count == 1)
  }
}
