package import Checkpoints
package import Kernels
package import Tensors

/// SigLIP's image encoder.
///
/// Patches and learned positions, pre-norm transformer blocks without a mask, a final layer norm; no
/// class token, no pooling.
///
/// Zhai et al., "Sigmoid Loss for Language Image Pre-Training" (2023); shapes as in PaliGemma 2,
/// section 3. Activations are float32 whatever the weights are stored in.
package final class VisionEncoder: Sendable {
  /// Sizes of the encoder.
  package let configuration: VisionConfiguration
  let compute: Compute
  let patchWeight: LinearWeights
  let patchBias: FloatMatrix
  /// Learned positions, `[tokens, hidden]`.
  let positions: FloatMatrix
  let blocks: [VisionBlock]
  let finalGain: FloatMatrix
  let finalBias: FloatMatrix

  /// Reads the encoder's tensors; matrices stay mapped, vectors are widened to float32.
  ///
  /// - Throws: ``CheckpointError`` when a tensor is missing.
  package init(checkpoint: some WeightSource, compute: Compute) throws(CheckpointError) {
    let configuration = checkpoint.configuration.vision
    self.configuration = configuration
    self.compute = compute
    self.patchWeight = LinearWeights(try checkpoint.tensor(.visionPatchWeight))
    self.patchBias = try checkpoint.vector(.visionPatchBias)
    self.positions = FloatMatrix(
      rows: configuration.tokenCount,
      columns: configuration.hiddenSize,
      values: try checkpoint.tensor(.visionPositions).floats()
    )
    var blocks: [VisionBlock] = []
    for index in 0..<configuration.layerCount {
      blocks.append(try VisionBlock(checkpoint: checkpoint, index: index))
    }
    self.blocks = blocks
    self.finalGain = try checkpoint.vector(.visionNormGain)
    self.finalBias = try checkpoint.vector(.visionNormBias)
  }

  /// Encodes one picture.
  ///
  /// - Parameters:
  ///   - pixels: Planar `[3, imageSize, imageSize]`, channels red, green, blue, normalised as the
  ///     checkpoint's preprocessor says.
  ///   - observe: Called with every intermediate result, `[tokens, hidden]`, valid during the call.
  /// - Returns: `[tokens, hidden]`, patches row by row from the top left.
  package func encode(
    _ pixels: [Float],
    observe: (VisionStage, FloatMatrix) -> Void = { _, _ in }
  ) -> FloatMatrix {
    let size = configuration.imageSize
    precondition(pixels.count == 3 * size * size, "\(pixels.count) pixel values for \(size) px")
    let tokens = configuration.tokenCount
    let width = configuration.hiddenSize
    let hidden = FloatMatrix(rows: tokens, columns: width)
    let patches = patchRows(pixels)
    compute.linear(
      patches.pointer,
      rows: tokens,
      weights: patchWeight,
      bias: patchBias.pointer,
      output: hidden.pointer
    )
    observe(.patches, hidden)
    compute.add(positions.pointer, to: hidden.pointer, count: tokens * width)
    observe(.embeddings, hidden)
    let scratch = VisionScratch(configuration, attending: compute.attentionElement)
    for (index, block) in blocks.enumerated() {
      run(block, on: hidden, scratch: scratch)
      observe(.block(index), hidden)
    }
    compute.layerNorm(
      hidden.pointer,
      rows: tokens,
      columns: width,
      gain: finalGain.pointer,
      bias: finalBias.pointer,
      epsilon: configuration.layerNormEpsilon,
      output: hidden.pointer
    )
    observe(.normalised, hidden)
    return hidden
  }

  /// Cuts the picture into rows of `[3, patch, patch]`, the order of the convolution's weights.
  private func patchRows(_ pixels: [Float]) -> FloatMatrix {
    let size = configuration.imageSize
    let patch = configuration.patchSize
    let side = configuration.patchesPerSide
    let result = FloatMatrix(rows: side * side, columns: 3 * patch * patch)
    pixels.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      for patchRow in 0..<side {
        for patchColumn in 0..<side {
          var target = result.row(patchRow * side + patchColumn)
          for channel in 0..<3 {
            for line in 0..<patch {
              let offset = (channel * size + patchRow * patch + line) * size + patchColumn * patch
              target.update(from: base + offset, count: patch)
              target += patch
            }
          }
        }
      }
    }
    return result
  }
}

/// A point inside the encoder at which its numbers can be compared with another implementation's.
package enum VisionStage: Hashable, Sendable {
  /// Patch embedding without positions.
  case patches
  /// Patch embedding plus positions.
  case embeddings
  /// Output of a block.
  case block(Int)
  /// Output of the final layer norm.
  case normalised
}
