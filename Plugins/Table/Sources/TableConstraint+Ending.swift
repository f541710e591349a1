import OutputConstraints

/// The ending: the completion whose length is always known.
extension TableConstraint {
  /// Bytes of `<td></td>`, and as many of `<tr></tr>`.
  private static let emptyPairLength = 9
  private static let tableEndLength = 16  // </tbody></table>
  private static let nextGroupLength = 15  // </thead><tbody>

  /// The exact number of bytes that ``closer(_:)`` writes from here.
  public func finishBound(_ state: State) -> Int {
    if state.position > 0 {
      guard let target = state.candidates.first else { return 0 }
      var next = state
      next.position = 0
      complete(target, in: &next)
      return literals.length(of: target) - Int(state.position) + finishBound(next)
    }
    switch state.place {
    case .cell:
      return state.progress.missingByteCount + Int(state.styleBytes) + 5 + Int(state.rest)
    case .rowSpan, .columnSpan:
      // A number of 1 can only go on as 10.
      let digits = state.number >= 2 ? 0 : 1
      var next = state
      next.number = state.number >= 2 ? state.number : state.number == 1 ? 10 : 2
      complete(.endSpan, in: &next)
      return digits + 2 + finishBound(next)
    default: return Int(state.rest)
    }
  }

  /// The next byte of the ending.
  public func closer(_ state: State) -> UInt8? {
    if state.position > 0 {
      return state.candidates.first.map { literals.byte(of: $0, at: Int(state.position)) }
    }
    switch state.place {
    case .end: return nil
    case .cell: return state.progress.closer ?? UInt8(ascii: "<")
    case .rowSpan, .columnSpan:
      if state.number >= 2 { return UInt8(ascii: "\"") }
      return state.number == 1 ? UInt8(ascii: "0") : UInt8(ascii: "2")
    default: return UInt8(ascii: "<")
    }
  }

  /// Bytes from a place between literals to the end; in a cell, from after its `</td>`.
  func endingLength(_ state: State) -> Int {
    switch state.place {
    case .start: 7 + 7 + 18 + Self.tableEndLength
    case .table: 7 + 18 + Self.tableEndLength
    case .betweenGroups: 7 + Self.emptyPairLength * (1 + Int(state.columns)) + Self.tableEndLength
    case .group: groupEndingLength(state)
    case .row, .cell: rowEndingLength(state)
    case .rowSpan, .columnSpan, .end: 0  // computed where it is asked for
    case .tail: 8
    }
  }

  private func rowEndingLength(_ state: State) -> Int {
    var next = state
    let cells: Int
    if state.columns == 0 {
      // The first row ends as soon as the next row has room for a cell.
      let needsCell = !hasCellEndingHere(state)
      cells = needsCell ? 1 : 0
      if needsCell {
        let start = state.free & (~state.free &+ 1)
        next.free &= ~start
        next.started |= start
      }
      next.columns = UInt8((fullMask(state) & ~next.free).nonzeroBitCount)
    } else {
      cells = state.free.nonzeroBitCount
      next.started |= state.free
    }
    return Self.emptyPairLength * cells + 5 + groupEndingLength(next)
  }

  /// From between two rows.
  private func groupEndingLength(_ state: State) -> Int {
    let columns = max(1, Int(state.columns))
    let row = Self.emptyPairLength * (1 + columns)
    guard state.groupHasRows else {
      return state.isInBody
        ? row + Self.tableEndLength : row + Self.nextGroupLength + row + Self.tableEndLength
    }
    let longest = state.spans.longest
    let spanned =
      Self.emptyPairLength * (longest.rows * (1 + columns) - state.spans.sum)
    guard state.isInBody else {
      return spanned + Self.nextGroupLength + row + Self.tableEndLength
    }
    // Columns that are covered until the last span ends get no cell of their own before.
    let missing = fullMask(state) & ~state.started & longest.columns
    return spanned + (missing == 0 ? 0 : row) + Self.tableEndLength
  }
}
