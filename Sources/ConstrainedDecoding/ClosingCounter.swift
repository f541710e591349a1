import OutputConstraints
import Synchronization

/// Counts the tokens in which known completions are written: the longest token first, again and
/// again.
///
/// After the first of these tokens the others are what the same question answers from there, so a
/// decoder that keeps the count within its budget can always go on. For the same reason counts are
/// remembered for every state on the way, and the many states from which one ending is reached
/// cost little each.
final class ClosingCounter<Constraint: OutputConstraint>: Sendable {
  typealias State = Constraint.State

  private let constraint: Constraint
  private let trie: TokenTrie
  private let known = Mutex<[State: Answer]>([:])

  /// What is known of a state's ending: its tokens, or a number that they exceed.
  private enum Answer {
    case exactly(Int)
    case moreThan(Int)
  }

  /// States that are remembered before all are forgotten.
  private static var capacity: Int { 16_384 }

  /// - Parameters:
  ///   - constraint: The constraint whose completions are counted.
  ///   - trie: The tokens in which they are written.
  init(_ constraint: Constraint, over trie: TokenTrie) {
    self.constraint = constraint
    self.trie = trie
  }

  /// Tokens from a state to the end, the end token aside; `nil` for more than `limit`.
  ///
  /// - Throws: ``ConstrainedDecodingError/unwritableByte(_:)`` or
  ///   ``ConstrainedDecodingError/endlessClosing``.
  func count(
    from state: State,
    atMost limit: Int = .max
  ) throws(ConstrainedDecodingError) -> Int? {
    // Mostly it was asked before.
    switch known.withLock({ $0[state] }) {
    case .exactly(let total): return total <= limit ? total : nil
    case .moreThan(let total) where total >= limit: return nil
    default: break
    }
    var text = ClosingText(constraint, from: state)
    let bound = constraint.finishBound(state)
    var places = [0]  // where tokens start, in bytes
    while true {
      let written = places.count - 1
      let place = places[written]
      switch known.withLock({ $0[text.states[place]] }) {
      case .exactly(let rest):
        return remember(.exactly(written + rest), places, text.states, limit: limit)
      case .moreThan(let rest) where rest >= limit - written:
        return remember(.moreThan(written + rest), places, text.states, limit: limit)
      default: break
      }
      guard let byte = text.byte(at: place) else {
        guard !text.isRefused else { throw .endlessClosing }
        return remember(.exactly(written), places, text.states, limit: limit)
      }
      guard written < limit else {
        return remember(.moreThan(written), places, text.states, limit: limit)
      }
      let length = longestToken(at: place, of: &text)
      guard length > 0 else { throw .unwritableByte(byte) }
      guard place + length <= bound, !text.isRefused else { throw .endlessClosing }
      places.append(place + length)
    }
  }

  /// Notes the answer for the first place and what follows from it for the others.
  private func remember(
    _ answer: Answer,
    _ places: [Int],
    _ states: [State],
    limit: Int
  ) -> Int? {
    known.withLock { known in
      if known.count + places.count > Self.capacity { known.removeAll(keepingCapacity: true) }
      switch answer {
      case .exactly(let total):
        for (index, place) in places.enumerated() { known[states[place]] = .exactly(total - index) }
      case .moreThan(let total):
        // Of the states on the way less is known, and nobody asks about them.
        if case .moreThan(let old) = known[states[0]], old >= total { break }
        known[states[0]] = .moreThan(total)
      }
    }
    guard case .exactly(let total) = answer, total <= limit else { return nil }
    return total
  }

  /// Length of the longest token at a place; 0 when no token starts there.
  private func longestToken(at place: Int, of text: inout ClosingText<Constraint>) -> Int {
    guard let first = text.byte(at: place), trie.roots[Int(first)] >= 0 else { return 0 }
    return trie.nodes.withUnsafeBufferPointer { nodes in
      var index = Int(trie.roots[Int(first)])
      var longest = 0
      var length = 1
      while true {
        if nodes[index].token != nil { longest = length }
        let end = index + nodes[index].subtree
        index += 1
        guard index < end, let byte = text.byte(at: place + length) else { return longest }
        while index < end, nodes[index].byte < byte { index += nodes[index].subtree }
        guard index < end, nodes[index].byte == byte else { return longest }
        length += 1
      }
    }
  }
}

/// The known completion from a state, written as far as it is asked for.
private struct ClosingText<Constraint: OutputConstraint> {
  let constraint: Constraint
  private var bytes: [UInt8] = []
  /// The states before each byte and after the last.
  private(set) var states: [Constraint.State]
  /// Whether the constraint refused its own closer.
  private(set) var isRefused = false

  init(_ constraint: Constraint, from state: Constraint.State) {
    self.constraint = constraint
    states = [state]
  }

  /// A byte of the completion; `nil` past its end.
  mutating func byte(at place: Int) -> UInt8? {
    while bytes.count <= place {
      var state = states[bytes.count]
      guard !isRefused, let byte = constraint.closer(state) else { return nil }
      guard constraint.advance(&state, byte) else {
        isRefused = true
        return nil
      }
      bytes.append(byte)
      states.append(state)
    }
    return bytes[place]
  }
}
