import ImageInput
import Testing

@Suite struct ImagePreprocessorTests {
  @Test func `white becomes one and black minus one`() {
    for fit in ImageFit.allCases {
      let pixels = ImagePreprocessor(size: 3).pixels(
        RasterImage(width: 1, height: 1, pixels: [255, 0, 255]),
        fit: fit
      )
      let ones = [Float](repeating: 1, count: 9)
      #expect(pixels.values == ones + ones.map { -$0 } + ones)
    }
  }
}
