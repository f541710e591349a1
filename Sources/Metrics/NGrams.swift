/// How often each run of 1 to 4 words stands in a text.
struct NGrams {
  /// Longest run.
  static let maximum = 4
  /// Counts by length, shortest first.
  private(set) var counts = [[ArraySlice<String>: Int]](repeating: [:], count: maximum)
  let wordCount: Int

  init(_ words: [String]) {
    wordCount = words.count
    for length in 1...Self.maximum where words.count >= length {
      for start in 0...words.count - length {
        counts[length - 1][words[start..<start + length], default: 0] += 1
      }
    }
  }
}
