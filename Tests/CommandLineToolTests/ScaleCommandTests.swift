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
}
