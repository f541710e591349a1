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

/// Turns byte offsets of one text into positions.
///
/// Marks are set along the text as far as was ever asked, so that offsets may be asked in any order
/// and a text costs one pass.
package struct LineCounter: Sendable {
  private struct Mark {
    var line = 1
    var column = 1
  }

  private static let interval = 256
  /// Line and column of every byte whose offset is a multiple of the interval.
  private var marks = [Mark()]

  /// A counter at the start of a text.
  package init() {}

  /// The position of the byte at `target`, which may be the end of the text; the text must be the
  /// same in every call.
  package mutating func position(of target: Int, in bytes: [UInt8]) -> SourcePosition {
    let end = max(0, min(target, bytes.count))
    while marks.count <= end / Self.interval {
      let start = (marks.count - 1) * Self.interval
      marks.append(
        Self.advance(marks[marks.count - 1], over: start..<start + Self.interval, of: bytes)
      )
    }
    let index = end / Self.interval
    let place = Self.advance(marks[index], over: index * Self.interval..<end, of: bytes)
    return SourcePosition(line: place.line, column: place.column)
  }

  private static func advance(_ mark: Mark, over range: Range<Int>, of bytes: [UInt8]) -> Mark {
    var mark = mark
    for offset in range {
      if bytes[offset] == 0x0A {
        mark.line += 1
        mark.column = 1
      } else if offset + 1 >= bytes.count || bytes[offset + 1] & 0xC0 != 0x80 {
        // Counted at the last byte of a scalar, so that the next scalar gets the next column.
        mark.column += 1
      }
    }
    return mark
  }
}
