import Foundation
import TaskProtocol
import TestSupport
import Testing

@Suite struct ValidateCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func page(_ table: String) -> String {
    "<!DOCTYPE html>\n<html><head><title>t</title></head>\n<body>\n\(table)\n</body></html>\n"
  }

  @Test func `a sound table is valid and ends with 0`() throws {
    let path = try folder.write(
      page("<table><tr><td>a</td><td>b</td></tr></table>"),
      to: "good.html"
    )
    let run = try CommandRun(["validate", "table", path])
    #expect(run.exitCode == 0)
    #expect(run.output == "\(path): valid\n")
  }

  @Test func `an overlap is named with its file and line, and ends with 2`() throws {
    let path = try folder.write(
      page(
        "<table>\n<tr><td>a</td><td rowspan=2>b</td></tr>\n<tr><td colspan=2>c</td></tr>\n</table>"
      ),
      to: "overlap.html"
    )
    let run = try CommandRun(["validate", "table", path])
    #expect(run.exitCode == 2)
    #expect(run.output.contains("\(path):6"), "\(run.output)")
    #expect(run.output.contains("error"))
    #expect(run.output.contains("\(path): invalid, "))
  }

  @Test func `the README shows what the validator says of its example`() throws {
    let path = CommandRun.path("docs/examples/overlap.html")
    let run = try CommandRun(["validate", "table", path])
    #expect(run.exitCode == 2)
    let shown = run.output.replacing(path, with: "docs/examples/overlap.html")
      .split(separator: "\n").map { "    \($0)\n" }.joined()
    let readme = try String(contentsOfFile: CommandRun.path("README.md"), encoding: .utf8)
    #expect(readme.contains(shown), "the README does not show\n\(run.output)")
  }

  @Test func `a file that is not there ends with 66 and the others are still checked`() throws {
    let good = try folder.write(page("<table><tr><td>a</td></tr></table>"), to: "good.html")
    let missing = folder.path + "/missing.html"
    let run = try CommandRun(["validate", "table", missing, good])
    #expect(run.exitCode == 66)
    #expect(run.diagnostics == "Error: \(missing): No such file or directory\n")
    #expect(run.output == "\(good): valid\n")
  }

  @Test func `a folder is not a file`() throws {
    let run = try CommandRun(["validate", "table", folder.path])
    #expect(run.exitCode == 66)
    #expect(run.diagnostics.contains("Is a directory"))
  }

  @Test func `standard input is read for a dash`() throws {
    let run = try CommandRun(
      ["validate", "table", "-"],
      input: Data(page("<table><tr><td>a</td></tr></table>").utf8)
    )
    #expect(run.exitCode == 0)
    #expect(run.output == "-: valid\n")
  }

  @Test func `JSON is one report for one file and an array for several`() throws {
    let good = try folder.write(page("<table><tr><td>a</td></tr></table>"), to: "good.html")
    let one = try CommandRun(["validate", "table", good, "--json"])
    let report = try JSONDecoder().decode(ValidationReport.self, from: Data(one.output.utf8))
    #expect(report.valid)
    #expect(report.path == good)
    let two = try CommandRun(["validate", "table", good, folder.path + "/missing", "--json"])
    let reports = try JSONDecoder().decode([ValidationReport].self, from: Data(two.output.utf8))
    #expect(reports.map(\.valid) == [true, false])
    #expect(reports.last?.findings.first?.code == "unreadable")
    #expect(two.exitCode == 66)
  }

  @Test func `a schema that cannot be used ends with 66`() throws {
    let good = try folder.write(page("<table><tr><td>a</td></tr></table>"), to: "good.html")
    let schema = try folder.write("not a schema", to: "broken.rng")
    let run = try CommandRun(["validate", "table", good, "--schema", schema])
    #expect(run.exitCode == 66)
    #expect(run.firstDiagnostic.hasPrefix("Error: \(schema): "))
  }
}
