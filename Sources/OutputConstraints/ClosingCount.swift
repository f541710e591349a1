/// A question about the known completion of a text: how many tokens write it, the longest token first,
/// again and again.
///
/// Prepared by a decoder, answered by a constraint.
public struct ClosingCount {
  /// Answers to the question.
  public enum Answer: Equatable, Sendable {
    /// Tokens of the completion.
    case tokens(Int)
    /// They are more than ``ClosingCount/limit``.
    case tooMany
    /// No token begins with this byte.
    case unwritable(UInt8)
    /// The constraint refuses its own closer, or its completion is longer than its bound.
    case endless
  }

  @usableFromInline let nodes: UnsafeBufferPointer<TrieNode>
  @usableFromInline let roots: UnsafeBufferPointer<Int32>
  @usableFromInline let depth: Int
  @usableFromInline let limit: Int

  /// A question over a trie.
  ///
  /// - Parameters:
  ///   - nodes: The trie, depth first, siblings by ascending byte.
  ///   - roots: For each byte the node of the texts that begin with it, -1 for none; 256 entries.
  ///   - depth: Length of the longest token, in bytes.
  ///   - limit: Tokens after which counting stops.
  public init(
    nodes: UnsafeBufferPointer<TrieNode>,
    roots: UnsafeBufferPointer<Int32>,
    depth: Int,
    limit: Int
  ) {
    self.nodes = nodes
    self.roots = roots
    self.depth = depth
    self.limit = limit
  }

  /// Length of the longest token that begins some bytes; 0 when none does.
  ///
  /// - Parameters:
  ///   - first: The first byte.
  ///   - next: Called for each byte after it, in order; `nil` past the end.
  /// - Returns: Bytes of that token.
  @inlinable
  func longestToken(_ first: UInt8, _ next: () -> UInt8?) -> Int {
    var index = Int(roots[Int(first)])
    var longest = 0
    var length = 1
    while index >= 0 {
      let node = nodes[index]
      if node.token != nil { longest = length }
      let end = index + node.subtree
      index += 1
      guard index < end, let byte = next() else { break }
      while index < end, nodes[index].byte < byte { index += nodes[index].subtree }
      guard index < end, nodes[index].byte == byte else { break }
      length += 1
    }
    return longest
  }
}

extension OutputConstraint {
  /// Counts the tokens of the completion that ``closer(_:)`` writes.
  ///
  /// After the first of these tokens the others are what the same question answers from there, so a
  /// decoder that keeps the count within its budget can always go on.
  @inlinable
  public func answer(_ question: ClosingCount, from state: State) -> ClosingCount.Answer {
    let limit = question.limit
    let bound = finishBound(state)
    // No more bytes than these are looked at: those of the tokens, and of one more.
    let (reach, overflow) = (limit &+ 1).multipliedReportingOverflow(by: max(1, question.depth))
    let capacity = overflow || limit == .max ? bound : min(bound, reach)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity + 1) { bytes in
      var current = state
      var written = 0
      var isRefused = false
      func byte(at place: Int) -> UInt8? {
        while written <= place {
          guard !isRefused, let byte = closer(current) else { return nil }
          guard written < capacity, advance(&current, byte) else {
            isRefused = true
            return nil
          }
          bytes[written] = byte
          written += 1
        }
        return bytes[place]
      }
      var place = 0
      var count = 0
      while let first = byte(at: place) {
        guard count < limit else { return .tooMany }
        var ahead = place
        let length = question.longestToken(first) {
          ahead += 1
          return byte(at: ahead)
        }
        guard length > 0 else { return .unwritable(first) }
        place += length
        count += 1
      }
      return isRefused ? .endless : .tokens(count)
    }
  }
}
