/// What a conformance run tried and found.
///
/// It says that no counter-example turned up in so many tries; it is not a proof.
public struct ConformanceCertificate: Codable, Equatable, Sendable {
  /// Name and version of this format.
  public var schema = "copyist/conformance/1"
  /// The plugin's name on the command line.
  public var plugin: String
  /// The plugin's version.
  public var version: String
  /// The seed that repeats the run.
  public var seed: UInt64
  /// Walks and random decodes whose text was examined.
  public var walks: Int
  /// Of these, texts that the validator found errors in.
  public var invalid: Int
  /// Of these, texts that did not end within their budget.
  public var unfinished: Int
  /// Masks that differ from asking about every token.
  public var maskMismatches: Int
  /// Tokens of accepted texts that were refused.
  public var goldBlocked: Int
  /// The checks K1 to K13, in order.
  public var checks: [ConformanceCheck]
  /// Times of masks, where they were measured.
  public var figures: MaskFigures?

  /// Whether no check failed.
  public var passed: Bool { checks.allSatisfy { $0.status != .failed } }

  enum CodingKeys: String, CodingKey {
    case schema, plugin, version, seed, walks, invalid, unfinished
    case maskMismatches = "mask_mismatches"
    case goldBlocked = "gold_blocked"
    case checks, figures
  }

  /// One line per failed check and per reported failure, empty when all passed.
  public var summary: String {
    checks.filter { $0.status == .failed }.map { check in
      let lines = check.failures.map { failure in
        "  \(failure.message)\n    after: \(failure.prefix)\n    seed: \(failure.seed)"
      }
      return "\(check.id) \(check.title): \(check.failed) of \(check.cases) cases failed\n"
        + lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

/// The outcome of one check.
public struct ConformanceCheck: Codable, Equatable, Sendable {
  /// How a check ended.
  public enum Status: String, Codable, Sendable {
    /// No case failed.
    case passed
    /// At least one case failed.
    case failed
    /// The plugin has nothing that the check could examine.
    case skipped
  }

  /// `K1` to `K13`.
  public var id: String
  /// What is checked, in a few words.
  public var title: String
  /// How it ended.
  public var status: Status
  /// Cases that were tried.
  public var cases: Int
  /// Cases that failed.
  public var failed: Int
  /// The first failures, with the shortest text found that shows each.
  public var failures: [ConformanceFailure]
}

/// One case that failed.
public struct ConformanceFailure: Codable, Equatable, Sendable {
  /// What is wrong.
  public var message: String
  /// The shortest text found after which it is wrong; bytes that are not UTF-8 as `\xNN`.
  public var prefix: String
  /// The seed that the text was found with, 0 for a fixture.
  public var seed: UInt64
}
