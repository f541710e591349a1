import ArgumentParser
import Benchmarking
import Checkpoints
import Foundation
import Kernels

/// `copyist scale`: what sizes, resolutions and number formats cost.
struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract:
      "Print what every published size costs on this machine, before anything is downloaded.",
    usage: """
      copyist scale --plan
      copyist scale --plan --tokens 500 --csv plan.csv
      """,
    discussion: """
      For 3B, 10B and 28B at 224, 448 and 896 pixels with bf16, int8 and int4 weights: parameters, image \
      tokens, arithmetic and memory from the shapes, seconds from what the engine's kernels reach here, \
      which is measured first and takes some seconds. The last column is the published cost of training \
      per example, in units of the smallest choice.
      """
  )

  @Flag(help: "Print the plan.")
  var plan = false

  @Option(help: "Tokens of an output.")
  var tokens = 100

  @Option(help: "Threads (default: one per core).")
  var threads: Int?

  @OptionGroup var arithmetic: ArithmeticOptions

  @Option(help: "Also write the rows to this file.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard plan else { throw ValidationError("say --plan") }
    for (name, value, range) in [("threads", threads ?? 1, 1...1024), ("tokens", tokens, 1...8192)]
    where !range.contains(value) {
      throw ValidationError(
        "--\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)"
      )
    }
  }

  func run() throws {
    let environment = try environment()
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
