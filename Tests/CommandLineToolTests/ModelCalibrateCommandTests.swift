import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct ModelCalibrateCommandTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = folder.path + "/model"
    try FileManager.default.copyItem(atPath: CommandRun.path("Models/copyist-small"), toPath: model)
    try Data("{\"tasks\": [\"table\"]}".utf8).write(to: notes)
  }

  private var notes: URL { URL(filePath: model + "/copyist.json") }

  private func confidence(_ picture: String) throws -> Double {
    let run = try CommandRun(["transcribe", "table", picture, "--model", model, "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(object?["confidence"] as? Double)
  }

  /// Three lines for each recorded picture, of which some are right.
  private func pairs(_ right: (Int) -> Bool) throws -> (file: String, pictures: [String]) {
    let pictures = (0..<8).map { "\(Golden.root)/embedded/table/00000\($0).png" }
    let texts = try pictures.map { picture in
      try CommandRun(["transcribe", "table", picture, "--model", model]).output
    }
    let lines = try (0..<24).map { index in
      let text = texts[index % 8].trimmingCharacters(in: .newlines)
      let line = [
        "id": "\(index)", "image": pictures[index % 8],
        "reference": right(index) ? text : text.replacing("<td>", with: "<td>x"),
      ]
      let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys])
      return String(decoding: data, as: UTF8.self)
    }
    return (try folder.write(lines.joined(separator: "\n") + "\n", to: "PAIRS.jsonl"), pictures)
  }

  @Test func `the curve is written into the folder and changes what transcribe says`() throws {
    // Two of three are right whatever the probability, but those of the likeliest picture always.
    let (file, pictures) = try pairs { $0 % 8 == 0 || $0 % 3 != 0 }
    let before = try pictures.map(confidence)
    let dry = try CommandRun(["model", "calibrate", "table", file, "--model", model, "--dry-run"])
    #expect(dry.exitCode == 0 || dry.diagnostics.contains("says nothing"))
    #expect(try pictures.map(confidence) == before)

    let likeliest = try #require(before.indices.max { before[$0] < before[$1] })
    let (second, _) = try pairs { $0 % 8 == likeliest || $0 % 4 == 0 }
    let run = try CommandRun(["model", "calibrate", "table", second, "--model", model, "--json"])
    #expect(run.exitCode == 0, "\(run.diagnostics)")
    let after = try pictures.map(confidence)
    #expect(after != before)
    // The order of the pictures stays.
    func order(_ values: [Double]) -> [Int] { values.indices.sorted { values[$0] < values[$1] } }
    #expect(order(after) == order(before))
    let written = try JSONSerialization.jsonObject(with: Data(contentsOf: notes)) as? [String: Any]
    #expect(written?["tasks"] as? [String] == ["table"])
  }

  @Test func `too few pairs, pairs without images and outcomes that say nothing are refused`()
    throws
  {
    let few = try folder.write(
      "{\"id\": \"1\", \"image\": \"a.png\", \"reference\": \"\"}\n",
      to: "few.jsonl"
    )
    let run = try CommandRun(["model", "calibrate", "table", few, "--model", model])
    #expect(run.exitCode == 66 && run.diagnostics.contains("holds 1 pair"))
    let line = "{\"id\": \"1\", \"prediction\": \"\", \"reference\": \"\"}\n"
    let bare = try folder.write(String(repeating: line, count: 20), to: "bare.jsonl")
    let second = try CommandRun(["model", "calibrate", "table", bare, "--model", model])
    #expect(second.exitCode == 66 && second.diagnostics.contains("has no image"))
    // The likelier, the more wrong.
    let before = try pairs { _ in true }.pictures.map(confidence)
    let least = try #require(before.indices.min { before[$0] < before[$1] })
    let (file, _) = try pairs { $0 % 8 == least }
    let third = try CommandRun(["model", "calibrate", "table", file, "--model", model])
    #expect(third.exitCode == 1 && third.diagnostics.contains("says nothing"))
    #expect(try String(contentsOf: notes, encoding: .utf8) == "{\"tasks\": [\"table\"]}")
  }

  @Test func `notes that are none are named`() throws {
    try Data("{\"tasks\": 3}".utf8).write(to: notes)
    let run = try CommandRun([
      "transcribe", "table", "\(Golden.root)/embedded/table/000000.png", "--model", model,
    ])
    #expect(run.exitCode == 66 && run.diagnostics.contains("copyist.json: expected"))
  }
}
