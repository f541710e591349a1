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

  @Test func `a checkpoint is quantized, described, verified and read`() throws {
    let folder = try TemporaryFolder()
    let run = try CommandRun(["model", "quantize", "--bits", "8", "-o", folder.path])
    #expect(run.exitCode == 0)
    let file = "\(folder.path)/copyist-8bit.safetensors"
    #expect(run.output.hasPrefix(file + "\n"))
    let again = try CommandRun(["model", "quantize", "--bits", "8", "-o", folder.path])
    #expect(again.exitCode == 64)
    #expect(again.diagnostics.contains("--force"))
    let inspected = try CommandRun(["model", "inspect", folder.path])
    #expect(inspected.output.contains(" Q8)"))
    #expect(try CommandRun(["model", "verify", folder.path]).exitCode == 0)
    let example = CommandRun.path("docs/examples/table.png")
    let read = try CommandRun(["transcribe", "table", example, "--model", folder.path, "--json"])
    #expect(read.exitCode == 0)
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(read.output.utf8))
    #expect(result.model.weights == "BF16+Q8")
    #expect(result.model.arithmetic == "bfloat16")
    let published = try CommandRun(
      ["transcribe", "table", example, "--json", "--arithmetic", "float32"]
    )
    let expected = try JSONDecoder().decode(TaskResult.self, from: Data(published.output.utf8))
    #expect(result.text == expected.text)
    #expect(expected.model.arithmetic == "float32")
    let four = ["--model", folder.path, "--weights", "4bit"]
    #expect(try CommandRun(["transcribe", "table", example] + four).exitCode == 66)
    var bytes = try readBytes(file)
    bytes[bytes.count - 100] ^= 4
    try folder.write(bytes, to: "copyist-8bit.safetensors")
    let damaged = try CommandRun(["model", "verify", folder.path])
    #expect(damaged.exitCode == 2)
    #expect(damaged.diagnostics.contains(file))
    #expect(try CommandRun(["model", "verify"]).exitCode == 64)
    #expect(try CommandRun(["model", "quantize", "--bits", "5"]).exitCode == 64)
  }

  /// What `model compare --json` prints, as far as the tests look at it.
  private struct Comparison: Decodable {
    let arithmetic: String
    let images, same_texts, tokens, same_choices: Int
    let choice_share, log_probability_distance, mean_cosine, least_cosine: Double
  }

  private func comparison(_ arguments: [String]) throws -> Comparison {
    let example = CommandRun.path("docs/examples/table.png")
    let run = try CommandRun(["model", "compare", "table", example] + arguments + ["--json"])
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    return try JSONDecoder().decode(Comparison.self, from: Data(run.output.utf8))
  }

  @Test func `the original weights in float32 differ from themselves in nothing`() throws {
    let same = try comparison(["--arithmetic", "float32"])
    #expect(same.arithmetic == "float32" && same.images == 1 && same.same_texts == 1)
    #expect(same.tokens > 20 && same.same_choices == same.tokens && same.choice_share == 1)
    #expect(same.log_probability_distance == 0)
    #expect(same.least_cosine > 1 - 1e-12)
  }

  @Test func `quantized weights are compared with the original ones of another folder`() throws {
    let folder = try TemporaryFolder()
    let quantized = try CommandRun(["model", "quantize", "--bits", "8", "-o", folder.path])
    #expect(quantized.exitCode == 0)
    let published = CommandRun.path("Models/copyist-small")
    let found = try comparison(["--model", folder.path, "--original", published])
    #expect(found.choice_share > 0.98 && found.mean_cosine > 0.99)
    #expect(found.mean_cosine < 1 && found.least_cosine <= found.mean_cosine)
    #expect(found.log_probability_distance > 0)
    let example = CommandRun.path("docs/examples/table.png")
    let alone = ["model", "compare", "table", example, "--model", folder.path]
    let missing = try CommandRun(alone)
    #expect(missing.exitCode == 66)
    #expect(missing.diagnostics.contains(folder.path))
    let other = try CommandRun(alone + ["--original", Golden.root + "/paligemma2-3b-like"])
    #expect(other.exitCode == 64)
    #expect(try CommandRun(["model", "compare", "table"]).exitCode == 64)
    #expect(try CommandRun(alone + ["--max-tokens", "0"]).exitCode == 64)
  }
}
