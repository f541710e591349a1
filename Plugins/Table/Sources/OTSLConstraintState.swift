import OutputConstraints

/// What ``OTSLConstraint`` remembers of a prefix: about 60 bytes, no heap.
public struct OTSLConstraintState: Hashable, Sendable {
  /// Where in the document the prefix ends.
  enum Place: UInt8, Sendable {
    case start
    /// Between cells, or between rows when no column of the row is written.
    case row
    /// In the text of a cell.
    case text
    case end
  }

  /// What the current row has so far, and what the rows before it were.
  struct Row: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// A cell starts in the row.
    static let hasCell = Row(rawValue: 1)
    /// A cell starts with `<ched>`.
    static let hasColumnHeader = Row(rawValue: 2)
    /// A cell starts that no row of the head has.
    static let hasBodyCell = Row(rawValue: 4)
    /// A cell of the row above goes on.
    static let hasUp = Row(rawValue: 8)
    /// The last column written continues a cell of the row above.
    static let leftIsFromAbove = Row(rawValue: 16)
  }

  var place: Place = .start
  var row: Row = []
  /// Whether every row before the current one belongs to the head.
  var aboveIsHead = true
  /// Columns of the table, 0 until the first row ends.
  var columns: UInt8 = 0
  /// Columns of the current row that are written.
  var column: UInt8 = 0
  /// Rows that are complete.
  var rows: UInt16 = 0

  /// Columns of the row above that belong to the cell on their left.
  var joinedAbove: UInt64 = 0
  /// Columns of the current row that do.
  var joined: UInt64 = 0
  /// Columns in which a cell starts in some row.
  var started: UInt64 = 0

  /// Literals that the bytes since the last complete one begin, and the number of these bytes.
  var candidates: OTSLLiterals = []
  var position: UInt8 = 0

  /// Open styles, two bits each, the innermost lowest; how many; and the bytes that close them.
  var styles: UInt16 = 0
  var styleCount: UInt8 = 0
  var styleBytes: UInt8 = 0
  /// How far into a character past ASCII the text of a cell is.
  var progress = UTF8Progress()

  /// Bytes of the known ending from here, the end of a cell's text aside.
  var rest: UInt16 = 0

  /// Number of styles that are open.
  package var styleDepth: Int { Int(styleCount) }

  /// Feeds what tells most states apart; the decoder looks states up while it works.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(started ^ joined &* 0x9E37_79B9_7F4A_7C15)
    hasher.combine(
      UInt64(rest) | UInt64(place.rawValue) << 16 | UInt64(position) << 24
        | UInt64(column) << 32 | UInt64(row.rawValue) << 40 | UInt64(styleBytes) << 48
    )
  }
}
