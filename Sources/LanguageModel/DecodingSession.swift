import Checkpoints

/// Whether the checkpoint's sliding window is applied.
package enum WindowPolicy: String, Sendable, CaseIterable {
  /// As the reference implementation: in sliding blocks, tokens after the prompt see only the last
  /// window of positions; the prompt always sees all of itself.
  case reference
  /// Every token after the prompt sees everything before it, as in training.
  case full
}

/// A point inside the decoder at which its numbers can be compared with another implementation's.
package enum TextStage: Hashable, Sendable {
  /// Input of the first block.
  case embeddings
  /// Output of a block.
  case block(Int)
  /// Output of the final norm.
  case normalised
}

/// One request on a ``TextDecoder``: its cache and its working memory.
///
/// First the prompt is run, then tokens are fed one by one, to one hypothesis or several at once.
/// Position `i`, counted from 0, has rotary position `i + 1`, as in the reference. Not for use by
/// several threads at once.
package final class DecodingSession {
  let decoder: TextDecoder
  /// Positions of the prompt, image tokens included.
  package let prefixLength: Int
  /// Hypotheses that one step may carry.
  package let width: Int
  let windowPolicy: WindowPolicy
  let cache: KeyValueCache
  let scratch: TextScratch

  /// Reserves memory for a request.
  ///
  /// - Parameters:
  ///   - decoder: The weights.
  ///   - prefixLength: Positions of the prompt, at least 1.
  ///   - suffixCapacity: Most tokens that are fed after the prompt.
  ///   - width: Hypotheses at once, at least 1.
  ///   - windowPolicy: Whether the sliding window is applied.
  ///   - isStepwise: Whether all tokens after the prompt are fed by steps; sliding blocks then keep
  ///     little more than their window, if there is one hypothesis.
  /// - Throws: ``LanguageModelError/requestTooLarge(positions:bytes:limit:)`` or
  ///   ``LanguageModelError/outOfMemory(positions:bytes:)``.
  package init(
    decoder: TextDecoder,
    prefixLength: Int,
    suffixCapacity: Int,
    width: Int = 1,
    windowPolicy: WindowPolicy = .reference,
    isStepwise: Bool = false
  ) throws(LanguageModelError) {
    precondition(prefixLength >= 1 && width >= 1, "a prompt and a hypothesis at least")
    let configuration = decoder.configuration
    self.decoder = decoder
    self.prefixLength = prefixLength
    self.width = width
    self.windowPolicy = windowPolicy
    let keepsWindows = isStepwise && width == 1 && windowPolicy == .reference
    self.cache = try KeyValueCache(
      windows: decoder.blocks.map {
        keepsWindows && $0.isSliding ? configuration.slidingWindow : nil
      },
      prefix: prefixLength,
      suffix: suffixCapacity,
      width: configuration.keyValueHeadCount * configuration.headSize,
      compute: decoder.compute
    )
    self.scratch = TextScratch(
      configuration,
      rows: max(width, min(prefixLength + suffixCapacity, TextScratch.maximumRows))
    )
  }

  /// The positions that a position sees, as bounds `lower..<upper`.
  ///
  /// The prompt sees itself, whole and nothing else; a later token sees everything up to itself, in a
  /// sliding block only the last window.
  func visible(from position: Int, sliding: Bool) -> (lower: Int32, upper: Int32) {
    guard position >= prefixLength else { return (0, Int32(prefixLength)) }
    var lower = 0
    if sliding, windowPolicy == .reference, let window = decoder.configuration.slidingWindow {
      lower = max(0, position - window + 1)
    }
    return (Int32(lower), Int32(position + 1))
  }
}
