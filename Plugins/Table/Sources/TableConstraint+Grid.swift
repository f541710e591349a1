/// What a complete literal does to the grid, and which literals may come next.
extension TableConstraint {
  /// The columns of the table, or all that it may have while the first row is being written.
  func fullMask(_ state: State) -> UInt64 {
    let columns = state.columns == 0 ? maximumColumns : Int(state.columns)
    return columns == 64 ? .max : (1 << UInt64(columns)) - 1
  }

  /// Whether a cell of the current row ends with this row, so that the next one has room for a cell.
  func hasCellEndingHere(_ state: State) -> Bool {
    fullMask(state) & ~state.free & ~state.spans.open != 0
  }

  /// Rows that the current group may have without being obliged to.
  private func rowLimit(_ state: State) -> Int {
    // A head leaves one row to the body.
    state.isInBody ? maximumRows : maximumRows - 1
  }

  /// Largest row span that the next cell may have; 1 for none.
  func rowSpanLimit(_ state: State) -> Int {
    guard hasCellEndingHere(state) || state.free.nonzeroBitCount > 1 else { return 1 }
    return max(1, min(maximumRowSpan, rowLimit(state) - Int(state.rows) + 1))
  }

  /// Largest column span that the next cell may have beside a row span; 1 for none.
  func columnSpanLimit(_ state: State, rowSpan: Int) -> Int {
    guard state.free != 0, Int(state.rows) <= maximumRows else { return 1 }
    let run = (~(state.free >> UInt64(state.free.trailingZeroBitCount))).trailingZeroBitCount
    let leavesNone = run == state.free.nonzeroBitCount
    return rowSpan > 1 && leavesNone && !hasCellEndingHere(state) ? run - 1 : run
  }

  /// Puts a cell at the first free column.
  private func placeCell(_ state: inout State, rowSpan: Int, columnSpan: Int) {
    let start = state.free & (~state.free &+ 1)
    let columns = columnSpan == 64 ? .max : start &* ((1 << UInt64(columnSpan)) - 1)
    state.free &= ~columns
    state.started |= start
    state.spans.cover(columns, rows: rowSpan - 1)
    state.number = 0
    state.rowSpan = 1
    settle(&state, at: .cell)
  }

  /// Goes on after a whole literal.
  func complete(_ literal: TableConstraintLiteral, in state: inout State) {
    switch literal {
    case .openTable: settle(&state, at: .table)
    case .openHead, .openBody:
      state.isInBody = literal == .openBody
      state.groupHasRows = false
      settle(&state, at: .group)
    case .openRow:
      state.rows += 1
      state.groupHasRows = true
      state.free = fullMask(state) & ~state.spans.open
      state.spans.descend()
      settle(&state, at: .row)
    case .openCell: placeCell(&state, rowSpan: 1, columnSpan: 1)
    case .openRowSpan: settle(&state, at: .rowSpan)
    case .openColumnSpan: settle(&state, at: .columnSpan)
    case .addColumnSpan:
      state.rowSpan = state.number
      state.number = 0
      settle(&state, at: .columnSpan)
    case .endSpan:
      let number = Int(state.number)
      if state.place == .rowSpan {
        placeCell(&state, rowSpan: number, columnSpan: 1)
      } else {
        placeCell(&state, rowSpan: Int(state.rowSpan), columnSpan: number)
      }
    case .closeCell: settle(&state, at: .row)
    case .closeRow:
      if state.columns == 0 {
        state.columns = UInt8((fullMask(state) & ~state.free).nonzeroBitCount)
      }
      state.free = 0
      settle(&state, at: .group)
    case .closeHead: settle(&state, at: .betweenGroups)
    case .closeBody: settle(&state, at: .tail)
    case .closeTable: settle(&state, at: .end)
    case .lessThan, .greaterThan, .ampersand, .lineBreak: state.candidates = cellLiterals(state)
    case .openBold, .openItalic, .openSuperscript, .openSubscript:
      let style = literal.rawValue - TableConstraintLiteral.openBold.rawValue
      state.styles = state.styles << 2 | UInt16(style)
      state.styleCount += 1
      state.styleBytes += UInt8(literals.length(of: literal) + 1)
      state.candidates = cellLiterals(state)
    case .closeBold, .closeItalic, .closeSuperscript, .closeSubscript:
      state.styles >>= 2
      state.styleCount -= 1
      state.styleBytes -= UInt8(literals.length(of: literal))
      state.candidates = cellLiterals(state)
    }
  }

  /// Arrives at a place: what may come next, and how long the ending is.
  func settle(_ state: inout State, at place: State.Place) {
    state.place = place
    state.position = 0
    switch place {
    case .start: state.candidates = TableConstraintLiterals(.openTable)
    case .table: state.candidates = TableConstraintLiterals(.openHead, .openBody)
    case .group: state.candidates = groupLiterals(state)
    case .row: state.candidates = rowLiterals(state)
    case .cell: state.candidates = cellLiterals(state)
    case .rowSpan, .columnSpan: state.candidates = []
    case .betweenGroups: state.candidates = TableConstraintLiterals(.openBody)
    case .tail: state.candidates = TableConstraintLiterals(.closeTable)
    case .end: state.candidates = []
    }
    state.rest = UInt32(endingLength(state))
  }

  private func groupLiterals(_ state: State) -> TableConstraintLiterals {
    var result: TableConstraintLiterals = []
    let isComplete =
      state.groupHasRows && state.spans.open == 0
      && (!state.isInBody || state.started == fullMask(state))
    if isComplete {
      result.insert(TableConstraintLiterals(state.isInBody ? .closeBody : .closeHead))
    }
    if !isComplete || Int(state.rows) < rowLimit(state) {
      result.insert(TableConstraintLiterals(.openRow))
    }
    return result
  }

  private func rowLiterals(_ state: State) -> TableConstraintLiterals {
    var result: TableConstraintLiterals = []
    if hasCellEndingHere(state), state.columns == 0 || state.free == 0 {
      result.insert(TableConstraintLiterals(.closeRow))
    }
    if state.free != 0 {
      result.insert(TableConstraintLiterals(.openCell))
      if rowSpanLimit(state) >= 2 { result.insert(TableConstraintLiterals(.openRowSpan)) }
      if columnSpanLimit(state, rowSpan: 1) >= 2 {
        result.insert(TableConstraintLiterals(.openColumnSpan))
      }
    }
    return result
  }

  private func cellLiterals(_ state: State) -> TableConstraintLiterals {
    var result = TableConstraintLiterals(.lessThan, .greaterThan, .ampersand, .lineBreak)
    if Int(state.styleCount) < Self.maximumStyleDepth {
      result.insert(
        TableConstraintLiterals(.openBold, .openItalic, .openSuperscript, .openSubscript)
      )
    }
    if state.styleCount == 0 {
      result.insert(TableConstraintLiterals(.closeCell))
    } else {
      let style = UInt32(state.styles & 3)
      let first = UInt32(TableConstraintLiteral.closeBold.rawValue)
      result.insert(TableConstraintLiterals(rawValue: 1 << (first + style)))
    }
    return result
  }
}
