import ImageInput
import TestSupport
import Testing

/// Damaged files never trap, never give a picture over the limits, and always say why.
@Suite struct MutationTests {
  private static let limits = ImageLimits(maximumPixelCount: 40_000, maximumSide: 4_000)

  @Test(arguments: [1, 2, 3, 4])
  func `mutated pictures decode within the limits or give an error`(seed: UInt64) throws {
    let names = try FixtureFiles.names(in: "decoding").filter {
      !$0.hasSuffix(".ppm") && !$0.hasSuffix("every-alpha.png")
    }
    var generator = SeededGenerator(seed: seed)
    var decoded = 0
    var refused = 0
    for name in names {
      let bytes = try FixtureFiles.bytes(name)
      for _ in 0..<40 {
        let mutated = mutate(bytes, &generator)
        do {
          let image = try RasterImage(bytes: mutated, name: name, limits: Self.limits)
          decoded += 1
          let (width, height) = (image.width, image.height)
          let isWithin = width > 0 && height > 0 && width * height <= 40_000
          #expect(isWithin, "seed \(seed), \(name): \(width) x \(height)")
        } catch {
          refused += 1
          let isOneLine = !error.description.contains("\n") && !error.reason.isEmpty
          #expect(isOneLine, "seed \(seed), \(name): \(error)")
        }
      }
    }
    // Mutations that hit only metadata or JPEG coefficients still decode; most do not.
    #expect(decoded > 100 && refused > 1000, "seed \(seed): \(decoded) decoded, \(refused) refused")
  }

  @Test(arguments: [5, 6])
  func `mutated PNG chunks with right checksums reach the decoder and do no harm`(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<1500 {
      var png = PNGBytes(
        width: .random(in: 1...40, using: &generator),
        height: .random(in: 1...40, using: &generator),
        depth: [1, 2, 4, 8, 16].randomElement(using: &generator) ?? 8,
        colour: [0, 2, 3, 4, 6].randomElement(using: &generator) ?? 0
      )
      for name in ["PLTE", "tRNS", "eXIf", "gAMA", "iCCP", "sBIT", "tRNS", "PLTE"]
      where Bool.random(using: &generator) {
        png.append(name, randomBytes(0...800, &generator))
      }
      png.finish(rows: randomBytes(0...4000, &generator))
      do {
        let image = try RasterImage(bytes: png.bytes, name: "a", limits: Self.limits)
        let isWithin = image.width <= 40 && image.height <= 40
        #expect(isWithin, "seed \(seed), round \(round)")
      } catch {
        let isNamed = error.kind == .corrupt || error.kind == .truncated
        #expect(isNamed, "seed \(seed), round \(round): \(error)")
      }
    }
  }

  @Test(arguments: [7])
  func `an orientation is read from any bytes without harm`(seed: UInt64) throws {
    let bytes = try FixtureFiles.bytes("decoding/jpg-exif-6.jpg")
    #expect(try ExifOrientation(of: EncodedImage(bytes: bytes, name: "a")) == .rightTop)
    var generator = SeededGenerator(seed: seed)
    var found: Set<ExifOrientation> = []
    for _ in 0..<3000 {
      let mutated = mutate(Array(bytes[..<90]), &generator)
      guard let image = try? EncodedImage(bytes: mutated, name: "a") else { continue }
      found.insert(ExifOrientation(of: image))
    }
    #expect(found.isSuperset(of: [.topLeft, .rightTop]), "seed \(seed)")
  }

  /// One to four changes: a flipped bit, a new byte, a run of them, a cut, a repeat, a swap.
  private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard result.count > 8 else { return result }
      let position = Int.random(in: 0..<result.count, using: &generator)
      let end = min(position + .random(in: 1...16, using: &generator), result.count)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: result[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: result[position] = .random(in: 0...255, using: &generator)
      case 2: result.replaceSubrange(position..<end, with: randomBytes(0...16, &generator))
      case 3: result.removeSubrange(position..<end)
      case 4: result.insert(contentsOf: result[position..<end], at: position)
      default: result[position] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &generator) ?? 0
      }
    }
    return result
  }

  private func randomBytes(
    _ counts: ClosedRange<Int>,
    _ generator: inout SeededGenerator
  ) -> [UInt8] {
    (0..<Int.random(in: counts, using: &generator)).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
  }
}
