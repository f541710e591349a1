/// Holds an output to a ``RegularLanguage``.
///
/// Exact in every answer: the bound is the length of the shortest completion, masks are shared by
/// state, and states in which any text may be inserted are found by themselves.
public struct RegularConstraint: OutputConstraint {
  /// The automaton's state.
  public struct State: Hashable, Sendable {
    let index: Int32
  }

  private let automaton: ByteAutomaton
  /// The free text of each state, by index.
  private let texts: [FreeText?]
  /// The smallest byte that begins a shortest completion, by index; 0 where the text may end.
  private let closers: [UInt8]

  /// A constraint to a language.
  ///
  /// - Parameters:
  ///   - language: The texts to accept.
  ///   - stateLimit: Most states of the automaton.
  /// - Throws: ``ConstraintDefinitionError/tooManyStates(limit:)`` or
  ///   ``ConstraintDefinitionError/empty``.
  public init(
    _ language: RegularLanguage,
    stateLimit: Int = 20_000
  ) throws(ConstraintDefinitionError) {
    let automaton = try ByteAutomaton(language.node, limit: stateLimit)
    guard automaton.count > 0 else { throw .empty }
    self.automaton = automaton
    closers = (0..<automaton.count).map { state in
      (UInt8.min...UInt8.max).first { byte in
        let target = automaton.target(of: state, byte)
        return target >= 0 && automaton.distances[target] == automaton.distances[state] - 1
      } ?? 0
    }
    var names: [FreeText: Int] = [:]
    texts = (0..<automaton.count).map { state in
      guard let text = loopingText(of: state, in: automaton) else { return nil }
      let name = names[text] ?? names.count
      names[text] = name
      return FreeText(identifier: name, bytes: text.bytes, allowsUnicode: text.allowsUnicode)
    }
  }

  /// Before the first byte.
  public var initial: State { State(index: 0) }

  /// Follows the automaton.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    let target = automaton.target(of: Int(state.index), byte)
    guard target >= 0 else { return false }
    state = State(index: Int32(target))
    return true
  }

  /// Whether the automaton accepts here.
  public func canFinish(_ state: State) -> Bool { automaton.accepts[Int(state.index)] }

  /// The length of the shortest completion.
  public func finishBound(_ state: State) -> Int { Int(automaton.distances[Int(state.index)]) }

  /// The smallest byte that begins a shortest completion.
  public func closer(_ state: State) -> UInt8? {
    canFinish(state) ? nil : closers[Int(state.index)]
  }

  /// Text that leads from the state back to it.
  public func freeText(_ state: State) -> FreeText? { texts[Int(state.index)] }

  /// The free text of every state, each once.
  public var freeTextClasses: [FreeText] {
    Set(texts.compactMap { $0 }).sorted { $0.identifier < $1.identifier }
  }

  /// The state itself.
  public func maskKey(_ state: State) -> MaskKey? { MaskKey(0, UInt64(state.index)) }

  /// The bytes that lead on.
  public func firstBytes(_ state: State) -> ByteSet {
    ByteSet(
      (UInt8.min...UInt8.max).lazy.filter { automaton.target(of: Int(state.index), $0) >= 0 }
    )
  }
}

/// The text that leads from a state back to it, when that is a quarter of ASCII or more.
private func loopingText(of state: Int, in automaton: ByteAutomaton) -> FreeText? {
  let bytes = ByteSet((UInt8.min...0x7F).lazy.filter { automaton.target(of: state, $0) == state })
  guard bytes.members.count >= 32 else { return nil }
  var seen: Set<SIMD2<Int>> = []
  var pending: [(progress: UTF8Progress, state: Int)] = [(UTF8Progress(), state)]
  var allowsUnicode = true
  while let place = pending.popLast(), allowsUnicode {
    for byte: UInt8 in 0x80...0xFF {
      var progress = place.progress
      guard progress.advance(byte) else { continue }
      let target = automaton.target(of: place.state, byte)
      if target < 0 || (progress.isBetweenCharacters && target != state) {
        allowsUnicode = false
        break
      }
      let key = SIMD2(Int(progress.step.rawValue), target)
      if !progress.isBetweenCharacters, seen.insert(key).inserted {
        pending.append((progress, target))
      }
    }
  }
  return FreeText(identifier: 0, bytes: bytes, allowsUnicode: allowsUnicode)
}
