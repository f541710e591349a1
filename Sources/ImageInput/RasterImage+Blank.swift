extension RasterImage {
  /// Whether nothing stands on the picture: an empty page, however tinted, shaded or noisy.
  ///
  /// Each channel is averaged over squares of 2 x 2 pixels and more, which leaves half of a scanner's noise or less.
  /// The channel is empty when no square differs from the middle value by more than six standard deviations, as
  /// estimated from the median deviation; differences up to 24 of 255 are never anything, and more than 48 always
  /// something, or a photograph would be noise.
  package var isBlank: Bool {
    let side = max(2, (max(width, height) + 447) / 448)
    let (columns, rows) = ((width + side - 1) / side, (height + side - 1) / side)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 3)
    var sums = [Int](repeating: 0, count: columns * 3)
    pixels.withUnsafeBufferPointer { pixels in
      for row in 0..<rows {
        for index in sums.indices { sums[index] = 0 }
        let lines = row * side..<min(height, (row + 1) * side)
        for line in lines {
          var place = line * width * 3
          for column in 0..<columns {
            let count = min(side, width - column * side)
            for _ in 0..<count {
              sums[column * 3] += Int(pixels[place])
              sums[column * 3 + 1] += Int(pixels[place + 1])
              sums[column * 3 + 2] += Int(pixels[place + 2])
              place += 3
            }
          }
        }
        for index in sums.indices {
          let area = lines.count * min(side, width - index / 3 * side)
          counts[index % 3][(sums[index] + area / 2) / area] += 1
        }
      }
    }
    return counts.allSatisfy(Self.isEven)
  }

  /// Whether values lie together, save for noise, where `counts` says how often each of 256 occurs.
  private static func isEven(_ counts: [Int]) -> Bool {
    let middle = median(counts)
    var deviations = [Int](repeating: 0, count: 256)
    for (value, count) in counts.enumerated() { deviations[abs(value - middle)] += count }
    // 1.4826 median deviations are the standard deviation of a normal distribution.
    let noise = 6 * 1.4826 * (Double(median(deviations)) + 0.5)
    let farthest = deviations.lastIndex { $0 > 0 } ?? 0
    return Double(farthest) <= min(max(noise, 24), 48)
  }

  private static func median(_ counts: [Int]) -> Int {
    let half = (counts.reduce(0, +) + 1) / 2
    var seen = 0
    for (value, count) in counts.enumerated() {
      seen += count
      if seen >= half { return value }
    }
    return counts.count - 1
  }
}
