/// One depth-first pass over a token trie: prepared by a decoder, carried out by a constraint.
///
/// A token is marked as allowed when its bytes are accepted and the text can then end within
/// ``limit`` bytes or, where the bound is larger, within the tokens of a ``ClosingCount``.
public struct TokenWalk {
  @usableFromInline let nodes: UnsafeBufferPointer<TrieNode>
  @usableFromInline let allowed: UnsafeMutableBufferPointer<UInt64>
  @usableFromInline let depth: Int
  @usableFromInline let limit: Int
  @usableFromInline let closing: ClosingCount
  /// Whether the bound was larger than the limit after some accepted token.
  public var hasLateTokens = false
  /// Largest ``OutputConstraint/finishBound(_:)`` after any accepted token.
  public var largestBound = 0
  /// Number of nodes that were visited, the refused ones included.
  public var visitedNodeCount = 0

  /// A pass over a trie.
  ///
  /// - Parameters:
  ///   - nodes: The trie, depth first.
  ///   - allowed: One bit per token; bits of allowed tokens are set, no bit is cleared. Must have
  ///     room for every token of the trie and outlive the walk.
  ///   - depth: Length of the longest token in the trie, in bytes.
  ///   - limit: Most bytes that an ending may take after the token.
  ///   - closing: Counts the tokens of longer endings.
  public init(
    nodes: UnsafeBufferPointer<TrieNode>,
    allowed: UnsafeMutableBufferPointer<UInt64>,
    depth: Int,
    limit: Int,
    closing: ClosingCount
  ) {
    self.nodes = nodes
    self.allowed = allowed
    self.depth = depth
    self.limit = limit
    self.closing = closing
  }
}

extension OutputConstraint {
  /// Appends byte after byte.
  @inlinable
  public func advance(_ state: inout State, bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in bytes where !advance(&state, byte) { return false }
    return true
  }

  /// Walks the trie depth first with a stack of states, leaving out every refused subtree.
  ///
  /// Bytes of free text leave the state as it is, so nothing is copied for them.
  @inlinable
  public func walk(_ walk: inout TokenWalk, from state: State) {
    let nodes = walk.nodes
    let allowed = walk.allowed
    let limit = walk.limit
    let first = firstBytes(state)
    let capacity = walk.depth + 1
    withUnsafeTemporaryAllocation(of: State.self, capacity: capacity) { stack in
      withUnsafeTemporaryAllocation(of: WalkPlace.self, capacity: capacity) { places in
        stack.initialize(repeating: state)
        // A walk may begin inside a trie: whatever stands above has all nodes below it.
        places.initialize(repeating: WalkPlace(end: nodes.count))
        defer { stack.deinitialize() }
        places[0].free = unchangingBytes(state)
        var index = 0
        var visited = 0
        var largest = walk.largestBound
        var endings = KnownEndings<Self>()
        while index < nodes.count {
          let node = nodes[index]
          let depth = node.depth
          let byte = node.byte
          visited += 1
          let before = places[depth - 1].state
          guard byte <= lastByte(stack[before]) else {
            index = places[depth - 1].end
            continue
          }
          if places[before].free.contains(byte) {
            places[depth].state = before
          } else {
            guard depth > 1 || first.contains(byte), mayAdvance(stack[before], byte) else {
              index += node.subtree
              continue
            }
            stack[depth] = stack[before]
            guard advance(&stack[depth], byte) else {
              index += node.subtree
              continue
            }
            places[depth] = WalkPlace(state: depth, free: unchangingBytes(stack[depth]))
          }
          places[depth].end = index + node.subtree
          if let token = node.token {
            let place = places[depth].state
            if places[place].bound < 0 { places[place].bound = finishBound(stack[place]) }
            let bound = places[place].bound
            if bound > largest { largest = bound }
            if bound > limit, places[place].closes == nil {
              walk.hasLateTokens = true
              places[place].closes = endings.close(self, from: stack[place], in: walk.closing)
            }
            if places[place].closes ?? true { allowed[token >> 6] |= 1 << UInt64(token & 63) }
          }
          index += 1
        }
        walk.visitedNodeCount += visited
        walk.largestBound = largest
      }
    }
  }

  /// Bytes of free text that may stand here, when more of them than a token has are allowed.
  @inlinable
  func unchangingBytes(_ state: State) -> ByteSet {
    guard let text = freeText(state), !text.changesWhatFollows,
      text.maximumByteCount > TrieNode.limits.depth
    else { return ByteSet() }
    return text.bytes.ascii
  }
}

/// What a walk knows of the text that leads to a depth of the trie.
@usableFromInline
struct WalkPlace {
  /// Depth at which the state of this text is kept.
  @usableFromInline var state: Int
  /// Bytes that leave that state as it is.
  @usableFromInline var free: ByteSet
  /// The state's finish bound, below 0 when it was not asked for yet.
  @usableFromInline var bound: Int
  /// Whether the text can end from the state although the bound is too large, if that was asked.
  @usableFromInline var closes: Bool?
  /// Index of the first node that is not below this place.
  @usableFromInline var end: Int

  @inlinable
  init(state: Int = 0, free: ByteSet = ByteSet(), end: Int = 0) {
    self.state = state
    self.free = free
    self.end = end
    bound = -1
  }
}
