import ArgumentParser
import Foundation
import TaskEngine
import TaskProtocol

/// `copyist measure`: any metric on pairs of prediction and reference, without a task.
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Compute metrics of predictions against references, from any tool and for any task.",
    usage: """
      copyist measure
      copyist measure PAIRS.jsonl --metric wer-jiwer --metric exact-match
      copyist measure PAIRS.jsonl --metric vqa-accuracy --predictions answers.jsonl --json
      """,
    discussion: """
      Without a file, lists the metrics of all tasks and those of none. Each line of PAIRS.jsonl is \
      {"id", "prediction", "reference"}; a reference may be a list. Texts are compared as they are and \
      not validated; 'copyist evaluate' does that.
      """
  )

  @Argument(help: "Pairs, one JSON object a line.", completion: .file(extensions: ["jsonl"]))
  var pairs: String?

  @Option(help: "A metric by its name; may be given several times.")
  var metric: [String] = []

  @Option(
    help: "Score these predictions, lines of {\"id\", \"prediction\"}.",
    completion: .file(extensions: ["jsonl"])
  )
  var predictions: String?

  @Option(
    help: "What programs elsewhere said of the pairs, lines of {\"id\", ...}.",
    completion: .file(extensions: ["jsonl"])
  )
  var judgements: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if pairs == nil, !metric.isEmpty || predictions != nil || judgements != nil {
      throw ValidationError("name the file with the pairs")
    }
    if pairs != nil, metric.isEmpty {
      throw ValidationError("name a metric with --metric; 'copyist measure' lists them")
    }
  }

  func run() throws {
    let environment = try environment()
    let known =
      environment.registry.plugins.flatMap { plugin in
        plugin.metrics.map { (plugin.manifest.id, $0) }
      }
      + GeneralMetrics.all.map { ("text", $0) }
    guard let pairs else { return try list(known, in: environment) }
    let chosen = try metric.map { name throws(ToolError) in
      guard let found = known.first(where: { $0.1.name == name }) else {
        throw ToolError(
          "--metric \(name): there is no such metric; 'copyist measure' lists them",
          exit: .usage
        )
      }
      return found.1
    }
    let list = try EvaluationPair.list(environment.readFile(pairs), path: pairs)
    let texts = try predictions.map { try EvaluationPrediction.texts($0, in: environment) }
    let said = try judgements.map { try EvaluationJudgement.byID($0, in: environment) } ?? [:]
    let metrics = chosen.map { $0.adapted(to: list.map(\.references)) }
    let predicted = try list.map { pair throws(ToolError) in
      guard let prediction = texts.map({ $0[pair.id] }) ?? pair.prediction else {
        throw ToolError(
          "\(predictions ?? pairs): has no prediction for '\(pair.id)'",
          exit: .unreadable
        )
      }
      return ScoredPair(
        prediction: prediction,
        references: pair.references,
        judgements: said[pair.id] ?? [:]
      )
    }
    var scores: [PairScores] = []
    try OrderedWork.run(
      count: list.count,
      threads: ProcessInfo.processInfo.activeProcessorCount,
      work: { index in
        Result {
          try PairScores(of: predicted[index], by: metrics, file: pairs, id: list[index].id)
        }
      },
      deliver: { scores.append(try $1.get()) }
    )
    let summaries = metrics.map { ($0.name, PairScores.summary(scores, by: $0)) }
    if json {
      environment.output.writeLine(
        try JSONOutput.pretty(
          Record(
            count: list.count,
            metrics: Dictionary(
              summaries.compactMap { name, summary in summary.map { (name, $0) } }
            ) {
              first,
              _ in first
            }
          )
        )
      )
    } else {
      environment.output.write(text(summaries, count: list.count))
    }
  }

  private func text(_ summaries: [(String, ScoreSummary?)], count: Int) -> String {
    let width = summaries.map(\.0.count).max() ?? 0
    let lines = summaries.map { name, summary in
      name + String(repeating: " ", count: width - name.count + 2)
        + (summary.map { $0.text(of: count) } ?? "nothing: these pairs lack what it reads")
    }
    return (lines + [FindingList.counted(count, "pair")]).joined(separator: "\n") + "\n"
  }

  private func list(_ known: [(String, TaskMetric)], in environment: ToolEnvironment) throws {
    let entries = known.map {
      Entry(task: $0.0, name: $0.1.name, summary: $0.1.summary, best: $0.1.best)
    }
    if json { return environment.output.writeLine(try JSONOutput.pretty(entries)) }
    for entry in entries {
      environment.output.writeLine("\(entry.name) (\(entry.task))\n    \(entry.summary)")
    }
  }

  /// What `--json` prints of pairs.
  private struct Record: Encodable {
    let count: Int
    let metrics: [String: ScoreSummary]
  }

  /// What `--json` prints of a metric.
  private struct Entry: Encodable {
    let task: String
    let name: String
    let summary: String
    let best: Double
  }
}
