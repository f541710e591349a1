import ImageInput
import Testing

@Suite struct DecodingTests {
  @Test func `every recorded PNG and JPEG variant decodes to the reference's pixels`() throws {
    let names = try FixtureFiles.names(in: "decoding").filter {
      !$0.hasSuffix(".ppm") && !$0.hasSuffix("every-alpha.png")
    }
    #expect(names.count == 78)
    for name in names {
      let found = try RasterImage(contentsOf: FixtureFiles.path(name))
      let expected = try FixtureFiles.ppm(name.dropLast(3) + "ppm")
      let isEqual = found == expected
      #expect(isEqual, "\(name): \(largestDifference(found, expected))/255 apart")
    }
  }

  @Test func `alpha is composited over white and rounded to nearest`() throws {
    let image = try RasterImage(contentsOf: FixtureFiles.path("decoding/png-every-alpha.png"))
    #expect(image.width == 256 && image.height == 256)
    for alpha in 0...255 {
      for grey in 0...255 {
        let exact = grey * alpha + 255 * (255 - alpha)
        #expect(image.pixels[(alpha * 256 + grey) * 3] == UInt8((exact * 2 + 255) / 510))
      }
    }
  }

  @Test func `the content decides the format and not the name`() throws {
    let bytes = try FixtureFiles.bytes("decoding/jpg-grey.jpg")
    let image = try RasterImage(bytes: bytes, name: "grey.png")
    #expect(try image == FixtureFiles.ppm("decoding/jpg-grey.ppm"))
  }

  @Test func `bytes after the end of the picture are ignored`() throws {
    for name in ["decoding/png-c2-08.png", "decoding/jpg-4-2-0.jpg"] {
      let bytes = try FixtureFiles.bytes(name)
      let trailing = try RasterImage(bytes: bytes + [1, 2, 3], name: name)
      #expect(try trailing == RasterImage(bytes: bytes, name: name))
    }
  }

  @Test func `an orientation moves every pixel where the standard says`() {
    // Stored 2 x 3, one letter per pixel: ab / cd / ef.
    let expected: [ExifOrientation: String] = [
      .topLeft: "ab/cd/ef", .topRight: "ba/dc/fe", .bottomRight: "fe/dc/ba",
      .bottomLeft: "ef/cd/ab", .leftTop: "ace/bdf", .rightTop: "eca/fdb",
      .rightBottom: "fdb/eca", .leftBottom: "bdf/ace",
    ]
    let stored = RasterImage(
      width: 2,
      height: 3,
      pixels: "abcdef".utf8.flatMap { [$0, $0 &+ 100, $0 &- 50] }
    )
    for orientation in ExifOrientation.allCases {
      let upright = stored.turned(by: orientation)
      let rows = (0..<upright.height).map { row in
        (0..<upright.width).map { column in
          let pixel = upright.pixels.dropFirst((row * upright.width + column) * 3).prefix(3)
          #expect(
            pixel.elementsEqual([pixel[pixel.startIndex]].flatMap { [$0, $0 + 100, $0 - 50] })
          )
          return String(UnicodeScalar(pixel[pixel.startIndex]))
        }.joined()
      }
      #expect(rows.joined(separator: "/") == expected[orientation])
    }
  }
}
