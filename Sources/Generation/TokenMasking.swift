/// Which tokens may follow, asked by the decoder at every step and for every hypothesis.
///
/// States are values: a copy forks a hypothesis. A decoder first asks about the model's favourite,
/// because that is almost always allowed and costs the length of one token; the whole mask is asked
/// for only when the favourite is refused, or when a strategy needs the distribution.
///
/// End tokens are asked about like any other: they are allowed exactly when the text may end.
package protocol TokenMasking: Sendable {
  /// What the mask remembers of one hypothesis.
  associatedtype State: Hashable & Sendable

  /// The state before the first generated token.
  var initial: State { get }

  /// Whether a token may come next.
  ///
  /// - Parameters:
  ///   - id: Any token id, end tokens included.
  ///   - state: The state of the hypothesis so far.
  ///   - budget: How many tokens may still be generated, the one asked about and the end token
  ///     included; at least 1.
  /// - Returns: ``TokenVerdict/overBudget`` when the text allows the token but could not end in time
  ///   after it.
  func verdict(on id: Int, in state: State, budget: Int) -> TokenVerdict

  /// Every token whose verdict is ``TokenVerdict/allowed``.
  ///
  /// - Returns: A set over the ids of the vocabulary. An empty set stops the decoder with
  ///   ``GenerationError/deadEnd(step:)``: it never goes on without a mask.
  func mask(in state: State, budget: Int) -> TokenSet

  /// Appends a token that was allowed; an end token leaves the state as it is.
  func advance(_ state: inout State, by id: Int)

  /// Whether the text may end here.
  func mayEnd(_ state: State) -> Bool

  /// The smallest number of tokens, the end token included, that certainly suffices from the start.
  ///
  /// A decoder refuses a smaller token limit before it runs the model.
  var minimumBudget: Int { get }
}

/// The answer of a mask about one token.
package enum TokenVerdict: Sendable, Hashable {
  /// The token may come next.
  case allowed
  /// No acceptable text goes on with this token.
  case refused
  /// The token is acceptable, but the text could not end within the budget after it.
  case overBudget
}

extension TokenMasking {
  /// Whether ``verdict(on:in:budget:)`` is ``TokenVerdict/allowed``.
  package func allows(_ id: Int, in state: State, budget: Int) -> Bool {
    verdict(on: id, in: state, budget: budget) == .allowed
  }

  /// One: the end token.
  package var minimumBudget: Int { 1 }
}
