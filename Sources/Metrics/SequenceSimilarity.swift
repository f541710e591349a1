/// How alike two texts are by their matching blocks, as Python's `difflib.SequenceMatcher` finds them.
///
/// Ratcliff and Metzener, "Pattern matching: the gestalt approach", 1988: the longest block that both
/// have, then the same again to its left and to its right. As in Python, characters that make up more
/// than one in a hundred of a second text of 200 characters or more start no block (`autojunk`), so
/// that long texts of few characters can have a ratio of 0 though they are nearly equal.
package struct SequenceSimilarity {
  private let second: [Unicode.Scalar]
  /// Places of the second text at which a block may start, ascending.
  private let starts: [Int]
  /// Length of the block that ends at each place, kept one place on so that a block can begin at the first.
  private var lengths: [Int]

  /// Prepares the second text; many first ones can be compared with it.
  package init(to second: [Unicode.Scalar]) {
    self.second = second
    lengths = [Int](repeating: 0, count: second.count + 1)
    guard second.count >= 200 else {
      starts = Array(second.indices)
      return
    }
    let counts = second.reduce(into: [Unicode.Scalar: Int]()) { $0[$1, default: 0] += 1 }
    let most = second.count / 100 + 1
    starts = second.indices.filter { counts[second[$0], default: 0] <= most }
  }

  /// Twice the characters in matching blocks over the characters of both texts; 1 for two empty ones.
  package mutating func ratio(of first: [Unicode.Scalar]) -> Double {
    guard !first.isEmpty || !second.isEmpty else { return 1 }
    if first == second, starts.count == second.count { return 1 }
    var matched = 0
    var open = [(first.indices, second.indices)]
    while let (rows, columns) = open.popLast() {
      let block = longestBlock(first, rows, columns)
      guard block.count > 0 else { continue }
      matched += block.count
      open.append((rows.lowerBound..<block.row, columns.lowerBound..<block.column))
      open.append(
        (block.row + block.count..<rows.upperBound, block.column + block.count..<columns.upperBound)
      )
    }
    return 2 * Double(matched) / Double(first.count + second.count)
  }

  /// The first of the longest blocks within two ranges.
  private mutating func longestBlock(
    _ first: [Unicode.Scalar],
    _ rows: Range<Int>,
    _ columns: Range<Int>
  ) -> (row: Int, column: Int, count: Int) {
    var (row, column, count) = (rows.lowerBound, columns.lowerBound, 0)
    guard !rows.isEmpty, !columns.isEmpty else { return (row, column, 0) }
    for place in columns.lowerBound...columns.upperBound { lengths[place] = 0 }
    let low = Self.partition(starts, columns.lowerBound)
    let high = Self.partition(starts, columns.upperBound)
    lengths.withUnsafeMutableBufferPointer { lengths in
      for index in rows {
        var isBestRow = false
        let character = first[index]
        // Backwards, so that the length before a place is still that of the row before.
        var next = high
        while next > low {
          next -= 1
          let place = starts[next]
          guard character == second[place] else {
            lengths[place + 1] = 0
            continue
          }
          let length = lengths[place] + 1
          lengths[place + 1] = length
          if length > count || (isBestRow && length == count) {
            (row, column, count) = (index - length + 1, place - length + 1, length)
            isBestRow = true
          }
        }
      }
    }
    // Frequent characters start no block but may lengthen one.
    while row > rows.lowerBound, column > columns.lowerBound, first[row - 1] == second[column - 1] {
      (row, column, count) = (row - 1, column - 1, count + 1)
    }
    while row + count < rows.upperBound, column + count < columns.upperBound,
      first[row + count] == second[column + count]
    {
      count += 1
    }
    return (row, column, count)
  }

  /// How many of some ascending numbers are below a bound.
  private static func partition(_ numbers: [Int], _ bound: Int) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
