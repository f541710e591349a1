/// How a picture is brought to the square that the model takes.
package enum ImageFit: String, CaseIterable, Sendable {
  /// Width and height are scaled apart; the aspect ratio is lost. The default of the model.
  case stretch
  /// The picture is centred on a white square first; the aspect ratio is kept.
  case pad
}

/// Normalised pixels as the vision encoder takes them.
package struct PixelTensor: Equatable, Sendable {
  /// Width and height.
  package let size: Int
  /// `[3, size, size]`, planes red, green, blue, rows top to bottom; about -1...1.
  package let values: [Float]

  /// Pixels computed elsewhere.
  ///
  /// - Parameters:
  ///   - size: Width and height, at least 1.
  ///   - values: Exactly `3 * size * size` numbers.
  package init(size: Int, values: [Float]) {
    precondition(
      values.count == 3 * size * size,
      "\(values.count) values for 3 x \(size) x \(size)"
    )
    self.size = size
    self.values = values
  }
}

/// Resizes and normalises a picture as a checkpoint's `preprocessor_config.json` says.
///
/// The arithmetic is that of `SiglipImageProcessorPil` of transformers 5.23: the 8-bit sample times
/// `rescale` in float64, rounded to float32, then minus the mean and divided by the deviation in
/// float32. (The torchvision variant folds `rescale` into mean and deviation, which moves some results
/// by a few units of the last place.)
package struct ImagePreprocessor: Equatable, Sendable {
  /// Width and height of the result, in pixels, at least 1.
  package let size: Int
  /// The filter of the resize.
  package let resampling: Resampling
  /// Mean per channel, on the scale after `rescale`; 3 numbers.
  package let mean: [Float]
  /// Standard deviation per channel, on the scale after `rescale`; 3 numbers, none zero.
  package let standardDeviation: [Float]
  /// Factor that brings 0...255 to the scale of the mean.
  package let rescale: Double

  /// A preprocessor; the defaults are those of every published PaliGemma checkpoint.
  package init(
    size: Int,
    resampling: Resampling = .bicubic,
    mean: [Float] = [0.5, 0.5, 0.5],
    standardDeviation: [Float] = [0.5, 0.5, 0.5],
    rescale: Double = 1.0 / 255
  ) {
    precondition(size > 0, "a preprocessor for \(size) pixels")
    precondition(
      mean.count == 3 && standardDeviation.count == 3 && !standardDeviation.contains(0),
      "a mean and a nonzero deviation per channel"
    )
    self.size = size
    self.resampling = resampling
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.rescale = rescale
  }

  /// The picture at the size of the model, still 8-bit RGB.
  package func resized(_ image: RasterImage, fit: ImageFit) -> RasterImage {
    switch fit {
    case .stretch: image.resized(width: size, height: size, using: resampling)
    case .pad: image.paddedAndResized(side: size, using: resampling)
    }
  }

  /// The picture as the vision encoder takes it.
  package func pixels(_ image: RasterImage, fit: ImageFit) -> PixelTensor {
    let scaled = resized(image, fit: fit).pixels
    let tables = (0..<3).map { channel in
      (0...255).map { normalized(UInt8($0), channel: channel) }
    }
    let planeSize = size * size
    let values = [Float](unsafeUninitializedCapacity: 3 * planeSize) { buffer, count in
      for (channel, table) in tables.enumerated() {
        for index in 0..<planeSize {
          buffer[channel * planeSize + index] = table[Int(scaled[index * 3 + channel])]
        }
      }
      count = 3 * planeSize
    }
    return PixelTensor(size: size, values: values)
  }

  /// One sample normalised.
  func normalized(_ sample: UInt8, channel: Int) -> Float {
    (Float(Double(sample) * rescale) - mean[channel]) / standardDeviation[channel]
  }
}
