/// The formats told apart by their first bytes; only PNG and JPEG are decoded.
package enum ImageFormat: String, CaseIterable, Sendable {
  case png = "PNG"
  case jpeg = "JPEG"
  case gif = "GIF"
  case tiff = "TIFF"
  case webp = "WebP"
  case bmp = "BMP"
  case pdf = "PDF"
  case heic = "HEIC"
  case avif = "AVIF"
  case jpeg2000 = "JPEG 2000"
  case jpegXL = "JPEG XL"
  case netpbm = "Netpbm"
  case svg = "SVG"
  case dicom = "DICOM"
  case photoshop = "Photoshop"

  /// Whether ``RasterImage`` decodes the format.
  package var isDecoded: Bool { self == .png || self == .jpeg }

  /// The format of encoded bytes, whatever the file is called.
  ///
  /// It is `nil` when no known signature stands there.
  ///
  /// - Parameter bytes: The start of a file, or all of it.
  package init?(signatureOf bytes: [UInt8]) {
    guard
      let match = ImageFormat.signatures.first(where: { signature in
        signature.parts.allSatisfy { part in
          bytes.dropFirst(part.offset).starts(with: part.bytes)
        }
      })
    else { return nil }
    self = match.format
  }

  /// Bytes that must stand at an offset.
  private struct Part {
    let offset: Int
    let bytes: [UInt8]

    init(_ bytes: [UInt8], at offset: Int = 0) {
      self.offset = offset
      self.bytes = bytes
    }

    init(_ text: String, at offset: Int = 0) {
      self.init(Array(text.utf8), at: offset)
    }
  }

  /// A format and everything that must stand in a file of it.
  private struct Signature {
    let format: ImageFormat
    let parts: [Part]

    init(_ format: ImageFormat, _ parts: Part...) {
      self.format = format
      self.parts = parts
    }
  }

  /// Tried in order.
  ///
  /// PNG needs its first four bytes only, so that a file damaged by a text-mode transfer is reported
  /// as a damaged PNG and not as something unknown.
  private static let signatures: [Signature] = [
    Signature(.png, Part([0x89, 0x50, 0x4E, 0x47])),
    Signature(.jpeg, Part([0xFF, 0xD8, 0xFF])),
    Signature(.gif, Part("GIF8")),
    Signature(.tiff, Part([0x49, 0x49, 0x2A, 0x00])),
    Signature(.tiff, Part([0x4D, 0x4D, 0x00, 0x2A])),
    Signature(.tiff, Part([0x49, 0x49, 0x2B, 0x00])),
    Signature(.tiff, Part([0x4D, 0x4D, 0x00, 0x2B])),
    Signature(.webp, Part("RIFF"), Part("WEBP", at: 8)),
    Signature(.bmp, Part("BM"), Part([0, 0, 0, 0], at: 6)),
    Signature(.pdf, Part("%PDF-")),
    Signature(.avif, Part("ftypavi", at: 4)),
    Signature(.heic, Part("ftyphe", at: 4)),
    Signature(.heic, Part("ftypmif1", at: 4)),
    Signature(.heic, Part("ftypmsf1", at: 4)),
    Signature(.jpeg2000, Part([0, 0, 0, 12]), Part("jP  ", at: 4)),
    Signature(.jpeg2000, Part([0xFF, 0x4F, 0xFF, 0x51])),
    Signature(.jpegXL, Part([0xFF, 0x0A])),
    Signature(.jpegXL, Part([0, 0, 0, 12]), Part("JXL ", at: 4)),
    Signature(.netpbm, Part("P1\n")),
    Signature(.netpbm, Part("P2\n")),
    Signature(.netpbm, Part("P3\n")),
    Signature(.netpbm, Part("P4\n")),
    Signature(.netpbm, Part("P5\n")),
    Signature(.netpbm, Part("P6\n")),
    Signature(.netpbm, Part("P7\n")),
    Signature(.svg, Part("<svg")),
    Signature(.dicom, Part("DICM", at: 128)),
    Signature(.photoshop, Part("8BPS")),
  ]
}
