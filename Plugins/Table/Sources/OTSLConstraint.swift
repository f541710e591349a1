public import OutputConstraints

/// The OTSL texts that a model may write for a table: rectangular by construction.
///
///     document = "<otsl>" row {row} "</otsl>"
///     row      = cell {cell} "<nl>"
///     cell     = ("<fcel>" | "<ched>" | "<rhed>" | "<srow>") content
///              | "<ecel>" | "<lcel>" | "<ucel>" | "<xcel>"
///
/// with the content of HTML cells (see ``ModelTableParser``). The rules of the OTSL paper look at the
/// left and the upper neighbour only; they leave cells that are no rectangles, so what is asked here is
/// more:
///
/// - every row has as many cells as the first;
/// - `<lcel>` stands to the right of a cell that starts in the same row, or of another `<lcel>`;
/// - `<ucel>` stands below the first column of a cell, and then `<xcel>` below each of its other
///   columns and nowhere else;
/// - a cell starts in every row and in every column; where spans leave a column without one, a
///   further row is demanded;
/// - no cell reaches from the head into the body, the head being the rows at the top that are made of
///   `<ched>` and `<ecel>`, and not all rows (see ``OTSLTable``).
///
/// Of the row above only one bit per column matters: whether the column belongs to the cell on its
/// left. So the state is small whatever the table's size.
///
/// Live by construction: the ending fills the row with empty cells, `<xcel>` where a cell above demands
/// it and one `<ched>` where the head does, and adds a row where a column still lacks a cell. Each of
/// these takes six bytes, so its length is known exactly.
public struct OTSLConstraint: OutputConstraint {
  /// What is remembered of a prefix.
  public typealias State = OTSLConstraintState

  /// Most columns, 1...64.
  public let maximumColumns: Int
  /// Most rows that a table is free to have, 1...60 000; one more where a column still lacks a cell.
  public let maximumRows: Int

  let literals = LiteralTable<OTSLLiteral>()

  /// A constraint with the given limits, each moved into its range.
  public init(maximumColumns: Int = 64, maximumRows: Int = 1000) {
    self.maximumColumns = min(max(maximumColumns, 1), 64)
    self.maximumRows = min(max(maximumRows, 1), 60_000)
  }

  /// Before `<otsl>`.
  public var initial: State {
    var state = State()
    state.candidates = OTSLLiterals(.openTable)
    state.rest = UInt16(6 + 6 + 4 + Self.tableEndLength)
    return state
  }

  /// Appends a byte.
  public func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    if state.position == 0, state.place == .text {
      if byte >= 0x80 { return state.progress.advance(byte) }
      guard state.progress.isBetweenCharacters else { return false }
      if FreeText.cellText.bytes.contains(byte) { return true }
    }
    let next = literals.narrow(state.candidates, at: Int(state.position), to: byte)
    guard let first = next.first else { return false }
    state.position += 1
    if literals.length(of: first) == Int(state.position) {
      complete(first, in: &state)
    } else {
      state.candidates = next
    }
    return true
  }

  /// Only after `</otsl>`.
  public func canFinish(_ state: State) -> Bool { state.place == .end }
}

// MARK: - Hints for the decoder

extension OTSLConstraint {
  /// The bytes that ``advance(_:_:)`` accepts, where that is cheap to say.
  public func firstBytes(_ state: State) -> ByteSet {
    state.position == 0 && state.place == .text
      ? .all : literals.bytes(of: state.candidates, at: Int(state.position))
  }

  /// The text of cells.
  public var freeTextClasses: [FreeText] { [.cellText] }

  /// The text of cells, between two characters.
  public func freeText(_ state: State) -> FreeText? {
    state.place == .text && state.position == 0 && state.progress.isBetweenCharacters
      ? .cellText : nil
  }

  /// A key wherever no cell of the row above can go on otherwise than any other: away from the limit
  /// on rows and with a cell in every column, what may follow depends on the columns, the row above and
  /// the place.
  public func maskKey(_ state: State) -> MaskKey? {
    // A token of 255 bytes ends at most 25 rows.
    guard state.progress.isBetweenCharacters, Int(state.rows) + 32 < maximumRows else { return nil }
    let full = fullMask(state)
    guard state.columns == 0 || state.started == full else { return nil }
    guard state.joinedAbove == 0, state.joined == 0 else { return nil }
    let high =
      UInt64(state.candidates.rawValue) | UInt64(state.position) << 32
      | UInt64(state.place.rawValue) << 40 | UInt64(state.styles) << 48
    let low =
      UInt64(state.columns) | UInt64(state.column) << 8 | UInt64(state.row.rawValue) << 16
      | UInt64(state.styleCount) << 24 | (state.aboveIsHead ? 1 << 32 : 0)
      | (state.rows == 0 ? 1 << 33 : 0)
    return MaskKey(high, low)
  }

  /// What was expected instead.
  public func explain(_ state: State, _ byte: UInt8) -> String {
    let found =
      (0x21...0x7E).contains(byte)
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
    var expected = state.candidates.texts
    if state.position > 0 {
      expected = expected.map { "\($0) (\(state.position) bytes of it are there)" }
    } else if state.place == .text {
      expected.insert(
        state.progress.isBetweenCharacters ? "text" : "the rest of a character",
        at: 0
      )
    }
    let choice = expected.isEmpty ? "the end of the text" : expected.joined(separator: " or ")
    return "\(found) cannot stand in row \(state.rows + 1) of the table; expected \(choice)"
  }
}
