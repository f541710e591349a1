import ImageInput
import Testing

@Suite struct BrokenImageTests {
  @Test func `every beginning of a file is refused, as cut short once the header is there`() throws
  {
    for name in ["png-c6-08.png", "png-c3-04-trns.png", "png-c2-08-interlaced.png"] {
      let bytes = try FixtureFiles.bytes("decoding/\(name)")
      for count in 0..<bytes.count {
        let error = error(of: Array(bytes[..<count]))
        #expect(error != nil, "\(count) bytes of \(name)")
        if count >= 4 { #expect(error?.kind == .truncated, "\(count) bytes of \(name)") }
      }
    }
    for name in ["jpg-4-2-0.jpg", "jpg-4-4-4-progressive.jpg", "jpg-restart.jpg", "jpg-ycck.jpg"] {
      let bytes = try FixtureFiles.bytes("decoding/\(name)")
      for count in 0..<bytes.count {
        let error = error(of: Array(bytes[..<count]))
        #expect(error != nil, "\(count) bytes of \(name)")
        if count >= 3 { #expect(error?.kind == .truncated, "\(count) bytes of \(name)") }
      }
    }
  }

  @Test func `no flipped bit of a PNG changes the picture unnoticed`() throws {
    for name in ["png-c3-04-trns.png", "png-c0-16-interlaced.png"] {
      let bytes = try FixtureFiles.bytes("decoding/\(name)")
      let intact = try RasterImage(bytes: bytes, name: name)
      for bit in 0..<(bytes.count * 8) {
        var flipped = bytes
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let image = try? RasterImage(bytes: flipped, name: name) else { continue }
        let isIntact = image == intact
        #expect(isIntact, "bit \(bit) of \(name)")
      }
    }
  }

  @Test func `a file without bytes, or without pixels, says so`() throws {
    #expect(error(of: [])?.kind == .empty)
    for (width, height) in [(UInt32(0), UInt32(5)), (5, 0), (0, 0)] {
      var png = PNGBytes(width: width, height: height)
      png.finish(rows: [])
      #expect(error(of: png.bytes)?.kind == .zeroSized)
    }
    let jpeg = try FixtureFiles.bytes("decoding/jpg-grey.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) })
    for offset in [5, 7] {
      var empty = jpeg
      empty.replaceSubrange((frame + offset)..<(frame + offset + 2), with: [0, 0])
      #expect(error(of: empty)?.kind == .zeroSized)
    }
  }

  @Test func `a header over the limits is refused before the picture is looked at`() throws {
    var png = PNGBytes(width: 20_000, height: 20_000)
    png.finish(rows: [1])
    let error = error(of: png.bytes)
    #expect(error?.kind == .tooManyPixels)
    #expect(error?.description.contains("20000 x 20000") == true)
    var strip = PNGBytes(width: 1, height: 2_000_000)
    strip.finish(rows: [1])
    #expect(self.error(of: strip.bytes)?.kind == .tooManyPixels)

    let jpeg = try FixtureFiles.bytes("decoding/jpg-4-2-0.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) })
    var huge = jpeg
    huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(self.error(of: huge)?.kind == .tooManyPixels)
    huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(self.error(of: huge)?.kind == .tooManyPixels)
  }

  @Test func `the limits are exact`() throws {
    let bytes = try FixtureFiles.bytes("decoding/png-c0-08.png")
    let exact = ImageLimits(
      maximumByteCount: bytes.count,
      maximumPixelCount: 99,
      maximumSide: 11
    )
    #expect(throws: Never.self) { try RasterImage(bytes: bytes, name: "a", limits: exact) }
    var limits = exact
    limits.maximumByteCount -= 1
    #expect(error(of: bytes, limits)?.kind == .fileTooLarge)
    limits = exact
    limits.maximumPixelCount -= 1
    #expect(error(of: bytes, limits)?.kind == .tooManyPixels)
    limits = exact
    limits.maximumSide -= 1
    #expect(error(of: bytes, limits)?.kind == .tooManyPixels)
  }

  @Test func `a PNG whose data cannot fill its extents is refused`() {
    // Too few bytes for any deflate stream of that many pixels: refused without memory.
    var impossible = PNGBytes(width: 9_000, height: 9_000)
    impossible.finish(rows: [UInt8](repeating: 0, count: 100))
    #expect(error(of: impossible.bytes)?.kind == .truncated)
    // One row of three is missing: only the decoder can tell.
    var short = PNGBytes(width: 4, height: 3)
    short.finish(rows: [UInt8](repeating: 0, count: 10))
    #expect(error(of: short.bytes)?.kind == .corrupt)
    var whole = PNGBytes(width: 4, height: 3)
    whole.finish(rows: [UInt8](repeating: 0, count: 15))
    #expect(error(of: whole.bytes) == nil)
  }

  @Test func `a PNG without data, palette or first chunk is refused`() {
    var withoutData = PNGBytes(width: 4, height: 3)
    withoutData.append("IEND", [])
    #expect(error(of: withoutData.bytes)?.kind == .corrupt)
    var withoutPalette = PNGBytes(width: 4, height: 3, colour: 3)
    withoutPalette.finish(rows: [UInt8](repeating: 0, count: 15))
    #expect(error(of: withoutPalette.bytes)?.kind == .corrupt)
    for (depth, colour) in [(UInt8(3), UInt8(0)), (8, 5), (16, 3), (0, 0)] {
      var impossible = PNGBytes(width: 4, height: 3, depth: depth, colour: colour)
      impossible.finish(rows: [UInt8](repeating: 0, count: 15))
      #expect(error(of: impossible.bytes)?.kind == .corrupt)
    }
    let signature = Array(PNGBytes(width: 1, height: 1).bytes[..<8])
    #expect(error(of: signature + [UInt8](repeating: 0, count: 40))?.kind == .corrupt)
  }

  @Test func `a JPEG of an unknown coding process is refused`() throws {
    let jpeg = try FixtureFiles.bytes("decoding/jpg-grey.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) })
    var lossless = jpeg
    lossless[frame + 1] = 0xC3
    #expect(error(of: lossless)?.kind == .unsupportedVariant)
    var twelveBits = jpeg
    twelveBits[frame + 4] = 12
    #expect(error(of: twelveBits)?.kind == .unsupportedVariant)
  }

  @Test func `a progressive JPEG may not repeat its scans without end`() throws {
    let jpeg = try FixtureFiles.bytes("decoding/jpg-4-4-4-progressive.jpg")
    // The first scan ends where the Huffman table of the second starts.
    let start = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xDA]) })
    let end = try #require(
      jpeg.indices.first { $0 > start && jpeg[$0...].starts(with: [0xFF, 0xC4]) }
    )
    func repeating(_ count: Int) -> [UInt8] {
      let scans = repeatElement(jpeg[start..<end], count: count).joined()
      return Array(jpeg[..<start]) + scans + jpeg[end...]
    }
    #expect(error(of: repeating(2)) == nil)
    let error = error(of: repeating(300))
    #expect(error?.kind == .corrupt)
    #expect(error?.reason.contains("200 progressive scans") == true)
  }

  /// The error that the bytes give; `nil` when they decode.
  private func error(of bytes: [UInt8], _ limits: ImageLimits = .standard) -> ImageError? {
    do {
      _ = try RasterImage(bytes: bytes, name: "picture", limits: limits)
      return nil
    } catch {
      return error
    }
  }
}
