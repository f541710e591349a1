import Foundation
import TestSupport
import Testing

@Suite struct ScaleCommandTests {
  @Test func `the plan has a row per shape and format, as table, JSON and CSV`() throws {
    let folder = try TemporaryFolder()
    let csv = folder.path + "/plan.csv"
    let run = try CommandRun(["scale", "--plan", "--tokens", "10", "--csv", csv])
    #expect(run.exitCode == 0)
    #expect(run.output.contains("28b-896  int4"))
    let lines = String(decoding: try readBytes(csv), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 28)
    #expect(lines[0].hasPrefix("model,weights,parameters,"))
    #expect(lines.allSatisfy { $0.split(separator: ",").count == 9 })
    struct Report: Decodable {
      struct Row: Decodable {
        let shape, weights: String
        let seconds_per_image, first_token_seconds: Double
      }
      let output_tokens: Int
      let rows: [Row]
    }
    let json = try CommandRun(["scale", "--plan", "--tokens", "10", "--json"])
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
    #expect(report.rows.count == 27 && report.output_tokens == 10)
    #expect(report.rows.allSatisfy { $0.seconds_per_image > $0.first_token_seconds })
  }

  @Test func `wrong options are refused`() throws {
    #expect(try CommandRun(["scale"]).exitCode == 64)
    #expect(try CommandRun(["scale", "--plan", "--tokens", "0"]).exitCode == 64)
    #expect(try CommandRun(["scale", "--plan", "--threads", "0"]).exitCode == 64)
  }

  @Test func `checkpoints are compared on the same images`() throws {
    let folder = try TemporaryFolder()
    let image = try Data(contentsOf: URL(filePath: CommandRun.path("docs/examples/table.png")))
    try folder.write(Array(image), to: "a.png")
    let reference = "<table><tbody><tr><td>a</td></tr></tbody></table>"
    let pairs = try folder.write(
      "{\"id\": \"1\", \"image\": \"a.png\", \"reference\": \"\(reference)\"}\n",
      to: "PAIRS.jsonl"
    )
    let published = CommandRun.path("Models/copyist-small")
    let quantized = folder.path + "/q,8"
    #expect(try CommandRun(["model", "quantize", "--bits", "8", "-o", quantized]).exitCode == 0)
    let base = ["scale", "table", pairs, "--model", published, "--model", quantized + ":8bit"]
    let (csv, svg) = (folder.path + "/s.csv", folder.path + "/s.svg")
    let run = try CommandRun(base + ["--json", "--csv", csv, "--svg", svg])
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    struct Report: Decodable {
      struct Score: Decodable { let value: Double }
      struct Row: Decodable {
        let model, weights: String
        let score: Score
        let seconds_per_image, operations_per_image: Double
        let memory_bytes: Int
        let is_on_front: Bool
      }
      let cheapest: String
      let rows: [Row]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    #expect(report.rows.map(\.model) == [published, quantized + ":8bit"])
    #expect(report.rows.map(\.weights) == ["BF16", "BF16+Q8"])
    #expect(report.rows[0].memory_bytes > report.rows[1].memory_bytes)
    #expect(report.rows.contains { $0.is_on_front })
    #expect(report.rows.map(\.model).contains(report.cheapest))
    #expect(report.rows.allSatisfy { $0.operations_per_image > 1e9 && $0.seconds_per_image > 0 })
    let lines = String(decoding: try readBytes(csv), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2].hasPrefix("\"\(quantized):8bit\",BF16+Q8,224,"))
    let plot = String(decoding: try readBytes(svg), as: UTF8.self)
    #expect(plot.hasPrefix("<svg xmlns=") && plot.contains("q,8:8bit</text>"))
    #expect(try CommandRun(base + ["--within", "2"]).output.contains("The fastest within 2.0000"))
    let wrong = try CommandRun(["scale", "table", pairs, "--model", published + ":7bit"])
    #expect(wrong.exitCode == 64)
    #expect(try CommandRun(["scale", "table", pairs]).exitCode == 64)
    #expect(try CommandRun(["scale", "table", pairs, "--plan"]).exitCode == 64)
  }
}
