/// The texts that two constraints both accept, as far as an ending is known.
///
/// That each of two constraints can go on does not mean that they can go on together. So a prefix is
/// accepted only with a witness: an ending that both accept, found by the closer and checked here.
/// A closer that overlooks endings makes the language smaller, never the promise weaker.
public struct ConstraintProduct<First: OutputConstraint, Second: OutputConstraint>:
  OutputConstraint
{
  /// Both states, and an ending that both accept.
  public struct State: Hashable, Sendable {
    var first: First.State
    var second: Second.State
    var witness: [UInt8]
  }

  /// Proposes an ending for a pair of states, `nil` for none.
  public typealias Closer = @Sendable (First.State, Second.State) -> [UInt8]?

  /// One constraint.
  public let first: First
  /// The other.
  public let second: Second
  /// Before the first byte; its witness is the shortest known text.
  public let initial: State
  private let proposal: Closer?

  /// The texts of both.
  ///
  /// - Parameters:
  ///   - first: One constraint.
  ///   - second: The other.
  ///   - closer: Proposes endings besides those that either constraint knows of by itself.
  /// - Throws: ``ConstraintDefinitionError/empty`` when no text of both is found.
  public init(
    _ first: First,
    _ second: Second,
    closer: Closer? = nil
  ) throws(ConstraintDefinitionError) {
    self.first = first
    self.second = second
    proposal = closer
    let pair = (first.initial, second.initial)
    guard
      let witness = shortestEnding(of: first, second, from: pair, proposal: closer)
    else { throw .empty }
    initial = State(first: pair.0, second: pair.1, witness: witness)
  }

  /// Advances both and keeps or finds a witness.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    guard first.advance(&state.first, byte), second.advance(&state.second, byte) else {
      return false
    }
    let known = state.witness.first == byte ? Array(state.witness.dropFirst()) : nil
    let pair = (state.first, state.second)
    let found = shortestEnding(of: first, second, from: pair, proposal: proposal)
    guard let witness = [known, found].compactMap({ $0 }).min(by: { $0.count < $1.count }) else {
      return false
    }
    state.witness = witness
    return true
  }

  /// Whether both may end.
  public func canFinish(_ state: State) -> Bool { state.witness.isEmpty }

  /// The length of the witness.
  public func finishBound(_ state: State) -> Int { state.witness.count }

  /// The first byte of the witness.
  public func closer(_ state: State) -> UInt8? { state.witness.first }
}

/// The shortest ending that both constraints accept, of those either knows of and a proposal.
private func shortestEnding<First: OutputConstraint, Second: OutputConstraint>(
  of first: First,
  _ second: Second,
  from pair: (First.State, Second.State),
  proposal: ((First.State, Second.State) -> [UInt8]?)?
) -> [UInt8]? {
  if first.canFinish(pair.0), second.canFinish(pair.1) { return [] }
  let candidates = [
    first.ending(from: pair.0), second.ending(from: pair.1), proposal?(pair.0, pair.1),
  ]
  return candidates.compactMap { $0 }
    .filter { first.finishes(pair.0, with: $0) && second.finishes(pair.1, with: $0) }
    .min { $0.count < $1.count }
}

extension OutputConstraint {
  /// The completion that the constraint knows of, `nil` when it breaks its promise.
  func ending(from state: State) -> [UInt8]? {
    var state = state
    var bytes: [UInt8] = []
    var rest = finishBound(state)
    while let byte = closer(state) {
      guard rest > 0, advance(&state, byte) else { return nil }
      bytes.append(byte)
      rest -= 1
    }
    return bytes
  }

  /// Whether bytes lead from a state to one that may end.
  func finishes(_ state: State, with bytes: [UInt8]) -> Bool {
    var state = state
    for byte in bytes where !advance(&state, byte) { return false }
    return canFinish(state)
  }
}
