extension RasterImage {
  /// The picture turned and mirrored so that it stands upright.
  ///
  /// - Parameter orientation: How it is stored.
  /// - Returns: Width and height change places for the four orientations that lie on a side.
  package func turned(by orientation: ExifOrientation) -> RasterImage {
    guard orientation != .topLeft else { return self }
    let (width, height) = (self.width, self.height)
    // Where stored pixel (x, y) lands: origin + x * alongRow + y * alongColumn, in upright pixels.
    let uprightWidth = orientation.swapsSides ? height : width
    let uprightHeight = orientation.swapsSides ? width : height
    let right = uprightWidth - 1
    let bottom = (uprightHeight - 1) * uprightWidth
    let (origin, alongRow, alongColumn) =
      switch orientation {
      case .topLeft: (0, 1, uprightWidth)
      case .topRight: (right, -1, uprightWidth)
      case .bottomRight: (bottom + right, -1, -uprightWidth)
      case .bottomLeft: (bottom, 1, -uprightWidth)
      case .leftTop: (0, uprightWidth, 1)
      case .rightTop: (right, uprightWidth, -1)
      case .rightBottom: (bottom + right, -uprightWidth, -1)
      case .leftBottom: (bottom, -uprightWidth, 1)
      }
    let upright = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        var sourceIndex = 0
        for y in 0..<height {
          var targetIndex = (origin + y * alongColumn) * 3
          for _ in 0..<width {
            target[targetIndex] = source[sourceIndex]
            target[targetIndex + 1] = source[sourceIndex + 1]
            target[targetIndex + 2] = source[sourceIndex + 2]
            sourceIndex += 3
            targetIndex += alongRow * 3
          }
        }
      }
      count = pixels.count
    }
    return RasterImage(width: uprightWidth, height: uprightHeight, pixels: upright)
  }
}
