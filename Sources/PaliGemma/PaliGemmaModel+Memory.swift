import Checkpoints
import Kernels
import LanguageModel
import Tensors

extension PaliGemmaModel {
  /// Bytes that one request takes besides the weights: keys and values, working memory, the encoder's
  /// rows and the logits.
  ///
  /// - Parameters:
  ///   - promptTokens: Of the text; the picture's come on top.
  ///   - maximumTokens: Most tokens of the output.
  /// - Returns: An estimate from above, where every page is touched.
  package func requestBytes(promptTokens: Int, maximumTokens: Int) -> Int {
    let (vision, text) = (checkpoint.configuration.vision, checkpoint.configuration.text)
    // A user may ask for any number of tokens; a session refuses what it cannot hold.
    let limit = text.maximumPositions
    let positions = vision.tokenCount + min(promptTokens, limit) + min(maximumTokens, limit)
    let cache =
      2 * text.layerCount * text.keyValueWidth * positions * compute.cacheElement.byteCount
    let perRow =
      4 * text.hiddenSize + 2 * text.queryWidth + 2 * text.keyValueWidth
      + 2 * text.intermediateSize
    let working = perRow * min(positions, 512) + 2 * text.hiddenSize * positions
    let encoder =
      vision.tokenCount * 8 * vision.hiddenSize
      + min(vision.tokenCount, 512) * vision.intermediateSize
    return cache + 4 * (working + encoder + 4 * text.vocabularySize)
  }
}
