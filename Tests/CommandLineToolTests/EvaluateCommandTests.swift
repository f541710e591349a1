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
    let calibration: [String: JSONValue]?
    let referencesBlocked: Int?

    enum CodingKeys: String, CodingKey {
      case count, metrics, valid, abstained, calibration
      case secondsPerImage = "seconds_per_image"
      case referencesBlocked = "references_blocked"
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
    #expect(record.calibration == nil)
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
    // Both are right with the same confidence: it is wrong by what it lacks.
    let confidence = try #require(result.confidence)
    #expect(record.calibration?["right_share"] == .integer(1))
    guard case .number(let error) = record.calibration?["expected_error"] else {
      Issue.record("no calibration error")
      return
    }
    #expect(abs(error - (1 - confidence)) < 1e-9)
  }

  @Test func `references that decoding cannot write are counted and named`() throws {
    let example = CommandRun.path("docs/examples/table.png")
    let pairs = try folder.write(
      lines([
        ["id": "1", "image": example, "reference": right],
        ["id": "spaced", "image": example, "reference": "<table> <tbody></tbody></table>"],
      ]),
      to: "PAIRS.jsonl"
    )
    let run = try CommandRun(["evaluate", "table", pairs, "--json"])
    #expect(try record(run).referencesBlocked == 1)
    #expect(run.diagnostics.contains("blocks the reference of 'spaced' at byte 7"))
    let free = try record(try CommandRun(["evaluate", "table", pairs, "--json", "--check"]))
    #expect(free.referencesBlocked == nil)
  }

  @Test func `withheld outputs are counted, kept and not scored`() throws {
    let example = CommandRun.path("docs/examples/table.png")
    let blank = try folder.write(BlankPage.png, to: "blank.png")
    let pairs = try folder.write(
      lines([
        ["id": "1", "image": example, "reference": right],
        ["id": "2", "image": blank, "reference": right],
      ]),
      to: "PAIRS.jsonl"
    )
    let samples = folder.path + "/samples"
    let record = try record(
      try CommandRun(["evaluate", "table", pairs, "--json", "--samples", samples])
    )
    #expect(record.count == 2 && record.abstained == 1 && record.valid == 1)
    #expect(record.calibration != nil, "of what was answered")
    let score = try #require(record.metrics["teds-pubtabnet"])
    #expect(score.value > 0 && score.value == score.high, "the score of the one that was answered")
    let again = try self.record(
      try CommandRun(["evaluate", "table", pairs, "--json", "--samples", samples, "--resume"])
    )
    #expect(again.abstained == 1 && again.metrics["teds-pubtabnet"]?.value == score.value)
    let none = try self.record(
      try CommandRun(["evaluate", "table", pairs, "--json", "--abstain-below", "1"])
    )
    #expect(none.abstained == 2 && none.valid == 0 && none.metrics.isEmpty)
    let other = try CommandRun(
      [
        "evaluate", "table", pairs, "--samples", samples, "--resume", "--abstain-below", "1",
      ]
    )
    #expect(other.exitCode == 64, "kept samples were made with another limit")
    let wrong = try CommandRun(["evaluate", "table", pairs, "--abstain-below", "2"])
    #expect(
      wrong.exitCode == 64 && wrong.diagnostics.contains("--abstain-below")
        && wrong.diagnostics.contains("from 0 to 1")
    )
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

  /// The ids of the samples in a folder, in their order.
  private func sampleIDs(_ name: String) throws -> [String] {
    let file = String(
      decoding: try readBytes("\(folder.path)/\(name)/samples.jsonl"),
      as: UTF8.self
    )
    return try file.split(separator: "\n").dropFirst().map { line in
      struct Sample: Decodable {
        let id: String
        let scores: [String: Double]
      }
      let sample = try JSONDecoder().decode(Sample.self, from: Data(line.utf8))
      #expect(sample.scores["teds-struct-pubtabnet"] != nil)
      return sample.id
    }
  }

  @Test func `samples are kept, and a run that was cut off at any byte goes on to the same result`()
    throws
  {
    let pairs = try folder.write(
      lines(
        (0..<4).map {
          ["id": "\($0)", "prediction": $0 % 2 == 0 ? right : wrong, "reference": right]
        }
      ),
      to: "PAIRS.jsonl"
    )
    let base = ["evaluate", "table", pairs, "--json"]
    let expected = try CommandRun(base)
    let whole = try CommandRun(base + ["--samples", folder.path + "/all"])
    #expect(whole.exitCode == 0 && whole.output == expected.output)
    #expect(try sampleIDs("all") == ["0", "1", "2", "3"])
    let bytes = try readBytes("\(folder.path)/all/samples.jsonl")
    let header = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
    for length in stride(from: header, through: bytes.count, by: 61) {
      try folder.write(Array(bytes.prefix(length)), to: "all/samples.jsonl")
      let again = try CommandRun(base + ["--samples", folder.path + "/all", "--resume"])
      #expect(again.output == expected.output, "cut at \(length)")
      #expect(try readBytes("\(folder.path)/all/samples.jsonl") == bytes, "cut at \(length)")
    }
  }

  @Test func `samples of something else are not mixed with`() throws {
    let pairs = try folder.write(
      lines([["id": "1", "prediction": right, "reference": right]]),
      to: "PAIRS.jsonl"
    )
    let base = ["evaluate", "table", pairs, "--samples", folder.path + "/kept"]
    #expect(try CommandRun(base).exitCode == 0)
    let again = try CommandRun(base)
    #expect(again.exitCode == 64)
    #expect(again.firstDiagnostic.contains("samples.jsonl: is there already; go on with --resume"))
    try folder.write(
      lines([["id": "1", "prediction": wrong, "reference": right]]),
      to: "PAIRS.jsonl"
    )
    let other = try CommandRun(base + ["--resume"])
    #expect(other.exitCode == 64)
    #expect(other.firstDiagnostic.contains("was made with another task"))
    try folder.write("nonsense\n", to: "kept/samples.jsonl")
    #expect(try CommandRun(base + ["--resume"]).exitCode == 66)
    #expect(try CommandRun(["evaluate", "table", pairs, "--resume"]).exitCode == 64)
    let twice = try folder.write(
      lines([
        ["id": "1", "prediction": wrong, "reference": right],
        ["id": "1", "prediction": right, "reference": right],
      ]),
      to: "TWICE.jsonl"
    )
    let same = try CommandRun(["evaluate", "table", twice, "--samples", folder.path + "/twice"])
    #expect(same.exitCode == 66 && same.firstDiagnostic.contains("two pairs have the same id"))
  }

  @Test func `the report shows scores, plots and the worst, and lets nothing of a prediction run`()
    throws
  {
    let image = try Data(contentsOf: URL(filePath: CommandRun.path("docs/examples/table.png")))
    try folder.write(Array(image), to: "a.png")
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    let pairs = try folder.write(
      lines([
        ["id": "good", "prediction": right, "reference": right],
        ["id": "<b>bad</b>", "prediction": hostile, "reference": right, "image": "a.png"],
        ["id": "half", "prediction": wrong, "reference": right, "image": "missing.png"],
      ]),
      to: "PAIRS.jsonl"
    )
    let page = folder.path + "/report.html"
    let run = try CommandRun(["evaluate", "table", pairs, "--report", page, "--json"])
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    let html = String(decoding: try readBytes(page), as: UTF8.self)
    #expect(!html.contains("<script") && !html.contains("<img src=x") && !html.contains("<b>"))
    #expect(!html.contains("http://") && !html.contains("https://"))
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("&lt;script&gt;alert(1)"))
    #expect(html.contains("data:image/png;base64,\(image.base64EncodedString().prefix(60))"))
    #expect(html.contains("missing.png"))
    // A frame per document that can be drawn, without rights; what is right is not among the worst.
    #expect(html.components(separatedBy: "<iframe sandbox=\"\"").count == 4)
    #expect(html.components(separatedBy: "<section>").count == 3)
    let bad = try #require(html.range(of: "&lt;b&gt;bad"))
    let half = try #require(html.range(of: ">half<"))
    #expect(bad.lowerBound < half.lowerBound)
  }
}
