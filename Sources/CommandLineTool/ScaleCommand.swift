import ArgumentParser
import Benchmarking
import Checkpoints
import Foundation
import Kernels
import PaliGemma
import TaskEngine
import TaskProtocol

/// `copyist scale`: what sizes, resolutions and number formats cost.
struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "Compare checkpoints on the same pairs, or plan what the published sizes cost here.",
    usage: """
      copyist scale table PAIRS.jsonl --model DIR --model DIR:8bit --svg choice.svg
      copyist scale --plan
      copyist scale --plan --tokens 500 --csv plan.csv
      """,
    discussion: """
      With a task and pairs: every checkpoint runs on the same images, one at a time; printed are the \
      task's first metric, seconds measured here, arithmetic and memory from the shapes, which choices no \
      other beats, and the fastest within --within of the best.
      With --plan: for 3B, 10B and 28B at 224, 448 and 896 pixels with bf16, int8 and int4 weights: parameters, image \
      tokens, arithmetic and memory from the shapes, seconds from what the engine's kernels reach here, \
      which is measured first and takes some seconds. The last column is the published cost of training \
      per example, in units of the smallest choice.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String?

  @Argument(help: "Pairs, one JSON object a line.", completion: .file(extensions: ["jsonl"]))
  var pairs: String?

  @Option(
    help: ArgumentHelp(
      "A checkpoint folder, and which of its weights: DIR, DIR:original, DIR:8bit or DIR:4bit; again for each.",
      valueName: "dir[:weights]"
    )
  )
  var model: [String] = []

  @Option(help: "Loss of the first metric that is accepted for speed.")
  var within = 0.01

  @Option(help: "Use only the first N pairs.")
  var limit: Int?

  @Option(
    help: "Also plot score against seconds to this file.",
    completion: .file(extensions: ["svg"])
  )
  var svg: String?

  @Flag(help: "Print the plan.")
  var plan = false

  @Option(help: "Tokens of an output, for the plan.")
  var tokens = 100

  @Option(help: "Threads (default: one per core).")
  var threads: Int?

  @OptionGroup var arithmetic: ArithmeticOptions

  @Option(help: "Also write the rows to this file.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard plan != (task != nil) else {
      throw ValidationError("name either a task and pairs, or --plan")
    }
    if !plan {
      guard pairs != nil else { throw ValidationError("name the pairs") }
      guard !model.isEmpty else { throw ValidationError("name at least one --model") }
      if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more, not \(limit)") }
      guard within >= 0 else { throw ValidationError("--within must be 0 or more, not \(within)") }
    } else if svg != nil {
      throw ValidationError("--svg needs a task and pairs")
    }
    for (name, value, range) in [("threads", threads ?? 1, 1...1024), ("tokens", tokens, 1...8192)]
    where !range.contains(value) {
      throw ValidationError(
        "--\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)"
      )
    }
  }

  func run() throws {
    let environment = try environment()
    if let task, let pairs {
      try compare(try environment.plugin(named: task), pairs, in: environment)
    } else {
      try printPlan(in: environment)
    }
  }

  private func compare<P: TaskPlugin>(
    _ plugin: P,
    _ pairs: String,
    in environment: ToolEnvironment
  ) throws {
    var list = try EvaluationPair.list(environment.readFile(pairs), path: pairs)
    let references = list.map(\.references)
    if let limit { list = Array(list.prefix(limit)) }
    guard let metric = plugin.metrics.first else {
      throw ToolError("the task '\(plugin.manifest.id)' has no metric to compare by", exit: .usage)
    }
    if let pair = list.first(where: { $0.image == nil }) {
      throw ToolError("\(pairs): the pair '\(pair.id)' has no image", exit: .unreadable)
    }
    let rows = try model.map { name in
      let loading = try loading(name)
      let model = try loading.loadedModel(in: environment, for: plugin.manifest.id)
      var work = EvaluationWork(
        plugin: plugin,
        pairsPath: pairs,
        environment: environment,
        loading: loading,
        check: false,
        references: references
      )
      let samples = try work.run(list)
      guard let score = PairScores.summary(samples.map(\.scores), by: metric) else {
        throw ToolError("\(pairs): '\(metric.name)' says nothing of these pairs", exit: .failure)
      }
      let count = Double(samples.count)
      let tokens = Double(samples.reduce(0) { $0 + ($1.tokens ?? 0) }) / count
      let promptTokens = try model.promptTokens(plugin.manifest.promptPrefix).count
      return ScaleComparison.Row(
        model: name,
        weights: model.checkpoint.weightTypes,
        resolution: model.checkpoint.configuration.vision.imageSize,
        score: score,
        valid: samples.count { $0.valid },
        secondsPerImage: samples.reduce(0) { $0 + $1.seconds } / count,
        operationsPerImage: ModelCost(model.checkpoint.configuration)
          .operations(promptTokens: promptTokens, outputTokens: tokens),
        memoryBytes: try weightBytes(model.checkpoint)
          + model.requestBytes(promptTokens: promptTokens, maximumTokens: Int(tokens) + 1)
      )
    }
    let comparison = ScaleComparison(
      task: plugin.manifest.id,
      metric: metric,
      count: list.count,
      within: within,
      rows: rows
    )
    if let csv { try OutputDestination.write(Array(comparison.csv.utf8), to: csv) }
    if let svg { try OutputDestination.write(Array(comparison.svg.utf8), to: svg) }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(comparison, namesInSnakeCase: true))
    } else {
      environment.output.write(comparison.text)
    }
  }

  /// A checkpoint as `--model` names it.
  private func loading(_ name: String) throws(ToolError) -> ModelLoading {
    var loading = ModelLoading(threads: threads, arithmetic: arithmetic.arithmetic)
    loading.model = name
    guard let colon = name.lastIndex(of: ":"), !FileManager.default.fileExists(atPath: name) else {
      return loading
    }
    let weights = String(name[name.index(after: colon)...])
    guard let choice = WeightOptions.Choice(rawValue: weights) else {
      throw ToolError(
        "--model \(name): after the colon stands original, 8bit or 4bit, not '\(weights)'",
        exit: .usage
      )
    }
    loading.model = String(name[..<colon])
    loading.weights = choice.selection
    return loading
  }

  private func weightBytes(_ checkpoint: Checkpoint) throws -> Int {
    try checkpoint.files.reduce(0) { sum, file in
      let path = checkpoint.directory + "/" + file.name
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return sum + ((attributes[.size] as? Int) ?? 0)
    }
  }

  private func printPlan(in environment: ToolEnvironment) throws {
    let line = ProgressLine(environment.diagnostics)
    defer { line.clear() }
    let rates: MachineRates
    let compute: Compute
    do {
      compute = try Compute(threads: threads, arithmetic: arithmetic.arithmetic)
      line.show("measuring this machine")
      rates = MachineRates(of: ScaleReport.formats, on: compute)
      line.clear()
    } catch {
      throw ToolError("\(error)", exit: .usage)
    }
    let report: ScaleReport
    do {
      let plan = ScalePlan(
        rates: rates,
        outputTokens: tokens,
        keepsRoundedKeys: arithmetic.arithmetic == .bfloat16
      )
      report = try ScaleReport(plan, rates, compute, outputTokens: tokens)
    } catch {
      throw ToolError("\(error)", exit: .failure)
    }
    if let csv {
      try OutputDestination.write(Array(report.csv.utf8), to: csv)
    }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(report, namesInSnakeCase: true))
    } else {
      environment.output.write(report.text)
    }
  }
}

/// What `copyist scale --plan` prints.
struct ScaleReport: Encodable {
  /// Formats of the rows, for each shape in this order.
  static let formats: [BenchmarkWeights] = [.bfloat16, .int8, .int4]

  let instructionSet: String
  let threads: Int
  let arithmetic: String
  let outputTokens: Int
  let rates: MachineRates
  let rows: [ScalePlan.Row]

  init(
    _ plan: ScalePlan,
    _ rates: MachineRates,
    _ compute: Compute,
    outputTokens: Int
  ) throws(CheckpointError) {
    self.instructionSet = compute.instructionSet.rawValue
    self.threads = compute.threads
    self.arithmetic = compute.arithmetic.rawValue
    self.outputTokens = outputTokens
    self.rates = rates
    var rows: [ScalePlan.Row] = []
    for shape in PublishedShape.allCases {
      for format in ScaleReport.formats { rows.append(try plan.row(shape, format)) }
    }
    self.rows = rows
  }

  private static let columns = [
    "model", "weights", "parameters", "image tokens", "TFLOP", "memory GB", "first token s",
    "image s",
    "training cost",
  ]

  private func cells(_ row: ScalePlan.Row) -> [String] {
    [
      row.shape, row.weights, "\(number(Double(row.parameters) / 1e9, 2)) B",
      String(row.imageTokens), number(row.operationsPerImage / 1e12, 1),
      number(Double(row.memoryBytes) / 1e9, 1), number(row.firstTokenSeconds, 2),
      number(row.secondsPerImage, 1), number(row.publishedTrainingCost, 1),
    ]
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    value.formatted(
      .number.grouping(.never).precision(.fractionLength(digits)).locale(
        Locale(identifier: "en_US")
      )
    )
  }

  /// A table for a person, and how to read it.
  var text: String {
    let lines = [ScaleReport.columns] + rows.map(cells)
    let widths = ScaleReport.columns.indices.map { column in
      lines.map { $0[column].count }.max() ?? 0
    }
    let table = lines.map { line in
      zip(line, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        // Names to the left, figures to the right.
        return index < 2 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }
    return table.joined(separator: "\n") + "\n\n" + """
      Seconds on this machine (\(instructionSet), \(threads) threads, \(arithmetic)), \(outputTokens) tokens an image; one \
      image at a time.
      Training cost: per example, the smallest choice being 1 (Steiner et al. 2024, Table 1). It grows \
      otherwise than the arithmetic here: training keeps gradients and optimizer states, large models are \
      spread over more chips that wait for each other, small ones leave them idle, and 28B at 896 pixels ran \
      on chips taken to be 2.3 times as fast.

      """
  }

  /// The rows with full figures.
  var csv: String {
    let names =
      "model,weights,parameters,image_tokens,operations_per_image,memory_bytes,"
      + "first_token_seconds,seconds_per_image,published_training_cost\n"
    return names
      + rows.map { row in
        "\(row.shape),\(row.weights),\(row.parameters),\(row.imageTokens),\(row.operationsPerImage),"
          + "\(row.memoryBytes),\(row.firstTokenSeconds),\(row.secondsPerImage),"
          + "\(row.publishedTrainingCost)\n"
      }.joined()
  }
}
