/// How a stored picture must be turned to stand upright: the Exif tag Orientation (0x0112).
///
/// The names say where the first stored row and the first stored column belong in the upright
/// picture.
package enum ExifOrientation: Int, CaseIterable, Sendable {
  case topLeft = 1
  case topRight = 2
  case bottomRight = 3
  case bottomLeft = 4
  case leftTop = 5
  case rightTop = 6
  case rightBottom = 7
  case leftBottom = 8

  /// Whether width and height change places.
  package var swapsSides: Bool { rawValue >= 5 }

  /// The orientation that a file states; ``topLeft`` when it states none or nonsense, since a broken
  /// metadata block is no reason to refuse an intact picture.
  package init(of image: EncodedImage) {
    let block = image.format == .png ? exifBlock(png: image.bytes) : exifBlock(jpeg: image.bytes)
    self = block.flatMap(ExifOrientation.init(tiff:)) ?? .topLeft
  }

  /// Reads the tag from the TIFF structure inside an Exif block.
  ///
  /// It is `nil` when the tag is absent or its value is not 1...8.
  init?(tiff bytes: ArraySlice<UInt8>) {
    let reader: TIFFReader
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 0x2A, 0x00]: reader = TIFFReader(bytes: bytes, isLittleEndian: true)
    case [0x4D, 0x4D, 0x00, 0x2A]: reader = TIFFReader(bytes: bytes, isLittleEndian: false)
    default: return nil
    }
    guard let directory = reader.integer(at: 4, byteCount: 4),
      let entryCount = reader.integer(at: directory, byteCount: 2)
    else { return nil }
    for index in 0..<entryCount {
      let entry = directory + 2 + index * 12
      guard let tag = reader.integer(at: entry, byteCount: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // Type 3 is a 16-bit number, which stands in the first two of the four value bytes.
      guard reader.integer(at: entry + 2, byteCount: 2) == 3,
        let value = reader.integer(at: entry + 8, byteCount: 2)
      else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }
}

/// Reads numbers at offsets from the start of a TIFF structure.
private struct TIFFReader {
  let bytes: ArraySlice<UInt8>
  let isLittleEndian: Bool

  /// An unsigned number of 2 or 4 bytes; `nil` past the end.
  func integer(at offset: Int, byteCount: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - byteCount else { return nil }
    let field = bytes.dropFirst(offset).prefix(byteCount)
    return isLittleEndian
      ? field.reversed().reduce(0) { $0 << 8 | Int($1) }
      : field.reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The TIFF structure in the first Exif segment of a JPEG file.
private func exifBlock(jpeg bytes: [UInt8]) -> ArraySlice<UInt8>? {
  let identifier: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]
  var position = 2
  while position + 4 <= bytes.count, bytes[position] == 0xFF {
    let marker = bytes[position + 1]
    if marker == 0xFF {
      // A fill byte before a marker.
      position += 1
      continue
    }
    // From the first scan on, bytes are no longer a list of segments.
    if marker == 0xDA || marker == 0xD9 { return nil }
    let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
    let end = position + 2 + length
    guard length >= 2, end <= bytes.count else { return nil }
    let content = bytes[(position + 4)..<end]
    if marker == 0xE1, content.starts(with: identifier) { return content.dropFirst(6) }
    position = end
  }
  return nil
}

/// The content of the first eXIf chunk of a PNG file, wherever it stands.
private func exifBlock(png bytes: [UInt8]) -> ArraySlice<UInt8>? {
  var position = 8
  while position + 12 <= bytes.count {
    let length = bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
    let end = position + 12 + length
    guard end <= bytes.count else { return nil }
    let name = bytes[(position + 4)..<(position + 8)]
    if name.elementsEqual("eXIf".utf8) { return bytes[(position + 8)..<(end - 4)] }
    position = end
  }
  return nil
}
