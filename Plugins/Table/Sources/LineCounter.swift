/// Turns byte offsets into lines and columns; asked in rising order, a whole text costs one pass.
package struct LineCounter {
  private var offset = 0
  private var line = 1
  private var column = 1

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
