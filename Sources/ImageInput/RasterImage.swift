/// A decoded picture: 8-bit sRGB without alpha.
///
/// Samples are taken as sRGB; colour profiles and gamma are ignored, as the reference preprocessing
/// does.
package struct RasterImage: Equatable, Sendable {
  /// Pixels per row, at least 1; after the orientation of the file is applied.
  package let width: Int
  /// Rows, at least 1; after the orientation of the file is applied.
  package let height: Int
  /// Red, green and blue interleaved, rows top to bottom, no padding: `height * width * 3` bytes.
  package let pixels: [UInt8]

  /// A picture made by the program.
  ///
  /// - Parameters:
  ///   - width: At least 1.
  ///   - height: At least 1.
  ///   - pixels: Exactly `height * width * 3` bytes, interleaved RGB.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "\(pixels.count) bytes for \(width) x \(height) RGB pixels"
    )
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Reads and decodes a PNG or JPEG file.
  ///
  /// - Parameters:
  ///   - path: A regular file or a pipe; `-` is standard input.
  ///   - limits: Checked against the header before memory is taken.
  /// - Throws: ``ImageError`` for everything that is not a whole, intact picture.
  package init(
    contentsOf path: String,
    limits: ImageLimits = .standard
  ) throws(ImageError) {
    try self.init(decoding: EncodedImage(contentsOf: path, limits: limits), limits: limits)
  }

  /// Decodes a PNG or JPEG file already in memory.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: How errors call it.
  ///   - limits: Checked against the header before memory is taken.
  /// - Throws: ``ImageError`` for everything that is not a whole, intact picture.
  package init(
    bytes: [UInt8],
    name: String,
    limits: ImageLimits = .standard
  ) throws(ImageError) {
    try self.init(
      decoding: EncodedImage(bytes: bytes, name: name, limits: limits),
      limits: limits
    )
  }
}
