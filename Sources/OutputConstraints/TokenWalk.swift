/// One depth-first pass over a token trie: prepared by a decoder, carried out by a constraint.
///
/// A token is marked as allowed when its bytes are accepted and the text can then end within
/// ``limit`` bytes, and as late when they are accepted but the bound is larger.
public struct TokenWalk {
  @usableFromInline let nodes: UnsafeBufferPointer<TrieNode>
  @usableFromInline let allowed: UnsafeMutableBufferPointer<UInt64>
  @usableFromInline let depth: Int
  @usableFromInline let limit: Int
  /// Tokens whose bytes are accepted although the text cannot end within the limit afterwards, each
  /// with the number of the state that it leads to: tokens with one number lead to equal states.
  public var late: [(token: Int, state: Int)] = []
  /// States that late tokens lead to are numbered below this.
  public var lateStateCount = 0
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
  public init(
    nodes: UnsafeBufferPointer<TrieNode>,
    allowed: UnsafeMutableBufferPointer<UInt64>,
    depth: Int,
    limit: Int
  ) {
    self.nodes = nodes
    self.allowed = allowed
    self.depth = depth
    self.limit = limit
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
            if bound <= limit {
              allowed[token >> 6] |= 1 << UInt64(token & 63)
            } else {
              if places[place].lateState < 0 {
                places[place].lateState = walk.lateStateCount
                walk.lateStateCount += 1
              }
              walk.late.append((token, places[place].lateState))
            }
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
  /// The state's number among those of late tokens, below 0 when it has none yet.
  @usableFromInline var lateState = -1
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
