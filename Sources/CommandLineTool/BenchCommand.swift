import ArgumentParser
import ConstrainedDecoding
import Foundation
import OutputConstraints
import TaskEngine
import TaskProtocol
import TaskProtocolTesting
import Tokenization

/// `copyist bench`: how fast this machine is.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure this machine.",
    usage: """
      copyist bench --masks
      copyist bench --masks molecule --tokenizer paligemma2-3b-mix-224 --json
      """,
    discussion: """
      --masks times constrained decoding: for every token of the plugins' accepted texts, the check \
      of the favourite, the whole mask, and what it takes to load the vocabulary. One thread; stop \
      other work on the machine first. Without --tokenizer the vocabulary is a synthetic one of \
      Gemma's size.
      """
  )

  @Argument(help: "Tasks to measure (default: all).")
  var tasks: [String] = []

  @Flag(help: "Measure the masks of constrained decoding.")
  var masks = false

  @Option(
    help: "Use the vocabulary of this checkpoint folder.",
    completion: .directory
  )
  var tokenizer: String?

  @Option(help: "How often each mask is computed; the fastest counts.")
  var repetitions = 3

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print one JSON object per task.")
  var json = false

  func validate() throws {
    guard masks else { throw ValidationError("name what to measure: --masks") }
    guard (1...1000).contains(repetitions) else {
      throw ValidationError("--repetitions must be 1 to 1000, not \(repetitions)")
    }
    guard settings.assignments.isEmpty || tasks.count == 1 else {
      throw ValidationError("--set needs one task, not \(tasks.count)")
    }
  }

  func run() throws {
    let environment = try environment()
    let names = tasks.isEmpty ? environment.registry.plugins.map(\.manifest.id) : tasks
    let pieces = try vocabulary()
    var rows: [MaskRow] = []
    for name in names {
      let plugin = try settings.plugin(named: name, in: environment)
      guard let constraint = plugin.constraint else { continue }
      let texts = try PluginFixtures(environment: environment)
        .texts(option: nil, task: name, settings: settings.settings)
      let figures: MaskFigures
      do {
        figures = try measure(constraint, along: texts.accept, pieces: pieces)
      } catch {
        throw ToolError("the masks of '\(name)' cannot be measured: \(error)", exit: .failure)
      }
      rows.append(MaskRow(task: name, figures: figures))
    }
    if json {
      for row in rows { environment.output.writeLine(try JSONOutput.pretty(row)) }
    } else {
      environment.output.write(MaskRow.table(rows))
    }
  }

  private func vocabulary() throws -> [TokenPiece] {
    guard let tokenizer else { return SyntheticVocabulary().pieces }
    do {
      // Which id ends an output makes no difference to the times: Gemma's does.
      return TokenVocabulary.pieces(of: try Tokenizer(directory: tokenizer), endTokens: [1])
    } catch {
      throw ToolError("\(error)", exit: .unreadable)
    }
  }

  private func measure(
    _ constraint: any OutputConstraint,
    along texts: [String],
    pieces: [TokenPiece]
  ) throws(ConstrainedDecodingError) -> MaskFigures {
    func open(_ constraint: some OutputConstraint) throws(ConstrainedDecodingError) -> MaskFigures {
      try measureMasks(of: constraint, along: texts, pieces: pieces, repetitions: repetitions)
    }
    return try open(constraint)
  }
}

/// The figures of one task.
struct MaskRow: Encodable {
  let task: String
  let figures: MaskFigures

  enum CodingKeys: String, CodingKey {
    case task
  }

  /// Task and figures as one flat object.
  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(task, forKey: .task)
  }

  /// The rows for a person, in microseconds.
  static func table(_ rows: [MaskRow]) -> String {
    let header = [
      "task", "favourite", "mask p50", "p99", "max", "at the wall", "remembered", "masks",
      "trie ms",
      "trie MB",
    ]
    let lines = rows.map { row in
      let figures = row.figures
      return [row.task]
        + [
          figures.favourite, figures.maskMedian, figures.maskHigh, figures.maskMaximum,
          figures.tightMaximum, figures.remembered,
        ].map(MaskTable.number) + [String(figures.count)]
        + [figures.trieLoadMilliseconds, Double(figures.trieBytes) / 1e6].map(MaskTable.number)
    }
    let widths = header.indices.map { column in
      ([header] + lines).map { $0[column].count }.max() ?? 0
    }
    let texts = ([header] + lines).map { cells in
      cells.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    let size = rows.first.map { "times in us, vocabulary of \($0.figures.vocabularySize) tokens" }
    return (texts + [size].compactMap(\.self)).joined(separator: "\n") + "\n"
  }
}
