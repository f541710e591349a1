/// A text of either of two constraints.
public struct ConstraintChoice<First: OutputConstraint, Second: OutputConstraint>:
  OutputConstraint
{
  /// The readings that are still possible, at least one.
  public struct State: Hashable, Sendable {
    var first: First.State?
    var second: Second.State?
  }

  /// One constraint.
  public let first: First
  /// The other.
  public let second: Second

  /// The texts of either.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// Before either.
  public var initial: State { State(first: first.initial, second: second.initial) }

  /// Follows both readings as long as they are possible.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    if var inner = state.first { state.first = first.advance(&inner, byte) ? inner : nil }
    if var inner = state.second { state.second = second.advance(&inner, byte) ? inner : nil }
    return state.first != nil || state.second != nil
  }

  /// Whether either text may end.
  public func canFinish(_ state: State) -> Bool {
    state.first.map(first.canFinish) == true || state.second.map(second.canFinish) == true
  }

  /// The lesser bound.
  public func finishBound(_ state: State) -> Int {
    min(
      state.first.map(first.finishBound) ?? .max,
      state.second.map(second.finishBound) ?? .max
    )
  }

  /// The byte of the reading with the lesser bound.
  public func closer(_ state: State) -> UInt8? {
    let bounds = (
      state.first.map(first.finishBound) ?? .max, state.second.map(second.finishBound) ?? .max
    )
    return bounds.0 <= bounds.1
      ? state.first.flatMap(first.closer) : state.second.flatMap(second.closer)
  }

  /// Either constraint's symbols.
  public func advance(_ state: inout State, symbol: TokenSymbol) -> Bool {
    if var inner = state.first {
      state.first = first.advance(&inner, symbol: symbol) ? inner : nil
    }
    if var inner = state.second {
      state.second = second.advance(&inner, symbol: symbol) ? inner : nil
    }
    return state.first != nil || state.second != nil
  }

  /// Whether either constraint says so.
  public func acceptsSymbols(_ state: State) -> Bool {
    state.first.map(first.acceptsSymbols) == true
      || state.second.map(second.acceptsSymbols) == true
  }
}
