/// A text of one constraint followed by one of another.
///
/// Where the first text may end, both readings are followed until one of them fails, so no text is
/// lost to a wrong guess about where the second begins.
public struct ConstraintSequence<First: OutputConstraint, Second: OutputConstraint>:
  OutputConstraint
{
  /// The readings of a prefix: still in the first text, or in the second since various places.
  public struct State: Hashable, Sendable {
    var first: First.State?
    var second: Set<Second.State>
  }

  /// The constraint of the beginning.
  public let first: First
  /// The constraint of the end.
  public let second: Second

  /// The texts of `first`, each followed by one of `second`.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// Before the first text, and before the second too where the first may be empty.
  public var initial: State { entering(State(first: first.initial, second: [])) }

  /// Follows every reading.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    var next = State(first: nil, second: [])
    if var inner = state.first, first.advance(&inner, byte) { next.first = inner }
    for var inner in state.second where second.advance(&inner, byte) { next.second.insert(inner) }
    state = entering(next)
    return state.first != nil || !state.second.isEmpty
  }

  /// Whether some reading has come to the end of the second text.
  public func canFinish(_ state: State) -> Bool { state.second.contains(where: second.canFinish) }

  /// The least over the readings.
  public func finishBound(_ state: State) -> Int {
    let ends = state.second.map(second.finishBound)
    return min(firstBound(state), ends.min() ?? .max)
  }

  /// The byte of the reading with the least bound.
  public func closer(_ state: State) -> UInt8? {
    guard !canFinish(state) else { return nil }
    let nearest = state.second.min { second.finishBound($0) < second.finishBound($1) }
    if let nearest, second.finishBound(nearest) <= firstBound(state) {
      return second.closer(nearest)
    }
    return state.first.flatMap(first.closer)
  }

  private func firstBound(_ state: State) -> Int {
    guard let inner = state.first else { return .max }
    return first.finishBound(inner) + second.finishBound(second.initial)
  }

  private func entering(_ state: State) -> State {
    guard let inner = state.first, first.canFinish(inner) else { return state }
    var state = state
    state.second.insert(second.initial)
    return state
  }
}
