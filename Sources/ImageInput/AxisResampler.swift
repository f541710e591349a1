/// A resampling table restricted to the pixels of a picture on a white canvas: what the margin adds
/// to a sum is known beforehand.
struct AxisResampler {
  /// The picture's pixels that one target pixel sees.
  struct Run {
    /// First pixel, in pixels of the picture.
    let start: Int
    /// One past the last pixel; equal to `start` when only the margin is seen.
    let end: Int
    /// Where the weight of `start` stands.
    let firstWeight: Int
    /// What the white margin adds, and the half that rounds.
    let bias: Int32
  }

  let runs: [Run]
  let weights: [Int32]
  /// Most pixels in one run.
  let longestRun: Int

  /// - Parameters:
  ///   - table: The table of the canvas.
  ///   - offset: First pixel of the picture on the canvas.
  ///   - extent: Pixels of the picture.
  init(_ table: ResamplingTable, offset: Int, extent: Int) {
    self.weights = table.weights
    self.runs = table.windows.map { window in
      let start = min(max(window.start, offset), offset + extent)
      let end = max(min(window.end, offset + extent), start)
      var bias = ResamplingTable.half
      let firstWeight = window.firstWeight
      for position in window.start..<window.end where position < start || position >= end {
        bias &+= 255 &* table.weights[firstWeight + position - window.start]
      }
      return Run(
        start: start - offset,
        end: end - offset,
        firstWeight: firstWeight + start - window.start,
        bias: bias
      )
    }
    self.longestRun = runs.reduce(0) { max($0, $1.end - $1.start) }
  }

  /// Scales one row of interleaved RGB.
  ///
  /// - Parameters:
  ///   - source: The row, as many pixels as the picture is wide.
  ///   - target: Room for 3 bytes per run.
  func scaleRow(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
    weights.withUnsafeBufferPointer { weights in
      var output = target
      for run in runs {
        var (red, green, blue) = (run.bias, run.bias, run.bias)
        var input = source + run.start * 3
        for index in run.firstWeight..<(run.firstWeight + run.end - run.start) {
          let weight = weights[index]
          red &+= weight &* Int32(input[0])
          green &+= weight &* Int32(input[1])
          blue &+= weight &* Int32(input[2])
          input += 3
        }
        output[0] = ResamplingTable.sample(red)
        output[1] = ResamplingTable.sample(green)
        output[2] = ResamplingTable.sample(blue)
        output += 3
      }
    }
  }
}
