import Foundation
import ImageInput

/// Files under `Fixtures`, written by `make_fixtures.py`.
enum FixtureFiles {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func lines(_ name: String) throws -> [Substring] {
    try String(decoding: bytes(name), as: UTF8.self).split(separator: "\n")
  }

  /// Names in a subfolder, sorted.
  static func names(in subfolder: String) throws -> [String] {
    try FileManager.default
      .contentsOfDirectory(atPath: path(subfolder)).map { "\(subfolder)/\($0)" }.sorted()
  }

  /// A binary PPM file with the header that the script writes.
  static func ppm(_ name: String) throws -> RasterImage {
    let bytes = try bytes(name)
    let header = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    let extents = String(decoding: header[1], as: UTF8.self).split(separator: " ").compactMap {
      Int($0)
    }
    return RasterImage(width: extents[0], height: extents[1], pixels: Array(header[3]))
  }
}

/// FNV-1a with 64 bits.
func checksum(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// The largest difference between samples of pictures with the same extents.
func largestDifference(_ first: RasterImage, _ second: RasterImage) -> Int {
  zip(first.pixels, second.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
}

/// The pictures that `make_fixtures.py` calls `noise`.
func noise(width: Int, height: Int) -> RasterImage {
  var state = UInt32(truncatingIfNeeded: width * 65537 + height)
  let isBlackAndWhite = (width + height) % 2 == 1
  let pixels = (0..<(width * height * 3)).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    let value = UInt8(state >> 24)
    return isBlackAndWhite ? (value >= 128 ? 255 : 0) : value
  }
  return RasterImage(width: width, height: height, pixels: pixels)
}
