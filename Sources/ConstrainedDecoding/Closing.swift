import OutputConstraints

/// How the completion that a constraint knows of is written in tokens.
enum Closing: Equatable {
  /// In this many tokens.
  case tokens(Int)
  /// In more tokens than were asked about, or never.
  case tooLong
  /// No token starts with this byte where it is needed.
  case unwritable(UInt8)
}

extension OutputConstraint {
  /// The bytes of the known completion, `nil` when it is longer than `limit`.
  func closingBytes(from state: State, atMost limit: Int) -> [UInt8]? {
    var state = state
    var bytes: [UInt8] = []
    while let byte = closer(state) {
      guard bytes.count < limit, advance(&state, byte) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// Writes the known completion with the longest token first, again and again.
  ///
  /// After the first of these tokens the remaining ones are what the same question answers from
  /// there, so a decoder that keeps the count within its budget can always go on.
  func closing(from state: State, over vocabulary: TokenVocabulary, atMost limit: Int) -> Closing {
    let bound = finishBound(state)
    guard let bytes = closingBytes(from: state, atMost: bound) else { return .tooLong }
    var rest = bytes[...]
    var count = 0
    while let first = rest.first {
      guard count < limit else { return .tooLong }
      guard let token = vocabulary.longestToken(startingWith: rest) else {
        return .unwritable(first)
      }
      rest = rest.dropFirst(token.length)
      count += 1
    }
    return .tokens(count)
  }
}
