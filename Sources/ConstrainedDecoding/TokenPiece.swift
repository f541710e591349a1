package import OutputConstraints

/// What one token of a vocabulary contributes to the output.
package enum TokenPiece: Sendable, Equatable {
  /// Text, in the middle of an output; not empty.
  case text([UInt8])
  /// Something other than its written form, such as `<loc0123>`.
  case symbol(TokenSymbol)
  /// The end of the output.
  case end
  /// Nothing that an output may hold: control, padding and unused tokens.
  case never
}
