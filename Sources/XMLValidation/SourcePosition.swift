/// Where something starts in a text, counted from 1.
package struct SourcePosition: Equatable, Hashable, Sendable {
  /// Lines end with a line feed.
  package var line: Int
  /// Unicode scalars from the start of the line, where known.
  package var column: Int?

  /// A place in a text.
  package init(line: Int, column: Int? = nil) {
    self.line = line
    self.column = column
  }
}

/// Turns byte offsets into positions; asked in rising order, a whole text costs one pass.
package struct LineCounter: Sendable {
  private var offset = 0
  private var line = 1
  private var column = 1

  /// A counter at the start of a text.
  package init() {}

  /// The position of the byte at `target`, which may be the end of the text.
  package mutating func position(of target: Int, in bytes: [UInt8]) -> SourcePosition {
    if target < offset { self = LineCounter() }
    let end = min(target, bytes.count)
    while offset < end {
      if bytes[offset] == 0x0A {
        line += 1
        column = 1
      } else if offset + 1 >= bytes.count || bytes[offset + 1] & 0xC0 != 0x80 {
        // Counted at the last byte of a scalar, so that the next scalar gets the next column.
        column += 1
      }
      offset += 1
    }
    return SourcePosition(line: line, column: column)
  }
}
