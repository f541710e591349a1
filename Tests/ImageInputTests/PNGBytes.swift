/// Builds PNG files that no encoder writes.
struct PNGBytes {
  private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// A signature and an IHDR chunk; grey if not said otherwise.
  init(width: UInt32, height: UInt32, depth: UInt8 = 8, colour: UInt8 = 0) {
    append("IHDR", bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, 0])
  }

  /// Appends a chunk with its right checksum.
  mutating func append(_ name: String, _ content: [UInt8]) {
    let body = Array(name.utf8) + content
    bytes += bigEndian(UInt32(content.count)) + body + bigEndian(crc(body))
  }

  /// Appends an IDAT chunk that holds raw rows in stored deflate blocks, and IEND.
  mutating func finish(rows: [UInt8]) {
    var stream: [UInt8] = [0x78, 0x01]
    let blocks = stride(from: 0, to: max(rows.count, 1), by: 65535)
    for start in blocks {
      let block = rows[start..<min(start + 65535, rows.count)]
      let length = UInt16(block.count)
      let isLast: UInt8 = start + 65535 >= rows.count ? 1 : 0
      stream += [isLast, UInt8(length & 0xFF), UInt8(length >> 8)]
      stream += [UInt8(~length & 0xFF), UInt8(~length >> 8)] + block
    }
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    append("IDAT", stream + bigEndian(high << 16 | low))
    append("IEND", [])
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }
  }

  /// The CRC of ISO 3309 that PNG uses.
  private func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { value, _ in
        value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0)
      }
    }
  }
}
