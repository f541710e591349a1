import ConstrainedDecoding
import Generation
import OutputConstraints
public import TaskProtocol

/// Examines a plugin: its manifest, its fixtures, its constraint, and outputs decoded under the
/// constraint from logits that know nothing.
///
/// The checks are numbered K1 to K13. Failures carry the shortest text found and the seed that
/// repeats them.
///
/// - Parameters:
///   - plugin: Any plugin; checks of what it does not have are skipped.
///   - fixtures: At least ten texts it accepts and ten that it rejects.
///   - options: How much to try.
/// - Returns: What was tried and found; see ``ConformanceCertificate/passed``.
/// - Throws: When the plugin's constraint cannot be decoded with at all, which is a failure of its
///   own kind: the error says why.
public func checkConformance<Plugin: TaskPlugin>(
  of plugin: Plugin,
  fixtures: ConformanceFixtures,
  options: ConformanceOptions = ConformanceOptions()
) throws -> ConformanceCertificate {
  var certificate = ConformanceCertificate(
    plugin: plugin.manifest.id,
    version: plugin.manifest.version,
    seed: options.seed,
    walks: 0,
    invalid: 0,
    unfinished: 0,
    maskMismatches: 0,
    goldBlocked: 0,
    checks: [],
    figures: nil
  )
  certificate.checks.append(manifestCheck(plugin, fixtures))
  if let constraint = plugin.constraint {
    try checkConstraint(constraint, of: plugin, fixtures, options, into: &certificate)
  }
  certificate.checks.append(try documentCheck(plugin, fixtures))
  certificate.checks.append(metricCheck(plugin, fixtures))
  return certificate
}

private func checkConstraint<Plugin: TaskPlugin, Constraint: OutputConstraint>(
  _ constraint: Constraint,
  of plugin: Plugin,
  _ fixtures: ConformanceFixtures,
  _ options: ConformanceOptions,
  into certificate: inout ConformanceCertificate
) throws {
  let vocabulary = SyntheticVocabulary(count: options.vocabularySize, seed: options.seed).vocabulary
  let run = ConformanceRun(
    plugin: plugin,
    constraint: constraint,
    fixtures: fixtures,
    options: options,
    vocabulary: vocabulary,
    mask: try ConstraintMask(constraint, over: vocabulary)
  )
  var fixtureTally = CheckTally("K2", "accept and reject lists")
  var completeness = CheckTally("K5", "completeness: no accepted text is blocked")
  var masks = CheckTally("K6", "masks against asking about every token")
  var claims = CheckTally("K7", "keys, free text and copies keep their promises")
  var adversaries = CheckTally("K9", "adversarial logits")
  var bytes = CheckTally("K10", "bytes and ids that are no text")
  var speed = CheckTally("K11", "speed of masks")

  run.checkFixtures(&fixtureTally)
  var random = try run.checkRandomly()
  try run.checkLeastBudget(&random.budgets)
  certificate.goldBlocked = run.checkCompleteness(&completeness)
  run.checkMasks(&masks)
  certificate.maskMismatches = masks.failureCount
  try run.checkClaims(&claims)
  let counts = try run.checkAdversaries(&adversaries)
  certificate.walks += random.walks + counts.decodes
  certificate.invalid += random.invalid + counts.invalid
  certificate.unfinished += random.unfinished + counts.unfinished
  run.checkBytes(&bytes)
  if options.measuresSpeed { certificate.figures = try run.checkSpeed(&speed) }
  certificate.checks += [
    fixtureTally, random.liveness, random.soundness, completeness, masks, claims, random.budgets,
    adversaries, bytes, speed,
  ].map(\.result)
}

/// K1.
private func manifestCheck(
  _ plugin: some TaskPlugin,
  _ fixtures: ConformanceFixtures
) -> ConformanceCheck {
  var tally = CheckTally("K1", "manifest and fixtures")
  let manifest = plugin.manifest
  let isName =
    !manifest.id.isEmpty
    && manifest.id.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
  tally.expect(isName, "id \"\(manifest.id)\": expected lower-case letters and hyphens")
  let numbers = manifest.version.split(separator: ".", omittingEmptySubsequences: false)
  tally.expect(
    numbers.count == 3 && numbers.allSatisfy { Int($0) != nil },
    "version \"\(manifest.version)\": expected three numbers, such as 1.0.0"
  )
  tally.expect(!manifest.title.isEmpty && !manifest.summary.isEmpty, "title or summary is empty")
  tally.expect(!manifest.promptPrefix.isEmpty, "the prompt is empty")
  tally.expect(!manifest.promptPrefix.contains("\n"), "the prompt holds a newline")
  tally.expect(manifest.maximumTokens > 0, "\(manifest.maximumTokens) tokens hold no output")
  let names = plugin.exporters.map(\.name)
  tally.expect(!names.isEmpty && Set(names).count == names.count, "exporters \(names)")
  let metrics = plugin.metrics.map(\.name)
  tally.expect(Set(metrics).count == metrics.count, "two metrics of one name in \(metrics)")
  tally.expect(fixtures.accept.count >= 10, "\(fixtures.accept.count) accepted texts of 10")
  tally.expect(fixtures.reject.count >= 10, "\(fixtures.reject.count) rejected texts of 10")
  return tally.result
}
