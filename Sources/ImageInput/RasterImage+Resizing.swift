extension RasterImage {
  /// The picture scaled to new extents, aspect ratio ignored, antialiased.
  ///
  /// Follows the arithmetic of Pillow's `Image.resize` for 8-bit samples: a horizontal pass, rounding
  /// to 8 bits, then a vertical pass.
  ///
  /// - Parameters:
  ///   - width: At least 1.
  ///   - height: At least 1.
  ///   - filter: The filter.
  /// - Returns: A picture of exactly these extents.
  package func resized(width: Int, height: Int, using filter: Resampling) -> RasterImage {
    let canvas = Canvas(left: 0, top: 0, width: self.width, height: self.height)
    return resized(canvas, width: width, height: height, using: filter)
  }

  /// The picture centred on a white square, and the square scaled.
  ///
  /// The pixels are those of ``paddedToSquare(background:)`` followed by
  /// ``resized(width:height:using:)``, but the square, which is large for a long strip, is never made.
  ///
  /// - Parameters:
  ///   - side: Width and height of the result, at least 1.
  ///   - filter: The filter.
  /// - Returns: A square picture.
  package func paddedAndResized(side: Int, using filter: Resampling) -> RasterImage {
    resized(Canvas(squareAround: self), width: side, height: side, using: filter)
  }

  /// The picture centred on a square whose side is the longer of width and height.
  ///
  /// Where the margin is odd, the smaller part stands left or above: the offset is
  /// `floor((side - extent) / 2)`.
  ///
  /// - Parameter background: Red, green and blue of the margin; white if not given.
  /// - Returns: The square; it takes `side * side * 3` bytes.
  package func paddedToSquare(
    background: (red: UInt8, green: UInt8, blue: UInt8) = (255, 255, 255)
  ) -> RasterImage {
    guard width != height else { return self }
    let canvas = Canvas(squareAround: self)
    var square: [UInt8] = []
    square.reserveCapacity(canvas.width * canvas.height * 3)
    func appendMargin(_ count: Int) {
      for _ in 0..<count { square += [background.red, background.green, background.blue] }
    }
    appendMargin(canvas.top * canvas.width)
    for row in 0..<height {
      appendMargin(canvas.left)
      square += pixels[(row * width * 3)..<((row + 1) * width * 3)]
      appendMargin(canvas.width - canvas.left - width)
    }
    appendMargin((canvas.height - canvas.top - height) * canvas.width)
    return RasterImage(width: canvas.width, height: canvas.height, pixels: square)
  }

  /// A white rectangle with the picture on it.
  private struct Canvas {
    /// Column and row of the picture's first pixel.
    var left: Int
    var top: Int
    /// Extents of the whole rectangle.
    var width: Int
    var height: Int

    init(left: Int, top: Int, width: Int, height: Int) {
      self.left = left
      self.top = top
      self.width = width
      self.height = height
    }

    init(squareAround image: RasterImage) {
      let side = max(image.width, image.height)
      self.init(
        left: (side - image.width) / 2,
        top: (side - image.height) / 2,
        width: side,
        height: side
      )
    }
  }

  /// Scales a canvas, one target row at a time, keeping only as many horizontally scaled rows as a
  /// target row needs.
  private func resized(
    _ canvas: Canvas,
    width: Int,
    height: Int,
    using filter: Resampling
  ) -> RasterImage {
    precondition(width > 0 && height > 0, "a resize to \(width) x \(height)")
    let columns = AxisResampler(
      ResamplingTable(from: canvas.width, to: width, filter),
      offset: canvas.left,
      extent: self.width
    )
    let rows = AxisResampler(
      ResamplingTable(from: canvas.height, to: height, filter),
      offset: canvas.top,
      extent: self.height
    )
    let rowBytes = width * 3
    // Scaled source row y stands in slot y % slots.
    let slots = max(rows.longestRun, 1)
    let result = [UInt8](unsafeUninitializedCapacity: rowBytes * height) { target, count in
      pixels.withUnsafeBufferPointer { source in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: slots * rowBytes) { ring in
          withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowBytes) { sums in
            guard let source = source.baseAddress, let target = target.baseAddress,
              let ring = ring.baseAddress, let sums = sums.baseAddress
            else { return }
            var nextRow = 0
            for targetRow in 0..<height {
              let run = rows.runs[targetRow]
              nextRow = max(nextRow, run.start)
              while nextRow < run.end {
                columns.scaleRow(
                  source + nextRow * self.width * 3,
                  to: ring + nextRow % slots * rowBytes
                )
                nextRow += 1
              }
              sums.update(repeating: run.bias, count: rowBytes)
              for row in run.start..<run.end {
                let weight = rows.weights[run.firstWeight + row - run.start]
                let scaled = ring + row % slots * rowBytes
                for index in 0..<rowBytes {
                  sums[index] &+= weight &* Int32(scaled[index])
                }
              }
              let output = target + targetRow * rowBytes
              for index in 0..<rowBytes { output[index] = ResamplingTable.sample(sums[index]) }
            }
          }
        }
      }
      count = rowBytes * height
    }
    return RasterImage(width: width, height: height, pixels: result)
  }
}

/// A resampling table restricted to the pixels of a picture on a white canvas: what the margin adds
/// to a sum is known beforehand.
private struct AxisResampler {
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
