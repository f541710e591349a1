import ArgumentParser
import Benchmarking
import Checkpoints
import ConstrainedDecoding
import Foundation
import Kernels
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
      copyist bench --shape 3b-224 --weights int8
      copyist bench --shape 3b-896 --weights bf16 --threads 2 --json
      copyist bench --masks
      copyist bench --masks molecule --tokenizer paligemma2-3b-mix-224 --json
      """,
    discussion: """
      --shape times the engine on random weights of a published size: the image encoder, the prompt, \
      decoding alone and in a batch, beside what the machine can do at most in registers and when \
      reading memory, measured in the same run. Stop other work on the machine first.

      --masks times constrained decoding: for every token of the plugins' accepted texts, the check \
      of the favourite, the whole mask, and what it takes to load the vocabulary. One thread; stop \
      other work on the machine first. Without --tokenizer the vocabulary is a synthetic one of \
      Gemma's size.
      """
  )

  @Option(help: "Measure the engine: 3b, 10b or 28b with -224, -448 or -896.")
  var shape: String?

  @Option(help: "Format of the weights: float32, bf16, int8 or int4.")
  var weights: BenchmarkWeights = .bfloat16

  @Option(help: "Threads (default: one per core).")
  var threads: Int?

  @Option(help: "Positions of the prompt (default: the picture's tokens and 4).")
  var prefill: Int?

  @Option(help: "Tokens to decode.")
  var decode = 16

  @Option(help: "Sequences to decode together, besides one alone.")
  var batch = 1

  @Argument(help: "Tasks to measure (default: all).")
  var tasks: [String] = []

  @Flag(help: "Measure the masks of constrained decoding.")
  var masks = false

  @Option(
    help: "Use the vocabulary of this checkpoint folder.",
    completion: .directory
  )
  var tokenizer: String?

  @Option(
    help: "How often each mask is computed, of which the fastest counts, or the engine is run."
  )
  var repetitions = 3

  @OptionGroup var arithmetic: ArithmeticOptions

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print one JSON object per task.")
  var json = false

  func validate() throws {
    guard masks != (shape != nil) else {
      throw ValidationError("name what to measure: either --shape or --masks")
    }
    if let shape, PublishedShape(named: shape) == nil {
      let names = PublishedShape.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("--shape must be one of \(names), not \(shape)")
    }
    for (name, value, range) in [
      ("threads", threads ?? 1, 1...1024), ("prefill", prefill ?? 1, 1...8192),
      ("decode", decode, 1...8192), ("batch", batch, 1...256),
    ] where !range.contains(value) {
      throw ValidationError(
        "--\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)"
      )
    }
    guard (1...1000).contains(repetitions) else {
      throw ValidationError("--repetitions must be 1 to 1000, not \(repetitions)")
    }
    guard settings.assignments.isEmpty || tasks.count == 1 else {
      throw ValidationError("--set needs one task, not \(tasks.count)")
    }
  }

  func run() throws {
    let environment = try environment()
    if let shape = shape.flatMap(PublishedShape.init(named:)) {
      try measureEngine(shape, in: environment)
    } else {
      try measureAllMasks(in: environment)
    }
  }

  private func measureEngine(_ shape: PublishedShape, in environment: ToolEnvironment) throws {
    let request = EngineBenchmark.Request(
      shape: shape,
      weights: weights,
      prefill: prefill,
      decode: decode,
      batch: batch,
      repetitions: repetitions
    )
    let line = ProgressLine(environment.diagnostics)
    defer { line.clear() }
    do {
      let compute = try Compute(threads: threads, arithmetic: arithmetic.arithmetic)
      let figures = try EngineBenchmark(request, on: compute, report: line.show).run()
      line.clear()
      if json {
        environment.output.writeLine(try JSONOutput.pretty(figures, namesInSnakeCase: true))
      } else {
        environment.output.write(figures.text)
      }
    } catch let error as KernelError {
      throw ToolError("\(error)", exit: .usage)
    } catch {
      throw ToolError("\(shape.name) cannot be measured: \(error)", exit: .failure)
    }
  }

  private func measureAllMasks(in environment: ToolEnvironment) throws {
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

extension BenchmarkWeights: ExpressibleByArgument {}

extension EngineFigures {
  /// The figures for a person.
  var text: String {
    func number(_ value: Double, _ digits: Int) -> String {
      String(format: "%.\(digits)f", value)
    }
    func percent(_ value: Double) -> String { number(value * 100, 0) + " %" }
    var rows = [
      (
        "Machine",
        "\(instructionSet), \(threads) \(threads == 1 ? "thread" : "threads"): "
          + "\(number(peakOperationsPerSecond / 1e9, 0)) GFLOP/s in registers, "
          + "\(number(readBytesPerSecond / 1e9, 1)) GB/s read"
      ),
      ("Weights", "\(shape), \(weights), \(number(Double(weightBytes) / 1e9, 2)) GB"),
      ("Vision", "\(number(visionSeconds, 3)) s, \(percent(visionShareOfPeak)) of the peak"),
      (
        "Prompt",
        "\(number(prefillTokensPerSecond, 1)) tokens/s over \(prefillTokens), "
          + "\(number(prefillOperationsPerSecond / 1e9, 0)) GFLOP/s, \(percent(shareOfPeak)) of the "
          + "peak"
      ),
      ("First token", "\(number(firstTokenSeconds, 3)) s"),
      (
        "Decoding",
        "\(number(decodeTokensPerSecond, 2)) tokens/s, "
          + "\(number(decodeBytesPerSecond / 1e9, 1)) GB/s, "
          + "\(percent(shareOfReadBandwidth)) of the bandwidth"
      ),
    ]
    if let batchTokensPerSecond {
      rows.append(
        (
          "\(batch) together",
          "\(number(batchTokensPerSecond, 2)) tokens/s, "
            + "\(number(batchTokensPerSecond / decodeTokensPerSecond, 2)) times one alone"
        )
      )
    }
    rows.append(("Memory", "\(number(Double(peakMemoryBytes) / 1e9, 2)) GB at most"))
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count) + value + "\n"
    }.joined()
  }
}
