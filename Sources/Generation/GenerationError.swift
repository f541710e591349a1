/// Why decoding stopped without a result.
package enum GenerationError: Error, Equatable, CustomStringConvertible {
  /// An option is outside its range.
  case option(name: String, found: String, expected: String)
  /// A logit is not a number, or no id has a finite logit.
  case notANumber(step: Int)
  /// The mask allows no token; a constraint that promises to end has broken its promise.
  case deadEnd(step: Int)
  /// The token limit cannot hold any acceptable output.
  case budgetTooSmall(found: Int, needed: Int)

  package var description: String {
    switch self {
    case .option(let name, let found, let expected):
      "generation option \(name): found \(found), expected \(expected)"
    case .notANumber(let step):
      "the logits of step \(step) hold a value that is not a number, or none that is finite; "
        + "verify the checkpoint's weights"
    case .deadEnd(let step):
      "the constraint allows no token at step \(step); report it with the task and the image"
    case .budgetTooSmall(let found, let needed):
      "at most \(found) tokens were allowed, but the constraint needs \(needed) for its shortest "
        + "output; raise the limit"
    }
  }
}
