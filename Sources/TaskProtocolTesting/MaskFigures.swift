package import ConstrainedDecoding
import Foundation
import Generation
package import OutputConstraints

/// How long masks take on one core; times in microseconds unless the name says otherwise.
///
/// Times are processor time of the measuring thread, so that other work on the machine does not count as
/// ours; each is the least of some repetitions, so the processor's caches are warm.
public struct MaskFigures: Codable, Equatable, Sendable {
  /// Tokens in the vocabulary.
  public var vocabularySize: Int
  /// Asking about one token that is allowed: the median.
  public var favourite: Double
  /// Median, 99th percentile and maximum of computing a mask that is not remembered.
  public var maskMedian: Double
  /// 99 of 100 masks take no longer.
  public var maskHigh: Double
  /// The longest.
  public var maskMaximum: Double
  /// The longest mask where the budget is all but used up (the least that ends the text, or one token
  /// more) and endings are counted in tokens.
  public var tightMaximum: Double
  /// Median of a mask whose key was seen before, 0 when no state has a key.
  public var remembered: Double
  /// Building the trie, in milliseconds.
  public var trieLoadMilliseconds: Double
  /// Memory of the trie and the texts, in bytes.
  public var trieBytes: Int
  /// Most nodes of the trie that one mask visited.
  public var visitedNodes: Int
  /// Bytes of one state.
  public var stateBytes: Int
  /// Masks measured.
  public var count: Int

  enum CodingKeys: String, CodingKey {
    case vocabularySize = "vocabulary_size"
    case favourite = "favourite_us"
    case maskMedian = "mask_us_p50"
    case maskHigh = "mask_us_p99"
    case maskMaximum = "mask_us_max"
    case tightMaximum = "mask_us_tight_max"
    case remembered = "remembered_us_p50"
    case trieLoadMilliseconds = "trie_load_ms"
    case trieBytes = "trie_bytes"
    case visitedNodes = "visited_nodes_max"
    case stateBytes = "state_bytes"
    case count
  }
}

/// Measures the masks of a constraint at every token of some texts.
///
/// - Parameters:
///   - constraint: Any constraint.
///   - texts: Texts that it accepts; they are split into the longest tokens.
///   - pieces: The vocabulary; the time to build its trie is part of the figures.
///   - repetitions: How often each mask is computed, and the trie built; the fastest counts.
/// - Returns: The figures.
/// - Throws: ``ConstrainedDecodingError`` when the vocabulary cannot write the constraint's texts.
package func measureMasks<C: OutputConstraint>(
  of constraint: C,
  along texts: [String],
  pieces: [TokenPiece],
  repetitions: Int = 3
) throws(ConstrainedDecodingError) -> MaskFigures {
  let clock = ThreadClock()
  var vocabulary = TokenVocabulary(count: 0) { _ in .never }
  var loaded = Duration.seconds(100)
  for _ in 0..<max(1, repetitions) {
    let started = clock.now
    vocabulary = TokenVocabulary(count: pieces.count) { pieces[$0] }
    loaded = min(loaded, clock.now - started)
  }
  let plain = try ConstraintMask(constraint, over: vocabulary, memoCapacity: 0)
  let remembering = try ConstraintMask(constraint, over: vocabulary)
  var masks: [Duration] = []
  var remembered: [Duration] = []
  var favourites: [Duration] = []
  var tight: [Duration] = []
  var visited = 0
  let budget = 100_000
  for text in texts {
    var state = plain.initial
    var rest = Array(text.utf8)[...]
    while true {
      var best = Duration.seconds(1)
      for _ in 0..<max(1, repetitions) {
        let start = clock.now
        let result = plain.measuredMask(in: state, budget: budget)
        best = min(best, clock.now - start)
        visited = max(visited, result.visitedNodeCount)
      }
      masks.append(best)
      if let least = plain.closingBudget(state) {
        for extra in 0...1 {
          var best = Duration.seconds(1)
          for _ in 0..<max(1, repetitions) {
            let start = clock.now
            _ = plain.mask(in: state, budget: least + extra)
            best = min(best, clock.now - start)
          }
          tight.append(best)
        }
      }
      if constraint.maskKey(state) != nil {
        _ = remembering.mask(in: state, budget: budget)
        let start = clock.now
        for _ in 0..<16 { _ = remembering.mask(in: state, budget: budget) }
        remembered.append((clock.now - start) / 16)
      }
      guard let token = vocabulary.longestToken(startingWith: rest) else { break }
      var quickest = Duration.seconds(1)
      for _ in 0..<max(1, repetitions) {
        let start = clock.now
        for _ in 0..<16 { _ = plain.verdict(on: token.id, in: state, budget: budget) }
        quickest = min(quickest, (clock.now - start) / 16)
      }
      favourites.append(quickest)
      plain.advance(&state, by: token.id)
      rest = rest.dropFirst(token.length)
    }
  }
  masks.sort()
  remembered.sort()
  favourites.sort()
  return MaskFigures(
    vocabularySize: vocabulary.count,
    favourite: microseconds(quantile(favourites, 0.5)),
    maskMedian: microseconds(quantile(masks, 0.5)),
    maskHigh: microseconds(quantile(masks, 0.99)),
    maskMaximum: microseconds(masks.last ?? .zero),
    tightMaximum: microseconds(tight.max() ?? .zero),
    remembered: microseconds(quantile(remembered, 0.5)),
    trieLoadMilliseconds: microseconds(loaded) / 1000,
    trieBytes: vocabulary.byteCount,
    visitedNodes: visited,
    stateBytes: MemoryLayout<C.State>.size,
    count: masks.count
  )
}

private func quantile(_ sorted: [Duration], _ share: Double) -> Duration {
  guard !sorted.isEmpty else { return .zero }
  return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
}

private func microseconds(_ duration: Duration) -> Double { duration / .microseconds(1) }

/// Processor time of the thread that asks.
private struct ThreadClock {
  var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
