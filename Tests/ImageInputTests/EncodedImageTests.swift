import Foundation
import ImageInput
import Testing

@Suite struct EncodedImageTests {
  @Test func `other formats are named and the way out is said`() {
    let starts: [(ImageFormat, [UInt8])] = [
      (.gif, Array("GIF89a".utf8)), (.tiff, [0x49, 0x49, 0x2A, 0]),
      (.tiff, [0x4D, 0x4D, 0, 0x2A]), (.webp, Array("RIFFabcdWEBPVP8 ".utf8)),
      (.bmp, [0x42, 0x4D, 9, 9, 9, 9, 0, 0, 0, 0]), (.pdf, Array("%PDF-1.7".utf8)),
      (.heic, [0, 0, 0, 24] + Array("ftypheic".utf8)),
      (.avif, [0, 0, 0, 24] + Array("ftypavif".utf8)),
      (.jpeg2000, [0, 0, 0, 12] + Array("jP  ".utf8)), (.jpegXL, [0xFF, 0x0A]),
      (.netpbm, Array("P6\n1 1\n255\n".utf8)), (.svg, Array("<svg ".utf8)),
      (.dicom, [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)),
      (.photoshop, Array("8BPS".utf8)),
    ]
    #expect(Set(starts.map(\.0)).count == ImageFormat.allCases.count - 2)
    for (format, bytes) in starts {
      let error = #expect(throws: ImageError.self) {
        try EncodedImage(bytes: bytes, name: "scan.png")
      }
      #expect(error?.kind == .unsupportedFormat(format))
      #expect(
        error?.description
          == "scan.png: \(format.rawValue) is not supported; convert it to PNG or JPEG"
      )
    }
  }

  @Test func `bytes of no known format are refused`() {
    for bytes: [UInt8] in [[0], [0x89], [0xFF, 0xD8], Array("hello".utf8), [0, 0, 0, 0]] {
      let error = #expect(throws: ImageError.self) {
        try EncodedImage(bytes: bytes, name: "a")
      }
      #expect(error?.kind == .unknownFormat)
    }
  }

  @Test func `names that are no readable file give a reason`() throws {
    #expect(kind(of: "/nonexistent/table.png") == .missing)
    #expect(kind(of: FixtureFiles.path("make_fixtures.py/table.png")) == .missing)
    #expect(kind(of: FixtureFiles.path("decoding")) == .notAFile)
    #expect(kind(of: "/dev/null") == .notAFile)
    #expect(kind(of: "/dev/zero") == .notAFile)
    #expect(kind(of: "") == .missing)
    #expect(kind(of: String(repeating: "a", count: 5000)) == .unreadable)
    #expect(kind(of: FixtureFiles.path("make_fixtures.py")) == .unknownFormat)
  }

  @Test func `a file larger than the limit is not read`() {
    let path = FixtureFiles.path("decoding/png-every-alpha.png")
    let error = #expect(throws: ImageError.self) {
      try EncodedImage(contentsOf: path, limits: ImageLimits(maximumByteCount: 1000))
    }
    #expect(error?.kind == .fileTooLarge)
    #expect(error?.path == path)
  }

  @Test func `a pipe is read to its end and only up to the limit`() throws {
    let bytes = try FixtureFiles.bytes("decoding/png-every-alpha.png")
    for limit in [bytes.count, bytes.count - 1] {
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      try pipe.fileHandleForWriting.close()
      let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
      let limits = ImageLimits(maximumByteCount: limit)
      if limit == bytes.count {
        #expect(try EncodedImage(contentsOf: path, limits: limits).bytes == bytes)
      } else {
        let error = #expect(throws: ImageError.self) {
          try EncodedImage(contentsOf: path, limits: limits)
        }
        #expect(error?.kind == .fileTooLarge)
      }
    }
  }

  @Test func `an error stays on one line whatever the name holds`() {
    let error = #expect(throws: ImageError.self) {
      try EncodedImage(contentsOf: "/nonexistent/a\nb\u{1B}[31m\u{2028}c\u{85}.png")
    }
    let scalars = error?.description.unicodeScalars
    #expect(
      scalars?.contains { $0.value < 0x20 || [0x85, 0x2028, 0x2029].contains($0.value) } == false
    )
    #expect(error?.description.hasSuffix("; check the name") == true)
  }

  private func kind(of path: String) -> ImageError.Kind? {
    do {
      _ = try EncodedImage(contentsOf: path)
      return nil
    } catch {
      return error.kind
    }
  }
}
