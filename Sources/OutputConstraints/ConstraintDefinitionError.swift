/// Why a language cannot be made into a constraint.
public enum ConstraintDefinitionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A regular expression is not understood.
  ///
  /// `offset` counts bytes of the pattern's UTF-8 from 0.
  case expression(pattern: String, offset: Int, reason: String)
  /// The automaton would have more states than allowed.
  case tooManyStates(limit: Int)
  /// The language holds no text at all, so nothing could ever be written.
  case empty

  /// One line with the place and the reason.
  public var description: String {
    switch self {
    case .expression(let pattern, let offset, let reason):
      "regular expression \(pattern.debugDescription), offset \(offset): \(reason)"
    case .tooManyStates(let limit):
      "the language needs more than \(limit) states; use smaller counts or split it"
    case .empty: "the language holds no text"
    }
  }
}
