/// A text that was brought back into a language, and what was done to it.
public struct Repair: Equatable, Sendable {
  /// The text after the edits.
  public let text: String
  /// The edits in the order of the text; at least one.
  public let edits: [RepairEdit]

  /// A repair; see the properties for what each value means.
  public init(text: String, edits: [RepairEdit]) {
    self.text = text
    self.edits = edits
  }
}

/// One edit of a ``Repair``.
public struct RepairEdit: Codable, Equatable, Sendable {
  /// Offset of the edit into the UTF-8 bytes of the text before all edits.
  public let offset: Int
  /// What was taken out, empty for an insertion; bytes that are no UTF-8 are shown as U+FFFD.
  public let removed: String
  /// What was put in, empty for a deletion.
  public let inserted: String
  /// Why, in the words of the domain.
  public let message: String

  /// An edit; see the properties for what each value means.
  public init(offset: Int, removed: String, inserted: String, message: String) {
    self.offset = offset
    self.removed = removed
    self.inserted = inserted
    self.message = message
  }
}
