extension RasterImage {
  /// The picture scaled to new extents, aspect ratio ignored, antialiased.
  ///
  /// Follows the arithmetic of `Image.resize` of Pillow 13 for 8-bit samples: two passes with rounding
  /// to 8 bits between them.
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

  /// Scales a canvas, one target row at a time.
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
    // The rounding between the passes makes their order visible in the last bit. Pillow 13 takes
    // the vertical pass first when the height shrinks by more than twice what the width does.
    let shrinkage = canvas.height - height
    let isVerticalFirst = shrinkage > 0 && shrinkage > 2 * (canvas.width - width)
    let scaler = CanvasScaler(columns: columns, rows: rows, sourceRowBytes: self.width * 3)
    let byteCount = width * height * 3
    let result = [UInt8](unsafeUninitializedCapacity: byteCount) { target, count in
      pixels.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        if isVerticalFirst {
          scaler.scaleVerticallyFirst(source, to: target)
        } else {
          scaler.scaleHorizontallyFirst(source, to: target)
        }
      }
      count = byteCount
    }
    return RasterImage(width: width, height: height, pixels: result)
  }
}
