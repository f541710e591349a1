import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct MeasureCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lines(_ values: [[String: Any]]) throws -> String {
    try values.map {
      String(
        decoding: try JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys]),
        as: UTF8.self
      )
    }.joined(separator: "\n") + "\n"
  }

  private func value(_ run: CommandRun, _ metric: String) throws -> Double {
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let metrics = try #require(object?["metrics"] as? [String: [String: Any]])
    return try #require(metrics[metric]?["value"] as? Double)
  }

  @Test func `error rates of a file are those of all pairs together`() throws {
    let pairs = try folder.write(
      lines([
        ["id": "1", "prediction": "the fox", "reference": "the red fox"],
        ["id": "2", "prediction": "a b c d e f g", "reference": "a b c d e f g"],
      ]),
      to: "PAIRS.jsonl"
    )
    let run = try CommandRun([
      "measure", pairs, "--metric", "wer-jiwer", "--metric", "exact-match", "--json",
    ])
    #expect(run.exitCode == 0)
    #expect(abs(try value(run, "wer-jiwer") - 0.1) < 1e-9)
    #expect(try value(run, "exact-match") == 0.5)
  }

  @Test func `a reference may be a list, and predictions may come from another file`() throws {
    let pairs = try folder.write(
      lines([["id": "q", "reference": ["two", "two", "two", "2", "three"]]]),
      to: "PAIRS.jsonl"
    )
    let answers = try folder.write(lines([["id": "q", "prediction": "2"]]), to: "answers.jsonl")
    let run = try CommandRun([
      "measure", pairs, "--metric", "vqa-accuracy", "--predictions", answers, "--json",
    ])
    #expect(run.exitCode == 0)
    #expect(try value(run, "vqa-accuracy") == 1)
  }

  @Test func `judgements bring what metrics read, and pairs without them are left out`() throws {
    let pairs = try folder.write(
      lines((1...3).map { ["id": "\($0)", "prediction": "x", "reference": "x"] }),
      to: "PAIRS.jsonl"
    )
    let said = try folder.write(
      lines([["id": "1", "entailed": [true, false]], ["id": "2", "entailed": [true, true]]]),
      to: "said.jsonl"
    )
    let arguments = ["measure", pairs, "--metric", "non-entailment"]
    let run = try CommandRun(arguments + ["--judgements", said])
    #expect(run.exitCode == 0)
    #expect(run.output.hasPrefix("non-entailment  0.2500  95 % interval "))
    #expect(run.output.contains("(of 2)") && run.output.hasSuffix("3 pairs\n"))
    let without = try CommandRun(arguments)
    #expect(without.output.contains("nothing: these pairs lack what it reads"))
  }

  @Test func `text regions are counted over all images`() throws {
    let pairs = try folder.write(
      lines([
        ["id": "1", "prediction": "0,0,10,0,10,5,0,5,EXIT", "reference": "0,0,10,0,10,5,0,5,exit"],
        [
          "id": "2", "prediction": "", "reference": "0,0,9,0,9,5,0,5,a\n20,0,29,0,29,5,20,5,###",
        ],
      ]),
      to: "PAIRS.jsonl"
    )
    let names = [
      "icdar15-end-to-end-recall", "icdar15-detection-precision", "hiertext-end-to-end-f1",
    ]
    let run = try CommandRun(["measure", pairs, "--json"] + names.flatMap { ["--metric", $0] })
    #expect(run.exitCode == 0)
    #expect(try names.map { try value(run, $0) } == [0.5, 1, 0])
  }

  @Test func `a reference that is no list of regions is named`() throws {
    let pairs = try folder.write(
      lines([["id": "7", "prediction": "", "reference": "no region"]]),
      to: "PAIRS.jsonl"
    )
    let run = try CommandRun(["measure", pairs, "--metric", "hiertext-detection-f1"])
    #expect(run.exitCode == 1 && run.output.isEmpty)
    #expect(run.diagnostics.contains("has no value for the pair '7'"))
  }

  @Test func `without a file all metrics are listed, and a wrong name is refused`() throws {
    let list = try CommandRun(["measure"])
    #expect(list.exitCode == 0)
    for name in [
      "teds-pubtabnet (table)", "grits-con (table)", "cer-jiwer (text)", "vqa-accuracy (text)",
    ] {
      #expect(list.output.contains("\(name)\n"), "\(name)")
    }
    let pairs = try folder.write(
      "{\"id\": \"1\", \"prediction\": \"\", \"reference\": \"\"}\n",
      to: "P.jsonl"
    )
    let wrong = try CommandRun(["measure", pairs, "--metric", "bleu"])
    #expect(wrong.exitCode == 64 && wrong.diagnostics.contains("there is no such metric"))
    #expect(try CommandRun(["measure", pairs]).exitCode == 64)
    #expect(try CommandRun(["measure", "--metric", "bleu"]).exitCode == 64)
  }
}
