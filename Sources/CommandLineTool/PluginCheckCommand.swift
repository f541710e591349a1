import ArgumentParser
import Foundation
import TaskProtocol
import TaskProtocolTesting

/// `copyist plugin check`: the conformance kit on one plugin.
struct PluginCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for counter-examples to what a plugin promises.",
    usage: """
      copyist plugin check table
      copyist plugin check molecule --walks 1000000 --json > certificate.json
      """,
    discussion: """
      Runs the checks K1 to K13: fixtures, liveness and soundness on random walks, completeness, \
      masks against asking about every token, whole outputs decoded from random logits under every \
      kind of budget, adversarial logits, speed, round trips, metrics. A failure is shown with the shortest \
      text found and the seed that repeats it. What passes is a search without a find, not a proof.
      """
  )

  @Argument(help: "The task; 'copyist tasks' lists them.")
  var task: String

  @Option(help: "Random walks, and as many outputs decoded from random logits.")
  var walks = 1000

  @Option(help: "Everything random follows from this number.")
  var seed: UInt64 = 1

  @Option(
    help: "Folder with accept.txt and reject.txt (default: the plugin's own).",
    completion: .directory
  )
  var fixtures: String?

  @Option(help: "Threads (default: one per core).")
  var jobs: Int?

  @Option(help: "Times by which masks may exceed the project's limits (K11).")
  var speedSlack = 3.0

  @OptionGroup var settings: SettingOptions

  @Flag(help: "Print the certificate as JSON.")
  var json = false

  func validate() throws {
    guard walks >= 1 else { throw ValidationError("--walks must be 1 or more, not \(walks)") }
    guard speedSlack > 0 else {
      throw ValidationError("--speed-slack must be above 0, not \(speedSlack)")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be 1 to 1024, not \(jobs)")
    }
  }

  func run() throws {
    let environment = try environment()
    try run(try settings.plugin(named: task, in: environment), in: environment)
  }

  private func run(_ plugin: some TaskPlugin, in environment: ToolEnvironment) throws {
    let texts = try PluginFixtures(environment: environment)
      .texts(option: fixtures, task: task, settings: settings.settings)
    let stream = environment.diagnostics
    var options = ConformanceOptions(walks: walks, decodes: walks, seed: seed, measuresSpeed: true)
    options.speedSlack = speedSlack
    options.jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    if stream.isTerminal {
      options.onProgress = { made, total in
        stream.write("\r\u{1B}[K\(made) of \(total) walks and decodes")
      }
    }
    let certificate: ConformanceCertificate
    do {
      certificate = try checkConformance(of: plugin, fixtures: texts, options: options)
    } catch {
      throw ToolError("the plugin '\(task)' cannot be checked: \(error)", exit: .failure)
    }
    if stream.isTerminal { stream.write("\r\u{1B}[K") }
    if json {
      environment.output.writeLine(try JSONOutput.pretty(certificate))
    } else {
      environment.output.write(Self.text(certificate))
    }
    try (certificate.passed ? ToolExit.valid : .invalid).end()
  }

  /// A line per check, the failures below, then the figures.
  static func text(_ certificate: ConformanceCertificate) -> String {
    var lines = certificate.checks.map { check in
      let id = check.id + String(repeating: " ", count: max(0, 4 - check.id.count))
      return
        "\(id)\(check.status.rawValue)  \(check.title), \(FindingList.counted(check.cases, "case"))"
    }
    if !certificate.passed { lines += ["", certificate.summary] }
    lines += [
      "",
      "\(certificate.plugin) \(certificate.version), seed \(certificate.seed): "
        + "\(certificate.walks) walks and decodes, \(certificate.invalid) invalid, "
        + "\(certificate.unfinished) unfinished, \(certificate.maskMismatches) mask mismatches, "
        + "\(certificate.goldBlocked) tokens of accepted texts blocked",
    ]
    if let figures = certificate.figures { lines.append(MaskTable.line(figures)) }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Mask figures for a person.
enum MaskTable {
  /// One line of a conformance run.
  static func line(_ figures: MaskFigures) -> String {
    "masks over \(figures.vocabularySize) tokens: p50 \(number(figures.maskMedian)) us, "
      + "p99 \(number(figures.maskHigh)) us, max \(number(figures.maskMaximum)) us; "
      + "favourite \(number(figures.favourite)) us"
  }

  /// Two decimals, whatever the user's region.
  static func number(_ value: Double) -> String {
    value.formatted(.number.precision(.fractionLength(2)).locale(Locale(identifier: "en_US")))
  }
}
