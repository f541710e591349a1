/// One depth-first pass over a token trie: prepared by a decoder, carried out by a constraint.
///
/// A token is marked as allowed when its bytes are accepted and the text can then end within
/// ``limit`` bytes, and as late when they are accepted but the bound is larger.
public struct TokenWalk {
  @usableFromInline let nodes: UnsafeBufferPointer<TrieNode>
  @usableFromInline let allowed: UnsafeMutablePointer<UInt64>
  @usableFromInline let depth: Int
  @usableFromInline let limit: Int
  /// Tokens whose bytes are accepted although the text cannot end within the limit afterwards.
  public var late: [Int] = []
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
    allowed: UnsafeMutablePointer<UInt64>,
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
  @inlinable
  public func walk(_ walk: inout TokenWalk, from state: State) {
    let nodes = walk.nodes
    let allowed = walk.allowed
    let limit = walk.limit
    withUnsafeTemporaryAllocation(of: State.self, capacity: walk.depth + 1) { stack in
      stack.initialize(repeating: state)
      defer { stack.deinitialize() }
      var index = 0
      var visited = 0
      var largest = walk.largestBound
      while index < nodes.count {
        let node = nodes[index]
        let depth = node.depth
        visited += 1
        guard mayAdvance(stack[depth - 1], node.byte) else {
          index += node.subtree
          continue
        }
        stack[depth] = stack[depth - 1]
        guard advance(&stack[depth], node.byte) else {
          index += node.subtree
          continue
        }
        if let token = node.token {
          let bound = finishBound(stack[depth])
          if bound > largest { largest = bound }
          if bound <= limit {
            allowed[token >> 6] |= 1 << UInt64(token & 63)
          } else {
            walk.late.append(token)
          }
        }
        index += 1
      }
      walk.visitedNodeCount += visited
      walk.largestBound = largest
    }
  }
}
