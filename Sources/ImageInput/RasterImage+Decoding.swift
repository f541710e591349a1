import CImageCodecs

extension RasterImage {
  /// Decodes a picture and turns it upright.
  ///
  /// 16-bit samples are cut to their high byte, alpha is composited over white, CMYK is read as
  /// Adobe writes it (inverted). The orientation of an Exif block is applied.
  ///
  /// - Parameters:
  ///   - image: The encoded bytes.
  ///   - limits: Checked against the header before memory is taken.
  /// - Throws: ``ImageError`` when the header exceeds the limits or the bytes are damaged, cut short
  ///   or of a variant that is not decoded.
  package init(
    decoding image: EncodedImage,
    limits: ImageLimits = .standard
  ) throws(ImageError) {
    let extents = try RasterImage.checkedExtents(of: image, limits)
    let (width, height) = (extents.width, extents.height)
    let capacity = width * height * 3
    var result = ci_result()
    let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      result = image.bytes.withUnsafeBufferPointer { source in
        image.format == .png
          ? ci_png_decode(source.baseAddress, source.count, target, capacity)
          : ci_jpeg_decode(source.baseAddress, source.count, target, capacity)
      }
      count = result.code == ci_ok ? capacity : 0
    }
    guard result.code == ci_ok else { throw ImageError(image, result) }
    let upright = RasterImage(width: width, height: height, pixels: pixels)
      .turned(by: ExifOrientation(of: image))
    self = upright
  }

  /// The extents that the header states, in pixels as stored, if they are within the limits.
  private static func checkedExtents(
    of image: EncodedImage,
    _ limits: ImageLimits
  ) throws(ImageError) -> (width: Int, height: Int) {
    var extents = ci_extents()
    let result = image.bytes.withUnsafeBufferPointer { source in
      image.format == .png
        ? ci_png_read_extents(source.baseAddress, source.count, &extents)
        : ci_jpeg_read_extents(source.baseAddress, source.count, &extents)
    }
    guard result.code == ci_ok else { throw ImageError(image, result) }
    let (width, height) = (Int(extents.width), Int(extents.height))
    // Both fit 31 bits, so the product fits an Int.
    guard width * height <= limits.maximumPixelCount, max(width, height) <= limits.maximumSide
    else {
      throw ImageError(
        path: image.name,
        kind: .tooManyPixels,
        reason: "the header states \(width) x \(height) pixels, more than the limit of "
          + "\(limits.maximumPixelCount) pixels or \(limits.maximumSide) a side",
        advice: "scale the picture down"
      )
    }
    // Deflate yields at most 1032 bytes from one, and a row takes at least a byte and a bit a pixel.
    if image.format == .png, (width / 8 + 1) * height / 1032 > image.bytes.count {
      throw ImageError(
        path: image.name,
        kind: .truncated,
        reason: "the header states \(width) x \(height) pixels, but \(image.bytes.count) bytes "
          + "cannot hold so many",
        advice: "save the picture again"
      )
    }
    return (width, height)
  }
}

extension ImageError {
  /// The error of a decoder that refused a picture.
  fileprivate init(_ image: EncodedImage, _ result: ci_result) {
    let kind: Kind =
      switch result.code {
      case ci_truncated: .truncated
      case ci_unsupported: .unsupportedVariant
      case ci_zero_sized: .zeroSized
      case ci_too_large: .tooManyPixels
      case ci_no_memory: .outOfMemory
      default: .corrupt
      }
    let message = withUnsafeBytes(of: result.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let (prefix, advice) =
      switch kind {
      case .truncated: ("the \(image.format.rawValue) file is cut short", "copy or save it again")
      case .unsupportedVariant:
        ("this variant of \(image.format.rawValue) is not supported", "convert it to 8-bit PNG")
      case .zeroSized:
        ("the \(image.format.rawValue) file has no pixels", "save the picture again")
      case .tooManyPixels: ("the picture is too large", "scale it down")
      case .outOfMemory: ("out of memory", "scale the picture down")
      default: ("the \(image.format.rawValue) file is damaged", "save the picture again")
      }
    self.init(path: image.name, kind: kind, reason: "\(prefix): \(message)", advice: advice)
  }
}
