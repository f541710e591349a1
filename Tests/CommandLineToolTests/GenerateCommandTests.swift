import Foundation
import TaskProtocol
import TestSupport
import Testing

/// Runs on tiny random checkpoints, whose texts mean nothing.
@Suite struct GenerateCommandTests {
  let model = Golden.root + "/paligemma2-3b-like"
  let image = CommandRun.path("docs/examples/table.png")

  private func object(_ text: String) throws -> [String: JSONValue] {
    try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
  }

  private func generate(_ options: [String]) throws -> [String: JSONValue] {
    let run = try CommandRun(
      ["generate", "--model", model, "--image", image, "--prompt", "caption", "--json"] + options
    )
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    return try object(run.output)
  }

  @Test func `JSON has the fields that the command line promises`() throws {
    let value = try generate(["--max-tokens", "5"])
    #expect(
      Set(value.keys) == [
        "model", "prompt", "token_ids", "text", "logprobs", "finish_reason", "timing",
      ]
    )
    guard case .array(let ids) = value["token_ids"], case .array(let values) = value["logprobs"]
    else {
      Issue.record("token_ids and logprobs are lists")
      return
    }
    #expect(ids.count == values.count)
    #expect(ids.count <= 5)
    #expect(value["prompt"] == .string("caption"))
  }

  @Test func `one beam is greedy and a seed repeats`() throws {
    let greedy = try generate(["--max-tokens", "8"])
    #expect(
      try generate(["--max-tokens", "8", "--beams", "1"])["token_ids"] == greedy["token_ids"]
    )
    let sampling = ["--max-tokens", "8", "--temperature", "1.5", "--seed"]
    let first = try generate(sampling + ["7"])["token_ids"]
    #expect(try generate(sampling + ["7"])["token_ids"] == first)
    // More than the vocabulary has.
    let whole = try generate(sampling + ["7", "--top-k", "99999999999"])["token_ids"]
    #expect(whole == first)
    let others = try (0..<4).map { try generate(sampling + ["\(100 + $0)"])["token_ids"] }
    #expect(others.contains { $0 != first })
  }

  @Test func `a text scores what it scored when it was generated`() throws {
    let generated = try generate(["--max-tokens", "4"])
    guard case .string(let text) = generated["text"],
      case .array(let expected) = generated["logprobs"]
    else {
      Issue.record("text and logprobs are missing")
      return
    }
    let run = try CommandRun(
      [
        "score", "--model", model, "--image", image, "--prompt", "caption", "--text", text,
        "--json",
      ]
    )
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    let score = try object(run.output)
    #expect(Set(score.keys) == ["token_ids", "logprobs", "sum"])
    // Random text may tokenise otherwise than it was generated; equal ids must score alike.
    if score["token_ids"] == generated["token_ids"], case .array(let found) = score["logprobs"] {
      for (left, right) in zip(found, expected) {
        guard case .number(let left) = left, case .number(let right) = right else { continue }
        #expect(abs(left - right) < 1e-3)
      }
    }
  }

  @Test func `plain output is the text and a newline`() throws {
    let run = try CommandRun(
      ["generate", "--model", model, "--image", image, "--prompt", "caption", "--max-tokens", "6"]
    )
    let json = try generate(["--max-tokens", "6"])
    #expect(run.exitCode == 0)
    #expect(json["text"] == .string(String(run.output.dropLast())))
  }

  @Test func `an image that cannot be read ends with 66`() throws {
    let run = try CommandRun(
      ["generate", "--model", model, "--image", "/nonexistent.png", "--prompt", "caption"]
    )
    #expect(run.exitCode == 66)
    #expect(run.diagnostics == "Error: /nonexistent.png: No such file or directory\n")
  }
}
