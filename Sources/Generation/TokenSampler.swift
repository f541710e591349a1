#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Draws ids from tempered, truncated logits.
struct TokenSampler {
  let temperature: Float
  let topK: Int?
  let topP: Float?
  var generator: SplitMix64

  /// Draws one id.
  ///
  /// - Parameters:
  ///   - row: Logits, at least one of them finite and none not a number.
  ///   - count: Number of logits.
  ///   - set: When given, only these ids are drawn.
  /// - Returns: `nil` when every candidate is at minus infinity.
  mutating func draw(_ row: UnsafePointer<Float>, count: Int, in set: TokenSet?) -> Int? {
    let candidates = candidates(row, count: count, in: set)
    guard let largest = candidates.first?.value else { return nil }
    // Divided after the largest is taken away, so that no temperature makes an infinity.
    var weights = candidates.map {
      exp((Double($0.value) - Double(largest)) / Double(temperature))
    }
    if let topP {
      let total = weights.reduce(0, +)
      var before = 0.0
      let kept = weights.prefix { weight in
        // A token stays when those before it do not reach the share yet; the first always stays.
        defer { before += weight }
        return before == 0 || before < Double(topP) * total
      }
      weights = Array(kept)
    }
    var rest = generator.unit() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return candidates[index].id }
    }
    return candidates[weights.count - 1].id
  }

  private struct Candidate {
    let id: Int
    let value: Float
  }

  /// Candidates with their logits, largest first, the smaller id first among equals.
  ///
  /// Ids whose probabilities together stay below 2^-53 of the whole cannot be drawn and are left out
  /// before sorting, which keeps a step over a quarter of a million ids cheap.
  private func candidates(
    _ row: UnsafePointer<Float>,
    count: Int,
    in set: TokenSet?
  ) -> [Candidate] {
    var found: [Candidate] = []
    if let topK {
      let topK = min(topK, count)
      let ids = Logits.top(topK, of: row, count: count, in: set)
      // Ids that equal the k-th largest stay, as in the reference.
      guard let last = ids.last, ids.count == topK else {
        return ids.map { Candidate(id: $0, value: row[$0]) }
      }
      let threshold = row[last]
      visit(count, set) { id in
        if row[id] >= threshold { found.append(Candidate(id: id, value: row[id])) }
      }
    } else {
      var largest = -Float.infinity
      visit(count, set) { largest = max(largest, row[$0]) }
      guard largest.isFinite else { return [] }
      // exp(-37) is below 2^-53; with 2^18 ids the whole remainder is below that at -50.
      // The largest temperatures put the threshold at minus infinity, where forbidden ids are.
      let threshold = max(largest - 50 * temperature, -.greatestFiniteMagnitude)
      visit(count, set) { id in
        if row[id] >= threshold { found.append(Candidate(id: id, value: row[id])) }
      }
    }
    found.sort { $0.value > $1.value || ($0.value == $1.value && $0.id < $1.id) }
    return found
  }

  private func visit(_ count: Int, _ set: TokenSet?, _ body: (Int) -> Void) {
    if let set {
      set.forEach { if $0 < count { body($0) } }
    } else {
      for id in 0..<count { body(id) }
    }
  }
}
