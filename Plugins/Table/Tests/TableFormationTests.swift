import TableDomain
import Testing

@Suite struct TableFormationTests {
  private func compare(_ table: SourceTable, _ comment: String) {
    let fast = TableFormation(of: table)
    let slow = SlowFormation(table)
    let rectangles = fast.cells.map {
      Rectangle(row: $0.row, column: $0.column, height: $0.rowSpan, width: $0.columnSpan)
    }
    #expect(rectangles == slow.cells, "\(comment)")
    #expect(fast.rowCount == slow.rowCount, "\(comment)")
    #expect(fast.columnCount == slow.columnCount, "\(comment)")

    var clipped: [Int] = []
    var overlapping: Set<Int> = []
    var pairs: Set<[Int]> = []
    var rows: [Int] = []
    var columns: [Int] = []
    var ragged: Set<Int> = []
    for issue in fast.issues {
      switch issue {
      case .overlap(let cell, let earlier, let column):
        overlapping.insert(cell)
        pairs.insert([cell, earlier])
        let place = SlowFormation.Slot(row: fast.cells[cell].row, column: column)
        #expect(slow.covering[place]?.contains(earlier) == true, "\(comment)")
      case .spanPastGroup(let cell, _, _): clipped.append(cell)
      case .rowWithoutCell(let row): rows.append(row)
      case .columnsWithoutCell(let first, let last): columns += Array(first...last)
      case .rowTooWide(let row, _, _), .rowTooShort(let row, _, _): ragged.insert(row)
      case .tooLarge: Issue.record("too large: \(comment)")
      }
    }
    #expect(clipped == slow.clipped, "\(comment)")
    // Where three cells meet in one slot, one pair is enough.
    #expect(pairs.isSubset(of: slow.overlaps), "\(comment)")
    #expect(overlapping == Set(slow.overlaps.map { $0[0] }), "\(comment)")
    #expect(rows == slow.rowsWithoutCell, "\(comment)")
    #expect(columns == slow.columnsWithoutCell, "\(comment)")
    let expected = table.declaredColumns ?? slow.widths.first ?? 0
    for row in 0..<slow.rowCount where slow.widths[row] > 0 {
      let width = max(expected, slow.widths[row])
      let hasHole = (0..<width).contains {
        slow.covering[SlowFormation.Slot(row: row, column: $0)] == nil
      }
      #expect(
        ragged.contains(row) == (hasHole || slow.widths[row] > expected),
        "row \(row) \(comment)"
      )
    }
    // Columns announced by <col> may be fewer than a perfect grid has.
    #expect(fast.issues.isEmpty == (slow.isPerfect && ragged.isEmpty), "\(comment)")
  }

  @Test func `random tables are formed as the definition says`() {
    var generator = SeededGenerator(state: 20_261_123)
    for round in 0..<4000 {
      let kinds: [SourceGroup.Kind] = [.head, .body, .body, .foot]
      let groups = kinds.shuffled(using: &generator).prefix(
        Int.random(in: 1...3, using: &generator)
      )
      .map { kind in
        SourceGroup(
          kind: kind,
          rows: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            SourceRow(
              cells: (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                SourceCell(
                  rowSpan: [1, 1, 1, 2, 3, 0].randomElement(using: &generator) ?? 1,
                  columnSpan: [1, 1, 1, 2, 3].randomElement(using: &generator) ?? 1
                )
              }
            )
          }
        )
      }
      let declared = [nil, nil, nil, 2, 5].randomElement(using: &generator) ?? nil
      compare(
        SourceTable(declaredColumns: declared, groups: groups),
        "seed 20261123, round \(round)"
      )
    }
  }

  @Test func `every change of one span or cell in a tiling is judged as the definition says`() {
    var judged = 0
    var refused = 0
    for tiling in tilings(rows: 3, columns: 3) {
      for index in tiling.indices {
        for change in 0..<6 {
          var changed = tiling
          switch change {
          case 0: changed[index].width += 1
          case 1: changed[index].height += 1
          case 2 where changed[index].width > 1: changed[index].width -= 1
          case 3 where changed[index].height > 1: changed[index].height -= 1
          case 4: changed.remove(at: index)
          case 5:
            changed.insert(
              Rectangle(row: tiling[index].row, column: 0, height: 1, width: 1),
              at: index
            )
          default: continue
          }
          let rows = (0..<3).map { row in
            SourceRow(
              cells: changed.filter { $0.row == row }
                .map { SourceCell(rowSpan: $0.height, columnSpan: $0.width) }
            )
          }
          let table = SourceTable(groups: [SourceGroup(kind: .body, rows: rows)])
          compare(table, "\(changed)")
          judged += 1
          if !TableFormation(of: table).issues.isEmpty { refused += 1 }
        }
      }
    }
    // A change leaves a grid only where it makes a narrower or a wider table of one.
    #expect(judged > 5000)
    #expect(Double(refused) > 0.99 * Double(judged), "\(refused) of \(judged)")
  }

  @Test func `row groups cut spans and count header rows`() {
    func row(_ spans: Int...) -> SourceRow {
      SourceRow(cells: spans.map { SourceCell(rowSpan: $0, columnSpan: 1) })
    }
    let table = SourceTable(groups: [
      SourceGroup(kind: .head, rows: [row(2, 1), row(3)]),
      SourceGroup(kind: .body, rows: [row(0, 1), row(1), row(1)]),
    ])
    let formation = TableFormation(of: table)
    #expect(formation.headerRowCount == 2)
    #expect(formation.issues == [.spanPastGroup(cell: 2, requested: 3, available: 1)])
    #expect(formation.cells[3].rowSpan == 3)
  }

  @Test func `tables made to cost memory are given up`() {
    let wide = SourceCell(rowSpan: 1, columnSpan: 1000)
    let table = SourceTable(groups: [
      SourceGroup(
        kind: .body,
        rows: [SourceRow(cells: [SourceCell](repeating: wide, count: 100_000))]
      )
    ])
    #expect(TableFormation(of: table).issues.last == .tooLarge(row: 0))
    let many = SourceRow(cells: [SourceCell(rowSpan: 1, columnSpan: 1000)])
    let tall = SourceTable(groups: [
      SourceGroup(kind: .body, rows: [SourceRow](repeating: many, count: 5000))
    ])
    #expect(TableFormation(of: tall).issues.last == .tooLarge(row: 4194))
    let declared = SourceTable(declaredColumns: .max, groups: [])
    #expect(TableFormation(of: declared).issues == [.tooLarge(row: 0)])
  }
}
