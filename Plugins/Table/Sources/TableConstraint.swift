public import OutputConstraints

/// The texts that a model may write for a table: rectangular by construction.
///
/// The language is that of the plugin's own parser, narrowed to tables without any finding:
///
/// - every row is filled exactly, with spans counted; the first row fixes the number of columns;
/// - no cell spans past the end of its row group, so a group ends only when no span is open;
/// - a cell starts in every row and in every column, as the WHATWG table model asks; where spans
///   leave a column without one, a further row is demanded;
/// - text holds no control character and no noncharacter; `<`, `>` and `&` are escaped;
/// - styles nest properly, at most eight deep; `<br>` may stand wherever text may.
///
/// Besides these rules a table has at most ``maximumRows`` rows (and one more where a column still
/// lacks a cell), ``maximumColumns`` columns and row spans of ``maximumRowSpan``.
///
/// Live by construction: the ending closes what is open, fills the row with empty cells, adds rows
/// until every span has ended and every column has a cell, and closes the group and the table. Its
/// length is known exactly at every byte.
public struct TableConstraint: OutputConstraint {
  /// What is remembered of a prefix.
  public typealias State = TableConstraintState

  /// Most columns, 1...64.
  public let maximumColumns: Int
  /// Most rows that a table is free to have, 2...60 000.
  public let maximumRows: Int
  /// Largest `rowspan`, 1...64.
  public let maximumRowSpan: Int

  /// Styles within styles, as many as the parser takes.
  static let maximumStyleDepth = 8

  let literals = LiteralTable<TableConstraintLiteral>()

  /// A constraint with the given limits, each moved into its range.
  public init(maximumColumns: Int = 64, maximumRows: Int = 1000, maximumRowSpan: Int = 64) {
    self.maximumColumns = min(max(maximumColumns, 1), 64)
    self.maximumRows = min(max(maximumRows, 2), 60_000)
    self.maximumRowSpan = min(max(maximumRowSpan, 1), 64)
  }

  /// Before `<table>`.
  public var initial: State {
    var state = State()
    settle(&state, at: .start)
    return state
  }

  /// Appends a byte.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    if state.position == 0 {
      switch state.place {
      case .cell:
        if byte >= 0x80 { return state.progress.advance(byte) }
        guard state.progress.isBetweenCharacters else { return false }
        if Self.text.bytes.contains(byte) { return true }
      case .rowSpan, .columnSpan:
        if (0x30...0x39).contains(byte) { return appendDigit(&state, Int(byte) - 0x30) }
      default: break
      }
    }
    let next = literals.narrow(state.candidates, at: Int(state.position), to: byte)
    guard let first = next.first else { return false }
    state.position += 1
    if literals.length(of: first) == Int(state.position) {
      state.position = 0
      complete(first, in: &state)
    } else {
      state.candidates = next
    }
    return true
  }

  /// Only after `</table>`.
  public func canFinish(_ state: State) -> Bool { state.place == .end }

  private func appendDigit(_ state: inout State, _ digit: Int) -> Bool {
    let number = Int(state.number) * 10 + digit
    let limit =
      state.place == .rowSpan
      ? rowSpanLimit(state) : columnSpanLimit(state, rowSpan: Int(state.rowSpan))
    guard number >= 1, (number >= 2 && number <= limit) || number * 10 <= limit else {
      return false
    }
    state.number = UInt8(number)
    state.candidates = []
    if number >= 2 {
      state.candidates.insert(TableConstraintLiterals(.endSpan))
      if state.place == .rowSpan, columnSpanLimit(state, rowSpan: number) >= 2 {
        state.candidates.insert(TableConstraintLiterals(.addColumnSpan))
      }
    }
    return true
  }
}

// MARK: - Hints for the decoder

extension FreeText {
  /// The text of cells in every language: printable ASCII apart from `<`, `>` and `&`, and every
  /// character past ASCII.
  static let cellText = FreeText(
    identifier: 1,
    bytes: ByteSet((0x20...0x7E).filter { ![0x26, 0x3C, 0x3E].contains($0) }),
    allowsUnicode: true
  )
}

extension TableConstraint {
  static let text = FreeText.cellText

  /// The bytes that ``advance(_:_:)`` accepts, where that is cheap to say.
  public func firstBytes(_ state: State) -> ByteSet {
    let literal = literals.bytes(of: state.candidates, at: Int(state.position))
    guard state.position == 0 else { return literal }
    switch state.place {
    case .cell: return .all
    case .rowSpan, .columnSpan: return literal.union(Self.digits)
    default: return literal
    }
  }

  private static let digits = ByteSet(0x30...0x39)

  /// The text of cells.
  public var freeTextClasses: [FreeText] { [Self.text] }

  /// The text of cells, between two characters.
  public func freeText(_ state: State) -> FreeText? {
    state.place == .cell && state.position == 0 && state.progress.isBetweenCharacters
      ? Self.text : nil
  }

  /// A key wherever no span is open, which is most of most tables.
  ///
  /// Without open spans and away from the limit on rows, what may follow depends on the number of
  /// columns, the column, and the place, but neither on the row nor on the text so far.
  public func maskKey(_ state: State) -> MaskKey? {
    // A token of 255 bytes begins at most 14 rows.
    guard state.spans.open == 0, Int(state.rows) + maximumRowSpan + 16 < maximumRows else {
      return nil
    }
    let full = fullMask(state)
    let covered = full & ~state.free
    guard state.started == (state.columns == 0 ? covered : full) else { return nil }
    let high =
      UInt64(state.candidates.rawValue) | UInt64(state.position) << 32
      | UInt64(state.place.rawValue) << 40 | UInt64(state.progress.missingByteCount) << 44
      | UInt64(state.number) << 48 | UInt64(state.rowSpan) << 56
    let low =
      UInt64(state.styles) | UInt64(state.styleCount) << 16 | UInt64(state.columns) << 24
      | UInt64(covered.nonzeroBitCount) << 32 | (state.isInBody ? 1 << 40 : 0)
      | (state.groupHasRows ? 1 << 41 : 0)
    // Within a character the bytes that may come next differ between leads of equal length.
    return state.progress.isBetweenCharacters ? MaskKey(high, low) : nil
  }

  /// What was expected instead.
  public func explain(_ state: State, _ byte: UInt8) -> String {
    let found =
      (0x21...0x7E).contains(byte)
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
    var expected = state.candidates.texts
    if state.position > 0 {
      expected = expected.map { "\($0) (\(state.position) bytes of it are there)" }
    } else if state.place == .cell {
      expected.insert(
        state.progress.isBetweenCharacters ? "text" : "the rest of a character",
        at: 0
      )
    } else if state.place == .rowSpan || state.place == .columnSpan {
      expected.insert("a digit of a span that fits", at: 0)
    }
    let choice = expected.isEmpty ? "the end of the text" : expected.joined(separator: " or ")
    return "\(found) cannot stand in row \(state.rows) of the table; expected \(choice)"
  }
}
