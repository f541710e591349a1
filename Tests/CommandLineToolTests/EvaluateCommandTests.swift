import Foundation
import TaskProtocol
import TestSupport
import Testing

@Suite struct EvaluateCommandTests {
  let folder: TemporaryFolder
  let right = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
  let wrong = "<table><tbody><tr><td>a</td></tr></tbody></table>"

  init() throws {
    folder = try TemporaryFolder()
  }

  private struct Record: Decodable {
    struct Score: Decodable {
      let value: Double
      let low: Double
      let high: Double
    }
    let count: Int
    let metrics: [String: Score]
    let valid: Int
    let abstained: Int
    let secondsPerImage: Double

    enum CodingKeys: String, CodingKey {
      case count, metrics, valid, abstained
      case secondsPerImage = "seconds_per_image"
    }
  }

  private func lines(_ objects: [[String: String]]) throws -> String {
    try objects.map { object in
      String(decoding: try JSONEncoder().encode(object), as: UTF8.self) + "\n"
    }.joined()
  }

  private func record(_ run: CommandRun) throws -> Record {
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    return try JSONDecoder().decode(Record.self, from: Data(run.output.utf8))
  }

  @Test func `predictions from another tool are scored without a model`() throws {
    let pairs = try folder.write(
      lines([["id": "1", "reference": right], ["id": "2", "reference": right]]),
      to: "PAIRS.jsonl"
    )
    let predictions = try folder.write(
      lines([["id": "2", "prediction": wrong], ["id": "1", "prediction": right]]),
      to: "tool.jsonl"
    )
    let run = try CommandRun(
      ["evaluate", "table", pairs, "--predictions", predictions, "--json"]
    )
    let record = try record(run)
    #expect(record.count == 2)
    #expect(record.valid == 2)
    let score = try #require(record.metrics["teds-struct-pubtabnet"])
    // One of three nodes below the table is missing: (1 + 3/4) / 2.
    #expect(abs(score.value - 0.875) < 1e-9)
    #expect(score.low >= 0.75 && score.high <= 1 && score.low <= score.value)
    #expect(
      try CommandRun(["evaluate", "table", pairs, "--predictions", predictions, "--json"]).output
        == run.output
    )
  }

  @Test func `a checkpoint is scored on images beside the file`() throws {
    let example = try Data(contentsOf: URL(filePath: CommandRun.path("docs/examples/table.png")))
    try folder.write(Array(example), to: "table.png")
    let text = try CommandRun(
      ["transcribe", "table", folder.path + "/table.png", "--json", "-q"]
    )
    let result = try JSONDecoder().decode(TaskResult.self, from: Data(text.output.utf8))
    let pairs = try folder.write(
      lines([
        ["id": "1", "image": "table.png", "reference": try #require(result.text)],
        ["id": "2", "image": folder.path + "/table.png", "reference": try #require(result.text)],
      ]),
      to: "PAIRS.jsonl"
    )
    let record = try record(try CommandRun(["evaluate", "table", pairs, "--json"]))
    #expect(record.metrics["teds-pubtabnet"]?.value == 1)
    #expect(record.valid == 2)
    #expect(record.secondsPerImage > 0)
  }

  @Test func `a pair that a metric has no value for is named`() throws {
    let cells = String(repeating: "<td></td>", count: 4200)
    let wide = "<table><tbody><tr>\(cells)</tr></tbody></table>"
    let pairs = try folder.write(
      lines([["id": "9", "prediction": wide, "reference": wide]]),
      to: "PAIRS.jsonl"
    )
    let run = try CommandRun(["evaluate", "table", pairs, "--json"])
    #expect(run.exitCode == 1)
    #expect(run.output.isEmpty)
    #expect(run.diagnostics.contains("has no value for the pair '9'"))
  }

  @Test func `what is wrong with a line is named with the file and the line`() throws {
    let cases = [
      ("{\"id\": \"1\"}\n", "PAIRS.jsonl:1: has no member 'reference'"),
      (
        "\n{\"id\": 1, \"reference\": \"\"}\n",
        "PAIRS.jsonl:2: the member 'id' has another type than expected"
      ),
      ("nonsense\n", "PAIRS.jsonl:1: is not a JSON object"),
      ("[1]\n", "PAIRS.jsonl:1: is not a JSON object"),
      ("\n", "PAIRS.jsonl: holds no pairs"),
      (
        "{\"id\": \"1\", \"reference\": \"x\"}\n",
        "PAIRS.jsonl: the pair '1' has neither an image nor a prediction"
      ),
    ]
    for (text, expected) in cases {
      let pairs = try folder.write(text, to: "PAIRS.jsonl")
      let run = try CommandRun(["evaluate", "table", pairs])
      #expect(run.exitCode == 66)
      #expect(run.diagnostics == "Error: \(folder.path)/\(expected)\n")
    }
    let pairs = try folder.write(lines([["id": "7", "reference": right]]), to: "PAIRS.jsonl")
    let empty = try folder.write("", to: "none.jsonl")
    let run = try CommandRun(["evaluate", "table", pairs, "--predictions", empty])
    #expect(run.exitCode == 66)
    #expect(run.firstDiagnostic.hasSuffix("has no prediction for '7'"))
  }
}
