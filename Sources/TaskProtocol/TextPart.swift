/// The bytes of a model's output that one part of the document was read from, so that the part gets a
/// confidence of its own.
public struct TextPart: Equatable, Sendable {
  /// JSON pointer (RFC 6901) to the part inside the document, such as `/rows/0/cells/1`.
  public let path: String
  /// Offsets into the UTF-8 bytes of the output.
  public let range: Range<Int>

  /// A part; see the properties for what each value means.
  public init(path: String, range: Range<Int>) {
    self.path = path
    self.range = range
  }
}
