import OutputConstraints
import TableDomain
import Testing

@Suite struct TableConstraintTests {
  /// Whether a text is accepted byte by byte, and whether it may end.
  private func accepts(_ text: String, _ constraint: TableConstraint = TableConstraint()) -> Bool {
    var state = constraint.initial
    for byte in text.utf8 where !constraint.advance(&state, byte) { return false }
    return constraint.canFinish(state)
  }

  private func table(_ rows: String) -> String { "<table><tbody>\(rows)</tbody></table>" }

  @Test(arguments: [
    "<tr><td></td></tr>",
    "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr>",
    "<tr><td colspan=\"2\">a</td></tr><tr><td>c</td><td>d</td></tr>",
    "<tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>d</td></tr>",
    "<tr><td rowspan=\"2\" colspan=\"2\">a</td><td>b</td></tr><tr><td>d</td></tr>"
      + "<tr><td></td><td></td><td></td></tr>",
    "<tr><td>1 &lt; 2 &amp;&amp; 2 &gt; 1</td></tr>",
    "<tr><td><b><i>x</i></b><sup>2</sup> 中文 é 𝄞</td></tr>",
    "<tr><td><b><b><b><b><b><b><b><b>x</b></b></b></b></b></b></b></b></td></tr>",
  ])
  func `a table without findings is accepted`(rows: String) {
    #expect(accepts(table(rows)))
    #expect(accepts("<table><thead>\(rows)</thead><tbody>\(rows)</tbody></table>"))
  }

  @Test(arguments: [
    "", "<tr></tr>", "<tr><td>a</td>", "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>",
    "<tr><td>c</td></tr><tr><td>a</td><td>b</td></tr>",
    "<tr><td rowspan=\"2\">a</td></tr><tr></tr>", "<tr><td rowspan=\"2\">a</td><td></td></tr>",
    "<tr><td colspan=\"2\">a</td></tr>", "<tr><td rowspan=\"1\">a</td></tr>",
    "<tr><td colspan=\"02\">a</td></tr>", "<tr><td colspan=\"65\">a</td></tr>",
    "<tr><td colspan=\"2\" rowspan=\"2\">a</td><td></td></tr>", "<tr><th>a</th></tr>",
    "<tr><td>a < b</td></tr>", "<tr><td>a > b</td></tr>", "<tr><td>a & b</td></tr>",
    "<tr><td>&nbsp;</td></tr>", "<tr><td><b>x</td></tr>", "<tr><td><b><i>x</b></i></td></tr>",
    "<tr><td>a\nb</td></tr>", "<tr><td>a\u{7F}</td></tr>", "<tr><td>\u{85}</td></tr>",
    "<tr><td>\u{FFFE}</td></tr>", "<tr> <td></td></tr>", "<tr><td></td></tr> ",
    "<tr><td><b><b><b><b><b><b><b><b><b>x</b></b></b></b></b></b></b></b></b></td></tr>",
  ])
  func `anything with a finding is refused`(rows: String) {
    #expect(!accepts(table(rows)))
  }

  @Test func `ill-formed UTF-8 is refused at the byte where it becomes so`() {
    let constraint = TableConstraint()
    var cell = constraint.initial
    for byte in "<table><tbody><tr><td>".utf8 { #expect(constraint.advance(&cell, byte)) }
    for bytes: [UInt8] in [
      [0x80], [0xC0], [0xC1], [0xF5], [0xFF], [0xC3, 0x41], [0xE0, 0x9F], [0xED, 0xA0],
      [0xF0, 0x8F], [0xF4, 0x90], [0xC2, 0x9F], [0xEF, 0xB7, 0x90], [0xE2, 0x82, 0x3C],
    ] {
      var state = cell
      for byte in bytes.dropLast() { #expect(constraint.advance(&state, byte), "\(bytes)") }
      #expect(!constraint.advance(&state, bytes[bytes.count - 1]), "\(bytes)")
    }
  }

  /// Every table within limits small enough to list, by rules written down a second time.
  @Test(arguments: [
    TableLimits(columns: 2, rows: 3, span: 2), TableLimits(columns: 3, rows: 2, span: 2),
    TableLimits(columns: 3, rows: 3, span: 3), TableLimits(columns: 1, rows: 4, span: 4),
    TableLimits(columns: 4, rows: 2, span: 2), TableLimits(columns: 2, rows: 4, span: 3),
  ])
  func `the empty tables accepted are exactly the valid ones`(limits: TableLimits) {
    let constraint = TableConstraint(
      maximumColumns: limits.columns,
      maximumRows: limits.rows,
      maximumRowSpan: limits.span
    )
    var accepted: Set<String> = []
    var pending: [(state: TableConstraint.State, text: [UInt8])] = [(constraint.initial, [])]
    while let (state, text) = pending.popLast() {
      if constraint.canFinish(state) { accepted.insert(String(decoding: text, as: UTF8.self)) }
      // Cells are left empty.
      let isInCell = constraint.freeText(state) != nil
      let steps = isInCell ? [Array("</td>".utf8)] : (0x20...0x7E).map { [$0] }
      for step in steps {
        var next = state
        guard step.allSatisfy({ constraint.advance(&next, $0) }) else { continue }
        pending.append((next, text + step))
      }
    }
    let expected = limits.tables
    #expect(accepted.count > limits.rows)
    #expect(
      accepted == expected,
      "\(accepted.count), \(expected.count): \(accepted.symmetricDifference(expected).min() ?? "")"
    )
  }

  /// Follows the closer to the end and checks the promises on the way.
  private func checkEnding(
    _ start: TableConstraint.State,
    _ constraint: TableConstraint,
    _ comment: @autoclosure () -> String
  ) -> [UInt8] {
    var state = start
    var ending: [UInt8] = []
    var bound = constraint.finishBound(state)
    while let byte = constraint.closer(state) {
      guard bound > 0, constraint.advance(&state, byte) else {
        Issue.record("the closer is refused: \(comment())")
        return ending
      }
      ending.append(byte)
      let next = constraint.finishBound(state)
      if next != bound - 1 {
        Issue.record("the bound goes from \(bound) to \(next): \(comment())")
        return ending
      }
      bound = next
    }
    if !constraint.canFinish(state) || bound != 0 { Issue.record("no end: \(comment())") }
    return ending
  }

  @Test func `from every state of small tables the ending is as long as stated`() {
    let constraint = TableConstraint(maximumColumns: 3, maximumRows: 3, maximumRowSpan: 3)
    var seen: Set<TableConstraint.State> = [constraint.initial]
    var pending = [constraint.initial]
    while let state = pending.popLast() {
      _ = checkEnding(state, constraint, "\(state)")
      #expect((constraint.closer(state) == nil) == constraint.canFinish(state))
      for byte in UInt8.min...UInt8.max {
        var next = state
        guard constraint.advance(&next, byte) else { continue }
        // Two styles deep is deep enough.
        if next.styleDepth <= 2, seen.insert(next).inserted { pending.append(next) }
      }
    }
    #expect(seen.count > 10_000)
  }

  @Test(arguments: 0..<20)
  func `from every state of a random walk the ending is as long as stated`(seed: Int) {
    var generator = WalkGenerator(state: UInt64(seed))
    let constraint = TableConstraint()
    for _ in 0..<10 {
      var state = constraint.initial
      var text: [UInt8] = []
      for _ in 0..<300 where !constraint.canFinish(state) {
        // Mostly markup, since random bytes would stay in the text of one cell.
        let marks: [UInt8] = Array("<>/&;\" tdhrbowspancl123456789".utf8)
        var next = state
        let byte =
          generator.next() % 8 == 0
          ? UInt8(truncatingIfNeeded: generator.next())
          : marks[Int(generator.next() % UInt64(marks.count))]
        guard constraint.advance(&next, byte) else { continue }
        state = next
        text.append(byte)
        _ = checkEnding(state, constraint, String(decoding: text, as: UTF8.self))
      }
    }
  }

  @Test func `the last row may be followed by one that gives every column its cell`() {
    let constraint = TableConstraint(maximumColumns: 4, maximumRows: 2)
    let wide = "<tr><td colspan=\"2\"></td></tr>"
    let single = "<tr><td></td><td></td></tr>"
    #expect(accepts(table(wide + single), constraint))
    #expect(accepts(table(wide + wide + single), constraint))
    #expect(!accepts(table(wide + wide + wide + single), constraint))
    #expect(!accepts(table(single + single + single), constraint))
  }

  @Test func `a refused byte is explained by what was expected`() {
    let constraint = TableConstraint()
    var state = constraint.initial
    for byte in "<table><tbody><tr><td>a</td><".utf8 {
      #expect(constraint.advance(&state, byte))
    }
    #expect(
      constraint.explain(state, UInt8(ascii: "x"))
        == "\"x\" cannot stand in row 1 of the table; expected </tr> (1 bytes of it are there)"
        + " or <td> (1 bytes of it are there) or <td colspan=\" (1 bytes of it are there)"
        + " or <td rowspan=\" (1 bytes of it are there)"
    )
  }

  @Test func `a state takes at most 128 bytes`() {
    #expect(MemoryLayout<TableConstraint.State>.size <= 128)
  }
}
