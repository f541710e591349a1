import OutputConstraints

/// What a complete literal does to the grid, and which literals may come next.
extension OTSLConstraint {
  /// The columns of the table, or all that it may have while the first row is being written.
  func fullMask(_ state: State) -> UInt64 {
    let columns = columnLimit(state)
    return columns == 64 ? .max : (1 << UInt64(columns)) - 1
  }

  private func columnLimit(_ state: State) -> Int {
    state.columns == 0 ? maximumColumns : Int(state.columns)
  }

  /// Goes on after a whole literal.
  func complete(_ literal: OTSLLiteral, in state: inout State) {
    state.position = 0
    switch literal {
    case .openTable:
      state.place = .row
      settle(&state)
    case .closeTable:
      state.place = .end
      state.candidates = []
      state.rest = 0
    case .newLine: endRow(&state)
    case .empty, .columnHeader, .filled, .rowHeader, .sectionRow, .cross, .left, .up:
      writeColumn(literal, in: &state)
    case .lessThan, .greaterThan, .ampersand, .lineBreak: state.candidates = textLiterals(state)
    case .openBold, .openItalic, .openSuperscript, .openSubscript:
      let style = literal.rawValue - OTSLLiteral.openBold.rawValue
      state.styles = state.styles << 2 | UInt16(style)
      state.styleCount += 1
      state.styleBytes += UInt8(literals.length(of: literal) + 1)
      state.candidates = textLiterals(state)
    case .closeBold, .closeItalic, .closeSuperscript, .closeSubscript:
      state.styles >>= 2
      state.styleCount -= 1
      state.styleBytes -= UInt8(literals.length(of: literal))
      state.candidates = textLiterals(state)
    }
  }

  private func writeColumn(_ literal: OTSLLiteral, in state: inout State) {
    let column: UInt64 = 1 << UInt64(state.column)
    state.place = .row
    switch literal {
    case .left:
      state.joined |= column
      state.row.remove(.leftIsFromAbove)
    case .up: state.row.formUnion([.hasUp, .leftIsFromAbove])
    case .cross: state.joined |= column
    default:
      state.started |= column
      state.row.remove(.leftIsFromAbove)
      state.row.insert(.hasCell)
      if literal == .columnHeader {
        state.row.insert(.hasColumnHeader)
      } else if literal != .empty {
        state.row.insert(.hasBodyCell)
      }
      if literal != .empty { state.place = .text }
    }
    state.column += 1
    settle(&state)
  }

  private func endRow(_ state: inout State) {
    if state.columns == 0 { state.columns = state.column }
    state.aboveIsHead =
      state.aboveIsHead && state.row.contains(.hasColumnHeader)
      && !state.row.contains(.hasBodyCell)
    state.joinedAbove = state.joined
    state.joined = 0
    state.row = []
    state.column = 0
    state.rows += 1
    state.place = .row
    settle(&state)
  }

  /// Arrives at a place between literals: what may come next, and how long the ending is.
  private func settle(_ state: inout State) {
    state.candidates = state.place == .text ? textLiterals(state) : rowLiterals(state)
    state.rest = UInt16(endingLength(state))
  }

  private func textLiterals(_ state: State) -> OTSLLiterals {
    var result: OTSLLiterals = []
    if state.styleCount == 0 {
      result = rowLiterals(state)
    } else {
      let style = UInt32(state.styles & 3)
      result = OTSLLiterals(rawValue: 1 << (UInt32(OTSLLiteral.closeBold.rawValue) + style))
    }
    result.formUnion(Self.entities)
    if Int(state.styleCount) < TableConstraint.maximumStyleDepth {
      result.formUnion(Self.openingStyles)
    }
    return result
  }

  private static let entities = OTSLLiterals(.lessThan, .greaterThan, .ampersand, .lineBreak)
  private static let openingStyles = OTSLLiterals(
    .openBold,
    .openItalic,
    .openSuperscript,
    .openSubscript
  )

  /// What may stand after a cell or at the start of a row.
  private func rowLiterals(_ state: State) -> OTSLLiterals {
    let column = Int(state.column)
    var result: OTSLLiterals = []
    if column == 0, state.rows > 0 {
      let isComplete = state.started == fullMask(state)
      if isComplete { result.add(.closeTable) }
      if isComplete, Int(state.rows) >= maximumRows { return result }
    }
    if column > 0, state.columns == 0 || column == Int(state.columns) { result.add(.newLine) }
    guard column < columnLimit(state) else { return result }
    let continuesCell = state.joinedAbove >> UInt64(column) & 1 == 1
    if continuesCell, state.row.contains(.leftIsFromAbove) { return OTSLLiterals(.cross) }

    let isLast = column + 1 == columnLimit(state)
    let isBoundToHead = state.aboveIsHead && state.row.contains(.hasUp)
    let lacksHeader = isBoundToHead && !state.row.contains(.hasColumnHeader)
    result.add(.columnHeader)
    if !isBoundToHead {
      result.add(.filled)
      result.add(.rowHeader)
      result.add(.sectionRow)
    }
    if !(lacksHeader && isLast) { result.add(.empty) }
    // The row past the limit gives every column a cell of its own.
    guard Int(state.rows) < maximumRows else { return result }
    if column > 0, !state.row.contains(.leftIsFromAbove), !(lacksHeader && isLast) {
      result.add(.left)
    }
    if state.rows > 0, !continuesCell, mayGoOnFromAbove(state) { result.add(.up) }
    return result
  }

  /// Whether the cell above may go on here without leaving the row, or the head, what it needs.
  private func mayGoOnFromAbove(_ state: State) -> Bool {
    let hasRoom = Int(state.column) + 1 + widthAbove(state) < Int(state.columns)
    guard state.aboveIsHead else { return hasRoom || state.row.contains(.hasCell) }
    return !state.row.contains(.hasBodyCell)
      && (hasRoom || state.row.contains(.hasColumnHeader))
  }

  /// How many columns from the second on the cell has that starts above the current column.
  private func widthAbove(_ state: State) -> Int {
    (~(state.joinedAbove >> (UInt64(state.column) + 1))).trailingZeroBitCount
  }
}

// MARK: - The ending

extension OTSLConstraint {
  static let tableEndLength = 7  // </otsl>
  /// Every token that writes a column.
  private static let cellLength = 6
  private static let rowEndLength = 4  // <nl>

  /// The exact number of bytes that ``closer(_:)`` writes from here.
  public func finishBound(_ state: State) -> Int {
    if state.position > 0 {
      guard let target = state.candidates.first else { return 0 }
      var next = state
      complete(target, in: &next)
      return literals.length(of: target) - Int(state.position) + finishBound(next)
    }
    guard state.place == .text else { return Int(state.rest) }
    return state.progress.missingByteCount + Int(state.styleBytes) + Int(state.rest)
  }

  /// The next byte of the ending.
  public func closer(_ state: State) -> UInt8? {
    if state.place == .text, state.position == 0, let byte = state.progress.closer { return byte }
    return state.candidates.first.map { literals.byte(of: $0, at: Int(state.position)) }
  }

  /// Bytes of the ending from a place between literals, or from the end of a cell's text.
  private func endingLength(_ state: State) -> Int {
    if state.column == 0 {
      guard state.rows > 0 else { return Self.cellLength + Self.rowEndLength + Self.tableEndLength }
      return state.started == fullMask(state)
        ? Self.tableEndLength : fullRowLength(state) + Self.tableEndLength
    }
    guard state.columns > 0 else {
      // The first row ends where it is; columns that joined a neighbour still need a cell.
      let isComplete = state.joined == 0
      let row = Self.cellLength * Int(state.column) + Self.rowEndLength
      return Self.rowEndLength + (isComplete ? 0 : row) + Self.tableEndLength
    }
    let left = Int(state.columns) - Int(state.column)
    // Columns that the cell above obliges to go on start no cell; the others will.
    var forced: UInt64 = 0
    if state.row.contains(.leftIsFromAbove) {
      let run = (~(state.joinedAbove >> UInt64(state.column))).trailingZeroBitCount
      forced = (run >= 64 ? .max : (1 << UInt64(run)) - 1) << UInt64(state.column)
    }
    let full = fullMask(state)
    let unwritten: UInt64 = full & (.max << UInt64(state.column))
    let missing = full & ~(state.started | (unwritten & ~forced))
    return Self.cellLength * left + Self.rowEndLength
      + (missing == 0 ? 0 : fullRowLength(state)) + Self.tableEndLength
  }

  private func fullRowLength(_ state: State) -> Int {
    Self.cellLength * Int(state.columns) + Self.rowEndLength
  }
}
