import FileAccess
import JSONText

/// How pictures become pixel values, from `preprocessor_config.json` or `processor_config.json`.
package struct PreprocessorConfiguration: Sendable, Equatable, Codable {
  /// Resize filter; both are antialiased when shrinking.
  package enum Resampling: String, Sendable, Codable {
    case bilinear
    case bicubic
  }

  /// Edge of the square input in pixels.
  package let size: Int
  /// Resize filter.
  package let resampling: Resampling
  /// Subtracted per channel (red, green, blue) after rescaling.
  package let mean: [Float]
  /// Divisor per channel after the mean is subtracted; all above zero.
  package let standardDeviation: [Float]
  /// Factor on 8-bit channel values.
  package let rescale: Double

  /// What the reference implementation does when no file says otherwise.
  ///
  /// - Parameter size: Edge of the square input in pixels.
  package init(size: Int) {
    self.size = size
    self.resampling = .bicubic
    self.mean = [0.5, 0.5, 0.5]
    self.standardDeviation = [0.5, 0.5, 0.5]
    self.rescale = 1.0 / 255
  }

  /// Reads a folder's file; without one, ``init(size:)``.
  ///
  /// - Parameters:
  ///   - directory: The checkpoint folder.
  ///   - vision: The encoder that the pixels are for.
  /// - Throws: ``CheckpointError`` for fields of the wrong type and for a size that is not the
  ///   encoder's.
  package init(directory: String, vision: VisionConfiguration) throws(CheckpointError) {
    for name in ["preprocessor_config.json", "processor_config.json"] {
      let path = join(directory, name)
      guard fileExists(path) else { continue }
      let root = try FieldReader(path: path, try readJSON(path: path))
      // The combined file keeps these fields one level down, and may keep none.
      guard let fields = name.hasPrefix("pre") ? root : try root.object("image_processor") else {
        continue
      }
      try self.init(fields, vision: vision)
      return
    }
    self.init(size: vision.imageSize)
  }

  private init(_ fields: FieldReader, vision: VisionConfiguration) throws(CheckpointError) {
    guard try fields.boolean("do_resize") != false else {
      throw fields.failure("do_resize", expected: "true", found: "false")
    }
    self.size = try fields.squareEdge("size", in: ConfigurationLimits.pixels) ?? 224
    guard size == vision.imageSize else {
      throw fields.failure(
        "size",
        expected: "vision_config.image_size \(vision.imageSize)",
        found: "\(size)",
        advice: "take config.json and the preprocessor file from the same checkpoint"
      )
    }
    // Numbers of the Python Imaging Library.
    switch try fields.integer("resample", in: 0...5) ?? 3 {
    case 2: self.resampling = .bilinear
    case 3: self.resampling = .bicubic
    case let other:
      throw fields.failure("resample", expected: "2 (bilinear) or 3 (bicubic)", found: "\(other)")
    }
    let rescales = try fields.boolean("do_rescale") ?? true
    self.rescale =
      rescales ? try fields.positiveDouble("rescale_factor", atMost: 1e3) ?? 1.0 / 255 : 1
    let normalises = try fields.boolean("do_normalize") ?? true
    self.mean =
      normalises ? try PreprocessorConfiguration.channels("image_mean", fields) : [0, 0, 0]
    self.standardDeviation =
      normalises ? try PreprocessorConfiguration.channels("image_std", fields) : [1, 1, 1]
    guard standardDeviation.allSatisfy({ $0 > 0 }) else {
      throw fields.failure(
        "image_std",
        expected: "three numbers above 0",
        found: "\(standardDeviation)"
      )
    }
    if let tokens = try fields.integer("image_seq_length", in: ConfigurationLimits.imageTokens),
      tokens != vision.tokenCount
    {
      throw fields.failure(
        "image_seq_length",
        expected: "\(vision.tokenCount), the encoder's patches",
        found: "\(tokens)"
      )
    }
  }

  /// Three numbers, or one for all channels; 0.5 when absent.
  private static func channels(
    _ field: String,
    _ fields: FieldReader
  ) throws(CheckpointError) -> [Float] {
    guard let value = fields.value(field) else { return [0.5, 0.5, 0.5] }
    let values = value.array ?? [value, value, value]
    let numbers = values.compactMap(\.double).map { Float($0) }
    guard values.count == 3, numbers.count == 3, numbers.allSatisfy({ abs($0) <= 1e3 }) else {
      throw fields.failure(field, expected: "three numbers", found: value.kind)
    }
    return numbers
  }
}
