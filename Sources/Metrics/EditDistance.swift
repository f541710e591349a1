/// Levenshtein distances from one sequence to many, all operations at cost 1.
///
/// Source: Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
/// programming", 1999, in Hyyrö's block form: 64 rows of the table are one machine word.
package struct EditDistance {
  private let count: Int
  private let blockCount: Int
  /// For each symbol of the pattern, one word a block whose bits say where the symbol stands.
  private var occurrences: [UInt64]
  /// Index into ``occurrences`` by symbol; -1 for symbols that the pattern does not have.
  private var symbolIndex: [Int32]

  /// Prepares a pattern.
  ///
  /// - Parameters:
  ///   - pattern: Symbols in `0..<symbolCount`.
  ///   - symbolCount: How many symbols there are in all sequences together.
  package init(from pattern: [Int32], symbolCount: Int) {
    count = pattern.count
    blockCount = (pattern.count + 63) / 64
    symbolIndex = [Int32](repeating: -1, count: symbolCount)
    occurrences = []
    var distinct: Int32 = 0
    for (position, symbol) in pattern.enumerated() {
      if symbolIndex[Int(symbol)] < 0 {
        symbolIndex[Int(symbol)] = distinct
        distinct += 1
        occurrences.append(contentsOf: repeatElement(0, count: blockCount))
      }
      let word = Int(symbolIndex[Int(symbol)]) * blockCount + position / 64
      occurrences[word] |= 1 << UInt64(position % 64)
    }
  }

  /// Insertions, deletions and replacements that turn the pattern into `text`.
  package func distance(to text: [Int32]) -> Int {
    guard count > 0 else { return text.count }
    // Vertical differences between neighbouring rows: +1 and -1.
    var positive = [UInt64](repeating: .max, count: blockCount)
    var negative = [UInt64](repeating: 0, count: blockCount)
    let lastBit = UInt64(1) << UInt64((count - 1) % 64)
    var score = count
    for symbol in text {
      let index = Int(symbolIndex[Int(symbol)])
      // The first row counts insertions, so it rises by one in each column.
      var carry = 1
      for block in 0..<blockCount {
        var equal = index < 0 ? 0 : occurrences[index * blockCount + block]
        let (up, down) = (positive[block], negative[block])
        let vertical = equal | down
        if carry < 0 { equal |= 1 }
        let horizontal = (((equal & up) &+ up) ^ up) | equal
        var rise = down | ~(horizontal | up)
        var fall = up & horizontal
        let top = block == blockCount - 1 ? lastBit : 1 << 63
        let next = rise & top != 0 ? 1 : (fall & top != 0 ? -1 : 0)
        rise = rise << 1 | (carry > 0 ? 1 : 0)
        fall = fall << 1 | (carry < 0 ? 1 : 0)
        positive[block] = fall | ~(vertical | rise)
        negative[block] = rise & vertical
        carry = next
      }
      score += carry
    }
    return score
  }
}
