import OutputConstraints

extension TokenTrie {
  /// Tokens from a state to the end of the known completion, the end token aside; `nil` for more than
  /// `limit`.
  ///
  /// - Throws: ``ConstrainedDecodingError/unwritableByte(_:)`` or
  ///   ``ConstrainedDecodingError/endlessClosing``.
  func closingCount<Constraint: OutputConstraint>(
    of constraint: Constraint,
    from state: Constraint.State,
    atMost limit: Int = .max
  ) throws(ConstrainedDecodingError) -> Int? {
    let answer = closing(atMost: limit) { constraint.answer($0, from: state) }
    switch answer {
    case .tokens(let count): return count
    case .tooMany: return nil
    case .unwritable(let byte): throw .unwritableByte(byte)
    case .endless: throw .endlessClosing
    }
  }

  /// Calls a body with the question for the tokens of completions.
  func closing<Result>(atMost limit: Int, _ body: (ClosingCount) -> Result) -> Result {
    nodes.withUnsafeBufferPointer { nodes in
      roots.withUnsafeBufferPointer { roots in
        body(ClosingCount(nodes: nodes, roots: roots, depth: depth, limit: limit))
      }
    }
  }
}
