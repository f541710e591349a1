import Foundation
import TestSupport
import Testing

@Suite struct ConvertCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let table = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"

  @Test func `a document is written in another format`() throws {
    let path = try folder.write(Self.table, to: "one.html")
    let run = try CommandRun(["convert", "table", path, "--format", "csv"])
    #expect(run.exitCode == 0)
    #expect(run.output == "a,b\r\n" || run.output == "a,b\n", "\(run.output)")
    #expect(run.diagnostics.isEmpty)
    let target = folder.path + "/out.md"
    let file = try CommandRun(["convert", "table", path, "--format", "markdown", "-o", target])
    #expect(file.exitCode == 0)
    #expect(file.output.isEmpty)
    #expect(try String(contentsOfFile: target, encoding: .utf8).contains("| a | b |"))
  }

  @Test func `a file without a document ends with 2 and says why, and the others are written`()
    throws
  {
    let good = try folder.write(Self.table, to: "good.html")
    let bad = try folder.write("<p>no table</p>", to: "bad.html")
    let run = try CommandRun(["convert", "table", bad, good, "--format", "csv", "-o", folder.path])
    #expect(run.exitCode == 2)
    #expect(run.diagnostics.contains("\(bad)"))
    #expect(run.diagnostics.hasSuffix("Error: \(bad): has no document that can be written\n"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/good.csv"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/bad.csv"))
  }

  @Test func `what the task does not read or write is named with what it does`() throws {
    let path = try folder.write(Self.table, to: "one.html")
    let format = try CommandRun(["convert", "table", path, "--format", "docx"])
    #expect(format.exitCode == 64)
    #expect(format.diagnostics.contains("known formats: html"))
    let from = try CommandRun(["convert", "table", path, "--from", "docx"])
    #expect(from.exitCode == 64)
    #expect(from.diagnostics.hasPrefix("Error: the task 'table' does not read 'docx'"))
    let missing = try CommandRun(["convert", "table", folder.path + "/none.html"])
    #expect(missing.exitCode == 66)
  }
}
