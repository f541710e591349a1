/// How large a picture may be before it is refused; checked before memory is taken for it.
package struct ImageLimits: Equatable, Sendable {
  /// Most bytes that an encoded picture may have.
  package var maximumByteCount: Int
  /// Most pixels, width times height.
  ///
  /// One pixel takes 3 bytes, and up to 10 while it is decoded.
  package var maximumPixelCount: Int
  /// Most pixels along one side; bounds the coefficient tables of a resize.
  package var maximumSide: Int

  /// Limits of the caller's choice; each at least 1.
  package init(
    maximumByteCount: Int = 512 << 20,
    maximumPixelCount: Int = 100_000_000,
    maximumSide: Int = 1_000_000
  ) {
    self.maximumByteCount = maximumByteCount
    self.maximumPixelCount = maximumPixelCount
    self.maximumSide = maximumSide
  }

  /// 512 MiB, 100 megapixels, 1,000,000 pixels a side: above any page scanner, below what hurts.
  package static let standard = ImageLimits()
}
