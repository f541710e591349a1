import ImageInput
import Testing

@Suite struct ImagePreprocessorTests {
  @Test func `white becomes one and black minus one`() {
    for fit in ImageFit.allCases {
      let image = RasterImage(width: 1, height: 1, pixels: [255, 0, 255])
      let pixels = ImagePreprocessor(size: 3).pixels(image, fit: fit)
      let ones = [Float](repeating: 1, count: 9)
      #expect(pixels.values == ones + ones.map { -$0 } + ones)
    }
  }

  @Test func `every sample is normalised to the reference's bits`() throws {
    let ramp = RasterImage(
      width: 16,
      height: 16,
      pixels: (0...255).flatMap { [UInt8($0), UInt8($0), UInt8($0)] }
    )
    let siglip = ImagePreprocessor(size: 16).pixels(ramp, fit: .stretch)
    #expect(try siglip.values.map(\.bitPattern) == patterns("siglip"))
    let imagenet = ImagePreprocessor(
      size: 16,
      mean: [0.485, 0.456, 0.406],
      standardDeviation: [0.229, 0.224, 0.225]
    ).pixels(ramp, fit: .stretch)
    #expect(try imagenet.values.map(\.bitPattern) == patterns("imagenet"))
  }

  @Test func `a file goes all the way to the reference's pixel values`() throws {
    let image = try RasterImage(contentsOf: FixtureFiles.path("decoding/png-c6-08.png"))
    let pixels = ImagePreprocessor(size: 14).pixels(image, fit: .stretch)
    #expect(pixels.size == 14)
    #expect(try pixels.values.map(\.bitPattern) == patterns("png-c6-08-14x14"))
  }

  @Test func `padding keeps the aspect ratio and stretching does not`() {
    let image = RasterImage(width: 4, height: 2, pixels: .init(repeating: 0, count: 24))
    let preprocessor = ImagePreprocessor(size: 4, resampling: .bilinear)
    let black = [Float](repeating: -1, count: 4)
    let white = [Float](repeating: 1, count: 4)
    let padded = preprocessor.pixels(image, fit: .pad).values
    #expect(Array(padded[..<16]) == white + black + black + white)
    #expect(preprocessor.pixels(image, fit: .stretch).values.allSatisfy { $0 == -1 })
  }

  /// float32 bit patterns, planes one after another.
  private func patterns(_ name: String) throws -> [UInt32] {
    try FixtureFiles.lines("normalising/\(name).txt").flatMap { line in
      line.split(separator: " ").compactMap { UInt32($0, radix: 16) }
    }
  }
}
