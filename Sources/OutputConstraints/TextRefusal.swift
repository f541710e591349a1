/// Where a constraint's language and a text part.
public struct TextRefusal: Equatable, Sendable {
  /// Byte of the text, from 0, that no text of the language goes on with; the length of a text that only lacks its
  /// end.
  public let offset: Int
  /// Why, in the words of the domain.
  public let reason: String
}

extension OutputConstraint {
  /// What keeps a text out of the language.
  ///
  /// - Parameter text: Any text, in the spelling that is decoded.
  /// - Returns: The first place where they part; `nil` for a text of the language.
  public func refusal(of text: String) -> TextRefusal? {
    var state = initial
    var offset = 0
    for byte in text.utf8 {
      var next = state
      guard advance(&next, byte) else {
        return TextRefusal(offset: offset, reason: explain(state, byte))
      }
      state = next
      offset += 1
    }
    return canFinish(state) ? nil : TextRefusal(offset: offset, reason: "the text has no end here")
  }
}
