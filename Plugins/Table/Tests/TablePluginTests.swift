import TaskProtocol
import Testing

import TableDomain

@Suite struct TablePluginTests {
  private let plugin = TablePlugin()

  @Test func `every tiling of a small grid parses into the same rectangles and round trips`() throws
  {
    var count = 0
    for rows in 1...3 {
      for columns in 1...3 {
        for tiling in tilings(rows: rows, columns: columns) {
          let text = html(tiling, rows: rows)
          let document = try plugin.parse(text)
          #expect(document.rowCount == rows)
          #expect(document.columnCount == columns || document.cells.count < columns)
          let found = document.cells.map {
            Rectangle(row: $0.row, column: $0.column, height: $0.rowSpan, width: $0.columnSpan)
          }
          #expect(found == tiling, "\(text)")
          #expect(document.cells.map(\.text) == tiling.indices.map { "c\($0)" })
          #expect(document.htmlFragment == text)
          count += 1
        }
      }
    }
    #expect(count == 1 + 2 * 2 + 2 * 4 + 8 + 2 * 34 + 322)
  }

  @Test func `text, entities and styles are read`() throws {
    let document = try plugin.parse(
      "<table><thead><tr><td>a &lt; b &amp;&gt; c</td></tr></thead>"
        + "<tbody><tr><td>x<sup>2<i>n</i></sup><b></b>y</td></tr></tbody></table>\n"
    )
    #expect(document.headerRowCount == 1)
    #expect(document.cells[0].text == "a < b &> c")
    #expect(document.cells[0].isHeader)
    #expect(
      document.cells[1].content == [
        TextRun(text: "x", styles: []),
        TextRun(text: "2", styles: [.superscript]),
        TextRun(text: "n", styles: [.superscript, .italic]),
        TextRun(text: "y", styles: []),
      ]
    )
  }
}
