/// Counts the cases of one check.
struct CheckTally: Sendable {
  let id: String
  let title: String
  private var cases = 0
  private var failed = 0
  private var failures: [ConformanceFailure] = []

  /// Failures that are kept; the others are only counted.
  private static let keptCount = 5

  init(_ id: String, _ title: String) {
    self.id = id
    self.title = title
  }

  /// Counts a case, and a failure with its text when the condition does not hold.
  ///
  /// - Returns: The condition.
  @discardableResult
  mutating func expect(
    _ condition: Bool,
    _ message: @autoclosure () -> String,
    after prefix: @autoclosure () -> [UInt8] = [],
    seed: UInt64 = 0
  ) -> Bool {
    cases += 1
    guard !condition else { return true }
    failed += 1
    if failures.count < Self.keptCount {
      failures.append(
        ConformanceFailure(message: message(), prefix: printable(prefix()), seed: seed)
      )
    }
    return false
  }

  /// Takes in the cases of another tally of the same check.
  mutating func add(_ other: CheckTally) {
    cases += other.cases
    failed += other.failed
    failures += other.failures.prefix(Self.keptCount - failures.count)
  }

  var failureCount: Int { failed }
  var caseCount: Int { cases }

  /// The check as it stands in a certificate; skipped when nothing was tried.
  var result: ConformanceCheck {
    ConformanceCheck(
      id: id,
      title: title,
      status: cases == 0 ? .skipped : failed == 0 ? .passed : .failed,
      cases: cases,
      failed: failed,
      failures: failures
    )
  }
}

/// Bytes as text, with `\xNN` for each that is no UTF-8 and for control characters.
func printable(_ bytes: [UInt8]) -> String {
  if let text = String(validating: bytes, as: UTF8.self),
    !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
  {
    return text
  }
  return bytes.map { byte in
    if (0x20...0x7E).contains(byte) { return String(Character(Unicode.Scalar(byte))) }
    let digits = String(byte, radix: 16)
    return "\\x" + (byte < 16 ? "0" : "") + digits
  }.joined()
}

/// A shorter text that still fails: pieces are cut out, ever smaller, as long as it does.
///
/// - Parameters:
///   - bytes: A text that fails.
///   - tries: Most calls of `fails`.
///   - fails: Whether a text shows the failure.
/// - Returns: `bytes` or a part of it, in order, that fails.
func shrink(_ bytes: [UInt8], tries: Int = 2000, fails: ([UInt8]) -> Bool) -> [UInt8] {
  var best = bytes
  var remaining = tries
  var length = best.count / 2
  while length > 0 {
    var start = 0
    while start < best.count, remaining > 0 {
      var candidate = best
      candidate.removeSubrange(start..<min(start + length, candidate.count))
      remaining -= 1
      if fails(candidate) { best = candidate } else { start += length }
    }
    length /= 2
  }
  return best
}
