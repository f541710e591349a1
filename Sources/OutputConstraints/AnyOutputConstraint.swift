/// A constraint of any kind, for lists and for choices made while the program runs.
///
/// Every step goes through a box, which costs some tens of nanoseconds. A state of one constraint
/// given to another is refused, never mistaken.
public struct AnyOutputConstraint: OutputConstraint {
  /// A state of the constraint within.
  public struct State: Hashable, Sendable {
    let value: any Hashable & Sendable

    /// Whether both hold equal states of one constraint.
    public static func == (left: State, right: State) -> Bool {
      func isEqual<Value: Hashable>(_ value: Value) -> Bool {
        right.value as? Value == value
      }
      return isEqual(left.value)
    }

    /// Feeds the state within.
    public func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
  }

  /// The constraint within.
  public let base: any OutputConstraint
  private let box: any ConstraintBox

  /// Wraps a constraint.
  public init(_ base: some OutputConstraint) {
    self.base = base
    box = Box(base: base)
  }

  /// The initial state within.
  public var initial: State { box.erasedInitial }

  /// As the constraint within.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    box.advance(&state, byte)
  }

  /// As the constraint within.
  public func canFinish(_ state: State) -> Bool { box.canFinish(state) }

  /// As the constraint within.
  public func finishBound(_ state: State) -> Int { box.finishBound(state) }

  /// As the constraint within.
  public func closer(_ state: State) -> UInt8? { box.closer(state) }

  /// As the constraint within.
  public func firstBytes(_ state: State) -> ByteSet { box.firstBytes(state) }

  /// As the constraint within.
  public func mayAdvance(_ state: State, _ byte: UInt8) -> Bool { box.mayAdvance(state, byte) }

  /// As the constraint within.
  public func lastByte(_ state: State) -> UInt8 { box.lastByte(state) }

  /// As the constraint within.
  public func freeText(_ state: State) -> FreeText? { box.freeText(state) }

  /// As the constraint within.
  public var freeTextClasses: [FreeText] { base.freeTextClasses }

  /// As the constraint within.
  public func belongs(_ text: UnsafeBufferPointer<UInt8>, to freeText: FreeText) -> Bool {
    base.belongs(text, to: freeText)
  }

  /// As the constraint within.
  public func freeTextExceptions(_ state: State) -> [[UInt8]] { box.freeTextExceptions(state) }

  /// As the constraint within.
  public func mayOccur(_ text: UnsafeBufferPointer<UInt8>) -> Bool { base.mayOccur(text) }

  /// As the constraint within.
  public func maskKey(_ state: State) -> MaskKey? { box.maskKey(state) }

  /// As the constraint within.
  public func advance(_ state: inout State, symbol: TokenSymbol) -> Bool {
    box.advance(&state, symbol: symbol)
  }

  /// As the constraint within.
  public func acceptsSymbols(_ state: State) -> Bool { box.acceptsSymbols(state) }

  /// As the constraint within.
  public func explain(_ state: State, _ byte: UInt8) -> String { box.explain(state, byte) }
}

extension OutputConstraint {
  /// The same constraint behind a type that does not name it.
  public func erased() -> AnyOutputConstraint { AnyOutputConstraint(self) }
}

/// What ``AnyOutputConstraint`` asks of the constraint within.
private protocol ConstraintBox: Sendable {
  var erasedInitial: AnyOutputConstraint.State { get }
  func advance(_ state: inout AnyOutputConstraint.State, _ byte: UInt8) -> Bool
  func advance(_ state: inout AnyOutputConstraint.State, symbol: TokenSymbol) -> Bool
  func canFinish(_ state: AnyOutputConstraint.State) -> Bool
  func finishBound(_ state: AnyOutputConstraint.State) -> Int
  func closer(_ state: AnyOutputConstraint.State) -> UInt8?
  func firstBytes(_ state: AnyOutputConstraint.State) -> ByteSet
  func mayAdvance(_ state: AnyOutputConstraint.State, _ byte: UInt8) -> Bool
  func lastByte(_ state: AnyOutputConstraint.State) -> UInt8
  func freeText(_ state: AnyOutputConstraint.State) -> FreeText?
  func freeTextExceptions(_ state: AnyOutputConstraint.State) -> [[UInt8]]
  func maskKey(_ state: AnyOutputConstraint.State) -> MaskKey?
  func acceptsSymbols(_ state: AnyOutputConstraint.State) -> Bool
  func explain(_ state: AnyOutputConstraint.State, _ byte: UInt8) -> String
}

private struct Box<Base: OutputConstraint>: ConstraintBox {
  typealias Erased = AnyOutputConstraint.State

  let base: Base

  private func ask<Answer>(
    _ state: Erased,
    or other: Answer,
    _ question: (Base.State) -> Answer
  ) -> Answer {
    (state.value as? Base.State).map(question) ?? other
  }

  private func update(_ state: inout Erased, _ step: (inout Base.State) -> Bool) -> Bool {
    guard var inner = state.value as? Base.State, step(&inner) else { return false }
    state = Erased(value: inner)
    return true
  }

  var erasedInitial: Erased { Erased(value: base.initial) }

  func advance(_ state: inout Erased, _ byte: UInt8) -> Bool {
    update(&state) { base.advance(&$0, byte) }
  }

  func advance(_ state: inout Erased, symbol: TokenSymbol) -> Bool {
    update(&state) { base.advance(&$0, symbol: symbol) }
  }

  func canFinish(_ state: Erased) -> Bool { ask(state, or: false, base.canFinish) }
  func finishBound(_ state: Erased) -> Int { ask(state, or: .max, base.finishBound) }
  func closer(_ state: Erased) -> UInt8? { ask(state, or: nil, base.closer) }
  func firstBytes(_ state: Erased) -> ByteSet { ask(state, or: ByteSet(), base.firstBytes) }
  func mayAdvance(_ state: Erased, _ byte: UInt8) -> Bool {
    ask(state, or: false) { base.mayAdvance($0, byte) }
  }
  func lastByte(_ state: Erased) -> UInt8 { ask(state, or: 0, base.lastByte) }
  func freeText(_ state: Erased) -> FreeText? { ask(state, or: nil, base.freeText) }
  func freeTextExceptions(_ state: Erased) -> [[UInt8]] {
    ask(state, or: [], base.freeTextExceptions)
  }
  func maskKey(_ state: Erased) -> MaskKey? { ask(state, or: nil, base.maskKey) }
  func acceptsSymbols(_ state: Erased) -> Bool { ask(state, or: false, base.acceptsSymbols) }

  func explain(_ state: Erased, _ byte: UInt8) -> String {
    ask(state, or: "a state of another constraint") { base.explain($0, byte) }
  }
}
