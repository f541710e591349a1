package import Checkpoints
package import Generation
package import ImageInput
package import Kernels
package import LanguageModel
package import Tensors
package import Tokenization
package import VisionEncoder

/// A PaliGemma checkpoint, ready to transcribe: image encoder, projector, decoder and tokenizer.
///
/// Steiner et al., "PaliGemma 2: A family of versatile VLMs for transfer" (2024). The sequence is
/// image tokens, beginning-of-sequence, prompt, newline, output; the first four see each other
/// entirely, the output is causal. Any number of requests may run at once.
package final class PaliGemmaModel: Sendable {
  /// The files and their configuration.
  package let checkpoint: Checkpoint
  /// The checkpoint's tokenizer.
  package let tokenizer: Tokenizer
  /// Turns a picture into the pixels that the checkpoint was trained on.
  package let preprocessor: ImagePreprocessor
  /// The kernels in use.
  package let compute: Compute
  /// Ids that are never generated: `<image>` and those past the tokenizer's vocabulary.
  package let forbidden: TokenSet
  /// The image encoder.
  package let vision: VisionEncoder
  let projector: LinearWeights
  let projectorBias: FloatMatrix
  /// The text decoder.
  package let decoder: TextDecoder

  /// Opens a checkpoint; weights stay mapped and are read as they are needed.
  ///
  /// - Parameters:
  ///   - directory: A folder in the Hugging Face layout.
  ///   - weights: Which of its weights are used.
  ///   - compute: The kernels to run on.
  /// - Throws: ``CheckpointError`` or ``TokenizerError``.
  package init(
    directory: String,
    weights: WeightSelection = .automatic,
    compute: Compute
  ) throws {
    let checkpoint = try Checkpoint(directory: directory, weights: weights)
    let tokenizer = try Tokenizer(directory: directory)
    self.checkpoint = checkpoint
    self.tokenizer = tokenizer
    self.compute = compute
    self.preprocessor = ImagePreprocessor(checkpoint.preprocessor)
    self.vision = try VisionEncoder(checkpoint: checkpoint, compute: compute)
    self.decoder = try TextDecoder(checkpoint: checkpoint, compute: compute)
    self.projector = LinearWeights(try checkpoint.matrix(.projectorWeight))
    self.projectorBias = try checkpoint.vector(.projectorBias)
    let rows = checkpoint.configuration.text.vocabularySize
    var forbidden = TokenSet(limit: rows)
    for id in min(tokenizer.vocabularySize, rows)..<rows { forbidden.insert(id) }
    forbidden.insert(checkpoint.configuration.imageTokenIndex)
    self.forbidden = forbidden
  }

  /// Encodes a picture.
  ///
  /// - Parameter pixels: Output of ``preprocessor``.
  /// - Returns: Features for any number of requests about this picture.
  /// - Throws: ``PaliGemmaError/imageSize(found:expected:)``.
  package func features(of pixels: PixelTensor) throws(PaliGemmaError) -> ImageFeatures {
    try features(of: pixels) { _, _ in }
  }

  /// The same, showing the encoder's intermediate results.
  package func features(
    of pixels: PixelTensor,
    observe: (VisionStage, FloatMatrix) -> Void
  ) throws(PaliGemmaError) -> ImageFeatures {
    let expected = checkpoint.configuration.vision.imageSize
    guard pixels.size == expected else {
      throw .imageSize(found: pixels.size, expected: expected)
    }
    let start = ContinuousClock.now
    let encoded = vision.encode(pixels.values, observe: observe)
    let projected = FloatMatrix(rows: encoded.rows, columns: projector.outputs)
    compute.linear(
      encoded.pointer,
      rows: encoded.rows,
      weights: projector,
      bias: projectorBias.pointer,
      output: projected.pointer
    )
    return ImageFeatures(matrix: projected, seconds: start.secondsSince)
  }

  /// The text part of a prompt: beginning-of-sequence, the prompt, a newline.
  ///
  /// Prompt and newline are tokenised together, as the reference processor does, and nothing is
  /// stripped: a prompt that ends in white space tokenises differently from one that does not.
  /// Special tokens written out in the prompt are recognised.
  ///
  /// - Parameter prompt: For example `caption en`.
  /// - Returns: Token ids.
  /// - Throws: ``PaliGemmaError/imageTokenInPrompt``.
  package func promptTokens(_ prompt: String) throws(PaliGemmaError) -> [Int] {
    let configuration = checkpoint.configuration
    let text = tokenizer.encode(prompt + "\n")
    guard !text.contains(configuration.imageTokenIndex) else { throw .imageTokenInPrompt }
    return [configuration.beginToken] + text
  }
}

extension ImagePreprocessor {
  /// The preprocessor that a checkpoint's file describes.
  init(_ configuration: PreprocessorConfiguration) {
    let resampling: ImageInput.Resampling =
      switch configuration.resampling {
      case .bilinear: .bilinear
      case .bicubic: .bicubic
      }
    self.init(
      size: configuration.size,
      resampling: resampling,
      mean: configuration.mean,
      standardDeviation: configuration.standardDeviation,
      rescale: configuration.rescale
    )
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this instant until now.
  var secondsSince: Double {
    let duration = duration(to: .now).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
