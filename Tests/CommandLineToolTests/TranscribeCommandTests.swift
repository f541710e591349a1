import Foundation
import TableDomain
import TaskProtocol
import TestSupport
import Testing

/// Runs on the checkpoint that comes with the tool.
@Suite struct TranscribeCommandTests {
  let folder: TemporaryFolder
  let example = CommandRun.path("docs/examples/table.png")

  init() throws {
    folder = try TemporaryFolder()
  }

  private func results(_ text: String) throws -> [TaskResult] {
    try text.split(separator: "\n").map { line in
      try JSONDecoder().decode(TaskResult.self, from: Data(line.utf8))
    }
  }

  @Test func `the example in the README is read as the README says`() throws {
    let run = try CommandRun(["transcribe", "table", example, "--format", "text"])
    #expect(run.exitCode == 0)
    let readme = try String(contentsOfFile: CommandRun.path("README.md"), encoding: .utf8)
    let shown = run.output.split(separator: "\n").map { "    \($0)\n" }.joined()
    #expect(readme.contains(shown), "the README does not show\n\(run.output)")
  }

  @Test func `every format of a task is written`() throws {
    let formats = TablePlugin().exporters.map(\.name)
    #expect(formats.count >= 6)
    for format in formats {
      let run = try CommandRun(["transcribe", "table", example, "--format", format])
      #expect(run.exitCode == 0)
      #expect(
        run.output.utf8.last == UInt8(ascii: "\n") && run.output.count > 20,
        "\(format): \(run.output)"
      )
    }
    let unknown = try CommandRun(["transcribe", "table", example, "--format", "docx"])
    #expect(unknown.exitCode == 64)
    #expect(
      unknown.diagnostics
        == "Error: the task 'table' does not write 'docx'; known formats: "
        + formats.joined(separator: ", ") + "\n"
    )
  }

  @Test func `images worked on together give the same results in the same order`() throws {
    let pictures = Golden.root + "/embedded/table"
    try folder.write("no picture", to: "broken.png")
    let inputs = [pictures, "\(folder.path)/broken.png", example]
    func run(_ together: String) throws -> [TaskResult] {
      let run = try CommandRun(
        ["transcribe", "table"] + inputs + ["--jsonl", "--together", together]
      )
      #expect(run.exitCode == 66)
      return try results(run.output).map { result in
        var result = result
        result.timing = TaskTiming()
        return result
      }
    }
    let alone = try run("1")
    #expect(alone.count == 10)
    #expect(try run("3") == alone)
    #expect(try run("16") == alone)
    let most = ["--max-tokens", String(Int.max)]
    #expect(try CommandRun(["transcribe", "table", example, example] + most).exitCode == 1)
    let wrong = try CommandRun(["transcribe", "table", example, "--together", "0"])
    #expect(wrong.exitCode == 64)
  }

  @Test func `JSON is a task result with the sums of image and checkpoint`() throws {
    let run = try CommandRun(["transcribe", "table", example, "--json"])
    #expect(run.exitCode == 0)
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(run.output.utf8))
    #expect(result.schema == TaskResult.currentSchema)
    #expect(result.status == .valid)
    #expect(result.model.id == "copyist-small")
    #expect(result.model.sha256.count == 64)
    #expect(result.input.sha256?.count == 64)
    #expect(result.input.path == example)
    #expect(result.document != nil)
    #expect((0...1).contains(result.confidence ?? -1))
    #expect(result.tokens > 10)
  }

  @Test func `a broken image among good ones ends with 66 and the others are read`() throws {
    let broken = try folder.write("no picture", to: "broken.png")
    let run = try CommandRun(
      ["transcribe", "table", example, broken, folder.path + "/missing.png", example, "--jsonl"]
    )
    #expect(run.exitCode == 66)
    let results = try results(run.output)
    #expect(results.map(\.status) == [.valid, .failed, .failed, .valid])
    #expect(results[0].text == results[3].text)
    #expect(results[1].findings.first?.message.hasPrefix(broken) == true)
    #expect(run.diagnostics.contains("Error: \(broken): "))
    #expect(run.diagnostics.contains("missing.png: No such file or directory"))
  }

  @Test func `a file is written whole under the name asked for`() throws {
    let target = folder.path + "/deep/table.html"
    defer { try? FileManager.default.removeItem(atPath: folder.path + "/deep") }
    let run = try CommandRun(["transcribe", "table", example, "-o", target])
    #expect(run.exitCode == 0)
    #expect(run.output.isEmpty)
    let page = try String(contentsOfFile: target, encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    let check = try CommandRun(["validate", "table", target])
    #expect(check.exitCode == 0, "\(check.output)")
  }

  @Test func `several images go into a folder and two of one name are refused first`() throws {
    let copy = try folder.write(Array(Data(contentsOf: URL(filePath: example))), to: "b.png")
    let out = folder.path + "/out"
    defer { try? FileManager.default.removeItem(atPath: out) }
    let run = try CommandRun(
      ["transcribe", "table", example, copy, "--format", "csv", "-o", out]
    )
    #expect(run.exitCode == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted() == ["b.csv", "table.csv"]
    )
    let clash = try CommandRun(
      ["transcribe", "table", example, example, "-o", folder.path + "/other/"]
    )
    #expect(clash.exitCode == 64)
    #expect(clash.diagnostics.contains("would both be written to"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/other"))
  }

  @Test func `a folder stands for the images in it`() throws {
    try folder.write(Array(Data(contentsOf: URL(filePath: example))), to: "one.png")
    try folder.write("not an image by its name", to: "notes.txt")
    let run = try CommandRun(["transcribe", "table", folder.path, "--jsonl"])
    #expect(run.exitCode == 0)
    #expect(try results(run.output).map(\.input.path) == [folder.path + "/one.png"])
    let empty = try TemporaryFolder()
    let none = try CommandRun(["transcribe", "table", empty.path])
    #expect(none.exitCode == 66)
  }

  @Test func `an image comes from standard input for a dash`() throws {
    let bytes = try Data(contentsOf: URL(filePath: example))
    let run = try CommandRun(["transcribe", "table", "-", "--format", "csv"], input: bytes)
    let file = try CommandRun(["transcribe", "table", example, "--format", "csv"])
    #expect(run.exitCode == 0)
    #expect(run.output == file.output)
  }

  @Test func `a limit of few tokens still gives a valid table`() throws {
    let run = try CommandRun(["transcribe", "table", example, "--max-tokens", "12", "--json"])
    #expect(run.exitCode == 0)
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(run.output.utf8))
    #expect(result.status == .valid)
    #expect(result.tokens <= 12)
    #expect(result.interventions.contains { $0.kind == "budget" || $0.kind == "forced" })
    let free = try CommandRun(
      ["transcribe", "table", example, "--max-tokens", "12", "--json", "--check"]
    )
    #expect(free.exitCode == 2)
    let cut = try JSONDecoder().decode(TaskResult.self, from: Data(free.output.utf8))
    #expect(cut.status == .invalid)
    #expect(cut.truncated)
    #expect(cut.interventions.isEmpty)
  }

  @Test func `a checkpoint is not asked for what it was not trained for`() throws {
    let run = try CommandRun(
      ["transcribe", "table", example, "--model", Golden.root + "/paligemma2-3b-like", "-q"]
    )
    #expect(run.exitCode == 0, "a checkpoint that lists no tasks is taken at the user's word")
    let model = try TemporaryFolder()
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Golden.root + "/paligemma2-3b-like"
    )
    try model.copy(from: Golden.root + "/paligemma2-3b-like", names)
    try model.write("{\"tasks\": [\"molecule\", \"music\"]}", to: "copyist.json")
    let refused = try CommandRun(["transcribe", "table", example, "--model", model.path])
    #expect(refused.exitCode == 64)
    #expect(refused.firstDiagnostic.contains("not trained for 'table', only for: molecule, music"))
    try model.write("[]", to: "copyist.json")
    let broken = try CommandRun(["transcribe", "table", example, "--model", model.path])
    #expect(broken.exitCode == 66)
  }

  @Test func `a checkpoint folder that is none is named`() throws {
    let missing = try CommandRun(["transcribe", "table", example, "--model", folder.path + "/none"])
    #expect(missing.exitCode == 66)
    #expect(missing.firstDiagnostic.contains("no such folder (from --model)"))
    let empty = try CommandRun(
      ["transcribe", "table", example],
      variables: ["COPYIST_MODEL": folder.path]
    )
    #expect(empty.exitCode == 66)
    #expect(empty.firstDiagnostic.contains("has no config.json (from COPYIST_MODEL)"))
  }

  @Test func `an output below the confidence asked for is withheld, with exit code 3`() throws {
    let target = folder.path + "/withheld.html"
    let run = try CommandRun(
      ["transcribe", "table", example, "--abstain-below", "1", "-o", target, "--json"]
    )
    #expect(run.exitCode == 3)
    #expect(!FileManager.default.fileExists(atPath: target))
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(run.output.utf8))
    #expect(result.status == .abstained)
    #expect(result.text?.isEmpty == false, "the reader may still look at what was withheld")
    #expect(result.findings.map(\.code) == ["low-confidence"])
    let sure = try CommandRun(["transcribe", "table", example, "--abstain-below", "0.01"])
    #expect(sure.exitCode == 0)
  }

  @Test func `a blank page is withheld, with exit code 3 and the reason`() throws {
    let page = try folder.write(BlankPage.png, to: "blank.png")
    let run = try CommandRun(["transcribe", "table", page, "--json"])
    #expect(run.exitCode == 3)
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(run.output.utf8))
    #expect(result.status == .abstained && result.text == nil && result.confidence == nil)
    #expect(result.findings.map(\.code) == ["blank-image"])
    #expect(run.diagnostics.contains("The image is blank"))
  }

  @Test func `an output that was cut is mended, and the edit is listed`() throws {
    let options = ["transcribe", "table", example, "--max-tokens", "40", "--jsonl"]
    let free = try CommandRun(options + ["--check"])
    #expect(free.exitCode == 2)
    let run = try CommandRun(options + ["--repair"])
    #expect(run.exitCode == 0)
    let (cut, mended) = (try results(free.output)[0], try results(run.output)[0])
    #expect(cut.status == .invalid && cut.truncated && cut.edits.isEmpty)
    #expect(mended.status == .valid && mended.truncated)
    let edit = try #require(mended.edits.last)
    #expect(edit.offset == cut.text?.utf8.count && edit.removed.isEmpty)
    #expect(mended.text == (cut.text ?? "") + edit.inserted)
    #expect(run.diagnostics.contains("edit at byte \(edit.offset): inserted"))
    #expect(mended.parts.isEmpty, "no part stands where the model wrote it")
  }
}
