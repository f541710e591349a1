import Foundation
import Testing

@Suite struct HelpTests {
  @Test(arguments: [
    "", "transcribe", "validate", "convert", "evaluate", "tasks", "generate", "measure", "score",
    "model",
    "model inspect", "model quantize", "model verify", "model compare", "model calibrate", "bench",
    "scale", "plugin",
    "plugin new", "plugin check",
  ])
  func `the help of every command is the one in the snapshot`(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let run = try CommandRun(words + ["--help"])
    #expect(run.exitCode == 0)
    #expect(run.diagnostics.isEmpty)
    let name = words.isEmpty ? "copyist" : words.joined(separator: "-")
    let snapshot = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Snapshots/\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try Data(run.output.utf8).write(to: snapshot)
    }
    let stored = try String(contentsOf: snapshot, encoding: .utf8)
    #expect(
      run.output == stored,
      "record anew with RECORD_SNAPSHOTS=1 swift test --filter HelpTests"
    )
  }

  @Test func `the version names the instruction set in use`() throws {
    let run = try CommandRun(["--version"])
    #expect(run.exitCode == 0)
    #expect(run.output.hasPrefix("copyist 0.1.0 ("))
    #expect(run.output.contains("kernels"))
  }

  @Test(arguments: [
    ["transcribe"], ["transcribe", "table"], ["nonsense"], ["validate", "table"],
    ["transcribe", "table", "x.png", "--json", "--jsonl"],
    ["transcribe", "table", "x.png", "--check", "--constrain"],
    ["transcribe", "table", "x.png", "--repair", "--check"],
    ["transcribe", "table", "x.png", "--abstain-below", "1.5"],
    ["transcribe", "table", "x.png", "--set", "language"],
    ["transcribe", "table", "x.png", "--set", "nonsense=1"],
    ["validate", "table", "x.html", "--input-format", "nonsense"],
    ["bench"], ["bench", "--masks", "nonsense"], ["bench", "--masks", "--set", "a=b"],
    ["plugin", "new", "lower"], ["plugin", "check", "nonsense"],
    ["plugin", "check", "table", "--walks", "0"],
    ["plugin", "new", "Table", "--tree", CommandRun.path("")],
    ["transcribe", "table", "x.png", "--max-tokens", "0"],
    ["generate", "--image", "x.png", "--prompt", "p", "--beams", "2", "--seed", "1"],
    ["generate", "--image", "x.png", "--prompt", "p", "--top-p", "1.5"],
    ["generate", "--image", "x.png", "--prompt", "p", "--beams", "65"],
    ["transcribe", "table", CommandRun.path("docs/examples/table.png"), "-o", ""],
    ["generate", "--image", "x.png", "--prompt", "p", "--temperature", "-1"],
  ])
  func `a command that is not understood ends with 64 and says what was meant`(
    arguments: [String]
  ) throws {
    let run = try CommandRun(arguments)
    #expect(run.exitCode == 64)
    #expect(run.output.isEmpty)
    #expect(run.diagnostics.hasPrefix("Error: "))
  }
}
