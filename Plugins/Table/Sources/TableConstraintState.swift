import OutputConstraints

/// What ``TableConstraint`` remembers of a prefix: about 100 bytes, no heap.
public struct TableConstraintState: Hashable, Sendable {
  /// Where in the document the prefix ends.
  enum Place: UInt8, Sendable {
    case start
    /// After `<table>`.
    case table
    /// In a row group, between rows.
    case group
    /// In a row, between cells.
    case row
    /// In the text of a cell.
    case cell
    /// In the number of `rowspan`.
    case rowSpan
    /// In the number of `colspan`.
    case columnSpan
    /// Between `</thead>` and `<tbody>`.
    case betweenGroups
    /// After `</tbody>`.
    case tail
    case end
  }

  var place: Place = .start
  var isInBody = false
  var groupHasRows = false
  /// Columns of the table, 0 until the first row ends.
  var columns: UInt8 = 0
  /// Rows begun so far.
  var rows: UInt16 = 0

  /// Columns of the current row that no cell covers yet.
  var free: UInt64 = 0
  /// Columns in which a cell starts in some row.
  var started: UInt64 = 0
  /// Rows below the current one that cells of this or earlier rows cover.
  var spans = TableConstraintSpans()

  /// Literals that the bytes since the last complete one begin, and the number of these bytes.
  var candidates: TableConstraintLiterals = []
  var position: UInt8 = 0
  /// The span being read, and the row span read before it.
  var number: UInt8 = 0
  var rowSpan: UInt8 = 1

  /// Open styles, two bits each, the innermost lowest; how many; and the bytes that close them.
  var styles: UInt16 = 0
  var styleCount: UInt8 = 0
  var styleBytes: UInt8 = 0
  /// How far into a character past ASCII the text of a cell is.
  var progress = UTF8Progress()

  /// Bytes of the known ending, from here or, in a cell, from after its `</td>`.
  var rest: UInt32 = 0

  /// Number of styles that are open.
  package var styleDepth: Int { Int(styleCount) }

  /// Feeds what tells most states apart; the decoder looks states up while it works.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(free)
    hasher.combine(started)
    hasher.combine(
      UInt64(rest) | UInt64(place.rawValue) << 32 | UInt64(position) << 40
        | UInt64(number) << 48 | UInt64(styleBytes) << 56
    )
  }
}
