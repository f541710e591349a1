import ImageInput
import Testing

@Suite struct ResizingTests {
  @Test func `a resize agrees with the reference on every sample`() throws {
    let source = try FixtureFiles.ppm("resizing/source.ppm")
    let names = try FixtureFiles.names(in: "resizing").filter { $0.contains("-") }
    #expect(names.count == 12)
    for name in names {
      let expected = try FixtureFiles.ppm(name)
      let filter: Resampling = name.contains("bicubic") ? .bicubic : .bilinear
      let found = source.resized(width: expected.width, height: expected.height, using: filter)
      let isEqual = found == expected
      #expect(isEqual, "\(name): \(largestDifference(found, expected))/255 apart")
    }
  }

  @Test func `odd extents, single pixels and long strips give the reference's bytes`() throws {
    let lines = try FixtureFiles.lines("resizing/checksums.txt")
    #expect(lines.count == 342)
    for line in lines {
      let fields = line.split(separator: " ")
      let numbers = fields[2..<6].compactMap { Int($0) }
      let filter = try #require(Resampling(rawValue: String(fields[0])))
      let source = noise(width: numbers[0], height: numbers[1])
      let result =
        fields[1] == "pad"
        ? source.paddedAndResized(side: numbers[2], using: filter)
        : source.resized(width: numbers[2], height: numbers[3], using: filter)
      #expect(result.width == numbers[2] && result.height == numbers[3])
      #expect(checksum(result.pixels) == UInt64(fields[6], radix: 16), "\(line)")
    }
  }

  @Test func `a resize to the same extents changes nothing`() {
    for (width, height) in [(1, 1), (5, 3), (40, 31)] {
      let image = noise(width: width, height: height)
      for filter in Resampling.allCases {
        #expect(image.resized(width: width, height: height, using: filter) == image)
      }
    }
  }

  @Test func `one colour stays that colour at every scale`() {
    for value in [UInt8(0), 1, 127, 254, 255] {
      for (width, height) in [(1, 1), (3, 40), (33, 2)] {
        let image = RasterImage(
          width: width,
          height: height,
          pixels: .init(repeating: value, count: width * height * 3)
        )
        for side in [1, 2, 9, 50] {
          for filter in Resampling.allCases {
            let scaled = image.resized(width: side, height: side, using: filter)
            #expect(scaled.pixels.allSatisfy { $0 == value })
          }
        }
      }
    }
  }

  @Test func `padding centres the picture and leaves the odd pixel right or below`() {
    let wide = RasterImage(width: 4, height: 1, pixels: .init(repeating: 7, count: 12))
    let white = [UInt8](repeating: 255, count: 12)
    #expect(wide.paddedToSquare().pixels == white + wide.pixels + white + white)
    let tall = RasterImage(width: 1, height: 2, pixels: [1, 2, 3, 4, 5, 6])
    #expect(
      tall.paddedToSquare(background: (9, 8, 7)).pixels == [1, 2, 3, 9, 8, 7, 4, 5, 6, 9, 8, 7]
    )
    let square = noise(width: 3, height: 3)
    #expect(square.paddedToSquare() == square)
  }

  @Test func `padding on the fly equals padding first`() {
    for (width, height) in [(1, 1), (1, 6), (7, 2), (12, 13), (90, 3)] {
      let image = noise(width: width, height: height)
      for side in [1, 3, 8, 25, 100] {
        for filter in Resampling.allCases {
          let expected = image.paddedToSquare().resized(width: side, height: side, using: filter)
          #expect(image.paddedAndResized(side: side, using: filter) == expected)
        }
      }
    }
  }

  @Test func `a strip of a million pixels is padded without the memory of its square`() {
    let strip = RasterImage(
      width: 1_000_000,
      height: 1,
      pixels: .init(repeating: 0, count: 3_000_000)
    )
    let scaled = strip.paddedAndResized(side: 5, using: .bicubic)
    #expect(scaled.pixels.allSatisfy { $0 == 255 })
  }

  @Test func `twelve megapixels are scaled to the model's size in under a second`() {
    let image = RasterImage(
      width: 4000,
      height: 3000,
      pixels: .init(repeating: 99, count: 36_000_000)
    )
    let clock = ContinuousClock()
    let best = (0..<3).map { _ in
      clock.measure { _ = image.resized(width: 448, height: 448, using: .bicubic) }
    }.min()
    #expect(best.map { $0 < .seconds(1) } == true, "\(String(describing: best))")
  }
}
