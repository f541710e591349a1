package import Checkpoints

/// What one image costs a model, from its shapes.
package struct ModelCost: Sendable {
  private let work: EngineWork

  package init(_ configuration: ModelConfiguration) {
    work = EngineWork(configuration)
  }

  /// Multiplications and additions for a picture, its prompt and its output.
  ///
  /// - Parameters:
  ///   - promptTokens: Besides the picture's.
  ///   - outputTokens: Their mean.
  /// - Returns: Both counted, so a multiplication with its addition is two.
  package func operations(promptTokens: Int, outputTokens: Double) -> Double {
    let positions = work.configuration.vision.tokenCount + promptTokens
    return work.vision + work.prefill(positions)
      + outputTokens * work.decode(positions + Int(outputTokens / 2))
  }
}
