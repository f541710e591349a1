/// A request that a loaded model cannot serve.
package enum PaliGemmaError: Error, Equatable, CustomStringConvertible {
  /// The pixels do not have the size that the image encoder expects.
  case imageSize(found: Int, expected: Int)
  /// Image features of another model, or of another size.
  case features(found: String, expected: String)
  /// The prompt holds the token that stands for the image.
  case imageTokenInPrompt
  /// Image and prompt together take more positions than the model was made for.
  case promptTooLong(found: Int, limit: Int)
  /// A text to score holds a token that is never generated.
  case unreachableToken(id: Int, index: Int)

  package var description: String {
    switch self {
    case .imageSize(let found, let expected):
      "pixels: found \(found) x \(found), expected \(expected) x \(expected), the image size of the "
        + "checkpoint; use the model's own preprocessor"
    case .features(let found, let expected):
      "image features: found \(found), expected \(expected); encode the picture with this model"
    case .imageTokenInPrompt:
      "prompt: found the image token, expected text only; the picture's place is set by the model"
    case .promptTooLong(let found, let limit):
      "prompt: found \(found) positions, expected at most \(limit), the checkpoint's "
        + "max_position_embeddings; shorten it"
    case .unreachableToken(let id, let index):
      "text to score: token \(index) has id \(id), which is never generated; remove it"
    }
  }
}
