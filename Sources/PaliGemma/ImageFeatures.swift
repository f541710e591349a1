package import Tensors

/// A picture as the decoder sees it: one row per image token.
package struct ImageFeatures: Sendable {
  /// Projected features, `[image tokens, decoder width]`, float32, not scaled.
  package let matrix: FloatMatrix
  /// Time that encoding took.
  package let seconds: Double

  package init(matrix: FloatMatrix, seconds: Double) {
    self.matrix = matrix
    self.seconds = seconds
  }
}
