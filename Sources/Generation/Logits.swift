#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Selections over one row of logits.
///
/// Rows hold no value that is not a number: decoders check that with `logSumExp` before they select.
enum Logits {
  static func logSumExp(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var largest = -Float.infinity
    for id in 0..<count {
      guard !row[id].isNaN else { return .nan }
      largest = max(largest, row[id])
    }
    guard largest.isFinite else { return largest }
    var sum = 0.0
    for id in 0..<count { sum += exp(Double(row[id] - largest)) }
    return Float(Double(largest) + log(sum))
  }

  /// The id of the largest logit, the smallest among equals; `nil` when all are minus infinity.
  static func argmax(_ row: UnsafePointer<Float>, count: Int) -> Int? {
    var best: Int?
    var largest = -Float.infinity
    for id in 0..<count where row[id] > largest {
      largest = row[id]
      best = id
    }
    return best
  }

  /// The same among the ids of a set.
  static func argmax(_ row: UnsafePointer<Float>, count: Int, in set: TokenSet) -> Int? {
    var best: Int?
    var largest = -Float.infinity
    set.forEach { id in
      guard id < count, row[id] > largest else { return }
      largest = row[id]
      best = id
    }
    return best
  }

  /// Above this `k` all ids are sorted: keeping the best in order costs up to `k` moves per id.
  private static let longestInsertion = 1024

  /// The ids of the `k` largest logits, largest first and the smaller id first among equals, without
  /// those at minus infinity.
  static func top(_ k: Int, of row: UnsafePointer<Float>, count: Int, in set: TokenSet?) -> [Int] {
    guard k <= longestInsertion else { return sortedTop(k, of: row, count: count, in: set) }
    var best: [Int] = []
    best.reserveCapacity(k + 1)
    var floor = -Float.infinity
    func offer(_ id: Int) {
      let value = row[id]
      guard value > floor else { return }
      // Equal values keep the order of their ids: the later one goes behind.
      var place = best.count
      while place > 0, row[best[place - 1]] < value { place -= 1 }
      best.insert(id, at: place)
      if best.count > k { best.removeLast() }
      if best.count == k, let last = best.last { floor = row[last] }
    }
    if let set {
      set.forEach { if $0 < count { offer($0) } }
    } else {
      for id in 0..<count { offer(id) }
    }
    return best
  }

  private static func sortedTop(
    _ k: Int,
    of row: UnsafePointer<Float>,
    count: Int,
    in set: TokenSet?
  ) -> [Int] {
    let ids = (0..<count).filter { row[$0] > -.infinity && set?.contains($0) != false }
    let sorted = ids.sorted { row[$0] > row[$1] || (row[$0] == row[$1] && $0 < $1) }
    return Array(sorted.prefix(k))
  }

  /// The probability of the ids of a set, 0...1, when the row's softmax has this normaliser.
  static func mass(
    of set: TokenSet,
    in row: UnsafePointer<Float>,
    count: Int,
    logSumExp: Float
  ) -> Float {
    var sum = 0.0
    set.forEach { id in
      if id < count { sum += exp(Double(row[id] - logSumExp)) }
    }
    return Float(min(sum, 1))
  }
}
