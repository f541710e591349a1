/// Sizes and constants of the Gemma decoder.
package struct TextConfiguration: Sendable, Equatable, Codable {
  /// Which generation of Gemma the decoder is.
  package enum Family: String, Sendable, Codable {
    /// No soft-caps, two norms per block, full attention everywhere.
    case gemma1 = "gemma"
    /// Soft-caps, four norms per block, sliding-window attention on some layers.
    case gemma2
  }

  /// Which generation of Gemma the decoder is.
  package let family: Family
  /// Width of the token vectors.
  package let hiddenSize: Int
  /// Width of each of the two branches of a block's gated MLP.
  package let intermediateSize: Int
  /// Number of transformer blocks.
  package let layerCount: Int
  /// Query heads; a multiple of ``keyValueHeadCount``.
  package let headCount: Int
  /// Key and value heads.
  package let keyValueHeadCount: Int
  /// Width of one head, an even number.
  ///
  /// `headCount * headSize` need not equal ``hiddenSize``.
  package let headSize: Int
  /// Factor on query-key products, already the inverse square root.
  package let queryScale: Float
  /// Cap `c` of `c * tanh(x / c)` on scaled query-key products, before the mask.
  package let attentionSoftCap: Float?
  /// The same on the logits.
  package let finalSoftCap: Float?
  /// Positions that a sliding layer sees, the newest included; `nil` when no layer slides.
  package let slidingWindow: Int?
  /// Per layer: does it use ``slidingWindow``.
  package let slidingLayers: [Bool]
  /// Base of the rotary frequencies.
  package let ropeTheta: Float
  /// Added to the mean square in every RMS normalisation.
  package let rmsNormEpsilon: Float
  /// Longest sequence the model was made for, in tokens, image tokens included.
  package let maximumPositions: Int
  /// Rows of the embedding table, rows of padding included.
  package let vocabularySize: Int

  /// Whether a layer sees only the newest ``slidingWindow`` positions while decoding.
  package func usesSlidingWindow(layer: Int) -> Bool {
    slidingWindow != nil && slidingLayers.indices.contains(layer) && slidingLayers[layer]
  }

  /// Factor on text embeddings (image features are not scaled).
  package var embeddingScale: Float { Float(hiddenSize).squareRoot() }
  /// Width of all query heads together.
  package var queryWidth: Int { headCount * headSize }
  /// Width of all key heads together, and of all value heads.
  package var keyValueWidth: Int { keyValueHeadCount * headSize }
  /// Whether blocks normalise the output of attention and MLP before it is added.
  package var hasPostNorms: Bool { family == .gemma2 }
}
