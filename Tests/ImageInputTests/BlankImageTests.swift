import ImageInput
import TestSupport
import Testing

@Suite struct BlankImageTests {
  @Test func `a page of one colour is blank, whatever the colour and the size`() {
    for (width, height) in [(1, 1), (2, 3), (31, 7), (500, 900)] {
      for value in [UInt8(0), 40, 128, 235, 255] {
        let isBlank = page(width, height, value).isBlank
        #expect(isBlank, "\(width) x \(height), \(value)")
      }
      let isBlank = picture(width, height) { _, _ in [250, 240, 215] }.isBlank
      #expect(isBlank)
    }
  }

  @Test func `noise, shade and tint leave a page blank`() {
    for seed in UInt64(1)...20 {
      var random = SeededGenerator(seed: seed)
      let (width, height) = (
        Int.random(in: 60...900, using: &random), Int.random(in: 60...900, using: &random)
      )
      let spread = Double.random(in: 0...14, using: &random)
      let shade = Double.random(in: 0...18, using: &random)
      let image = picture(width, height) { x, y in
        let ground = 245 - shade * Double(x + y) / Double(width + height)
        return [0.0, 4, 12].map { tint in
          UInt8(min(255, max(0, ground - tint + spread * normal(&random))).rounded())
        }
      }
      #expect(isBlank(image), "seed \(seed)")
    }
  }

  @Test func `one thin stroke anywhere makes a page of something`() {
    for (width, height) in [(48, 48), (224, 100), (900, 1200)] {
      let thickness = max(1, max(width, height) / 448)
      for level in [UInt8(0), 120, 180] {
        for place in [0, width / 3, width - thickness] {
          let image = picture(width, height) { x, y in
            let isInk = (place..<place + thickness).contains(x) && y * 10 < height
            return [UInt8](repeating: isInk ? level : 255, count: 3)
          }
          #expect(!isBlank(image), "\(width) x \(height), level \(level), at \(place)")
        }
      }
    }
  }

  @Test func `a colour that is as bright as the paper counts`() {
    let yellow = picture(100, 100) { x, y in x == 50 && y > 40 ? [255, 255, 120] : [255, 255, 255] }
    #expect(!isBlank(yellow))
    let light = picture(100, 100) { x, y in x == 50 && y > 40 ? [90, 90, 90] : [10, 10, 10] }
    #expect(!isBlank(light))
  }

  @Test func `strokes under noise count`() {
    for seed in UInt64(1)...10 {
      var random = SeededGenerator(seed: seed)
      let image = picture(200, 200) { x, y in
        let ink = y == 90 && (60..<120).contains(x) || y == 91 && (60..<120).contains(x)
        return [UInt8](
          repeating: UInt8(min(255, max(0, (ink ? 60 : 240) + 12 * normal(&random)))),
          count: 3
        )
      }
      #expect(!isBlank(image), "seed \(seed)")
    }
  }

  @Test func `a photograph is no blank page`() {
    for seed in UInt64(1)...10 {
      var random = SeededGenerator(seed: seed)
      let contrast = Double.random(in: 90...250, using: &random)
      let image = picture(300, 200) { x, y in
        let value = 128 + contrast / 2 * Double(x - 150) / 150 + 8 * normal(&random)
        return [UInt8](repeating: UInt8(min(255, max(0, value))), count: 3)
      }
      #expect(!isBlank(image), "seed \(seed)")
    }
  }

  /// Asked in a function, so that a failure does not print every pixel.
  private func isBlank(_ image: RasterImage) -> Bool { image.isBlank }

  private func page(_ width: Int, _ height: Int, _ value: UInt8) -> RasterImage {
    picture(width, height) { _, _ in [value, value, value] }
  }

  private func picture(
    _ width: Int,
    _ height: Int,
    _ colour: (Int, Int) -> [UInt8]
  ) -> RasterImage {
    var pixels: [UInt8] = []
    for y in 0..<height { for x in 0..<width { pixels += colour(x, y) } }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  /// The sum of twelve uniform numbers, nearly normal with variance 1.
  private func normal(_ random: inout SeededGenerator) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
  }
}
