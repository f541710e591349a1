import Foundation
import TableDomain
import TaskProtocol
import Testing

@Suite struct OTSLTests {
  private let html = TablePlugin()
  private let otsl = TablePlugin(language: .otsl)

  private func findings(_ text: String, path: String? = nil, format: String? = nil) throws
    -> [Finding]
  {
    try html.validate(
      ValidationSource(bytes: Array(text.utf8), origin: .file, path: path, format: format)
    )
  }

  @Test func `every tiling of a small grid survives HTML to OTSL to HTML`() throws {
    var count = 0
    for rows in 1...3 {
      for columns in 1...3 {
        for headRows in 0..<rows {
          for tiling in tilings(rows: rows, columns: columns) {
            // No cell reaches out of the head.
            guard tiling.allSatisfy({ $0.row >= headRows || $0.row + $0.height <= headRows }) else {
              continue
            }
            let text = Self.text(tiling, rows: rows, headRows: headRows)
            let document = try html.parse(text)
            guard try html.validate(ValidationSource(modelOutput: text)).isEmpty else { continue }
            #expect(try otsl.parse(document.otsl) == document, "\(document.otsl)")
            #expect(try otsl.parse(document.otsl).htmlFragment == text)
            #expect(try otsl.validate(ValidationSource(modelOutput: document.otsl)).isEmpty)
            count += 1
          }
        }
      }
    }
    #expect(count > 200)
  }

  private static func text(_ tiling: [Rectangle], rows: Int, headRows: Int) -> String {
    TableDomainTests.html(tiling, rows: rows, headRows: headRows)
  }

  @Test func `random tables with text, styles and a head survive both ways`() throws {
    for seed in UInt64(0)..<300 {
      var generator = SeededGenerator(state: seed)
      let text = randomTable(&generator)
      let document = try html.parse(text)
      #expect(document.htmlFragment == text, "seed \(seed)")
      let copy = try otsl.parse(document.otsl)
      #expect(copy == document, "seed \(seed): \(document.otsl)")
      #expect(copy.htmlFragment == text, "seed \(seed)")
      #expect(copy.otsl == document.otsl, "seed \(seed)")
      #expect(
        try otsl.validate(ValidationSource(modelOutput: document.otsl)).isEmpty,
        "seed \(seed): \(document.otsl)"
      )
    }
  }

  /// A table of single cells, with one merged block, in the model's HTML.
  private func randomTable(_ generator: inout SeededGenerator) -> String {
    let columns = Int(generator.next() % 5) + 2
    let rows = Int(generator.next() % 5) + 3
    let headRows = Int(generator.next() % 2)
    let mergedRow = headRows + Int(generator.next() % UInt64(rows - headRows - 1))
    let texts = ["", "a", "1 &lt; 2", "x &amp; y", "<b>Σ</b>", "10<sup>2</sup>", "one<br>two", "中"]
    var result = "<table>"
    for row in 0..<rows {
      if row == 0, headRows > 0 { result += "<thead>" }
      if row == headRows { result += "<tbody>" }
      result += "<tr>"
      for column in 0..<columns {
        // Columns 0 and 1 of two rows are one cell; a further row divides them again.
        let isMerged =
          columns > 2 && rows - headRows > 2 && (mergedRow..<mergedRow + 2).contains(row)
        if isMerged, column < 2, row != mergedRow || column != 0 { continue }
        result += isMerged && column == 0 ? "<td rowspan=\"2\" colspan=\"2\">" : "<td>"
        result += texts[Int(generator.next() % UInt64(texts.count))] + "</td>"
      }
      result += "</tr>"
      if row == headRows - 1 { result += "</thead>" }
    }
    return result + "</tbody></table>"
  }

  @Test func `headers of rows, columns and sections become roles`() throws {
    let text =
      "<otsl><ched>Site<ched>2020<nl><srow>North<lcel><nl><rhed>A<fcel>1<nl><ched>x<fcel>2<nl></otsl>"
    let document = try otsl.parse(text)
    #expect(document.headerRowCount == 1)
    #expect(
      document.cells.map(\.role) == [nil, nil, .sectionRow, .rowHeader, nil, .columnHeader, nil]
    )
    #expect(document.otsl == text)
    #expect(document.htmlFragment.contains("<td colspan=\"2\">North</td>"))
    #expect(document.htmlPage.contains("<th colspan=\"2\" scope=\"rowgroup\">North</th>"))
    let page = Array(document.htmlPage.utf8)
    #expect(try html.validate(ValidationSource(bytes: page, origin: .file)).isEmpty)
  }

  @Test func `an empty head and a table that is all head survive`() throws {
    let head =
      "<table><thead><tr><td></td><td></td></tr></thead><tbody><tr><td></td><td>1</td></tr></tbody></table>"
    let document = try html.parse(head)
    #expect(document.otsl == "<otsl><ched><ecel><nl><ecel><fcel>1<nl></otsl>")
    #expect(try otsl.parse(document.otsl) == document)
    let all = try otsl.parse("<otsl><ched>a<ched>b<nl></otsl>")
    #expect(all.headerRowCount == 0)
    #expect(all.otsl == "<otsl><ched>a<ched>b<nl></otsl>")
    #expect(try html.parse(all.htmlFragment).cells.map(\.text) == ["a", "b"])
  }

  @Test(arguments: [
    ("<otsl><fcel>a<nl></otsl>x", "trailing-text", 1, 25), ("x", "no-table", 1, 1),
    ("<otsl><fcel>a<nl>", "truncated", 1, 18),
    ("<otsl><fcel>a > b<nl></otsl>", "unescaped-character", 1, 15),
    ("<otsl><fcel>a & b<nl></otsl>", "unescaped-character", 1, 15),
    ("<otsl><ecel>a<nl></otsl>", "unexpected-text", 1, 13),
    ("<otsl><fcel>a<td><nl></otsl>", "unexpected-tag", 1, 14),
    ("<otsl><nl></otsl>", "otsl-row-length", 1, 11),
    ("<otsl><fcel>a\tb<nl></otsl>", "control-character", 1, 14),
    ("<otsl><fcel>a<nl><fcel>b<fcel>c<nl></otsl>", "otsl-row-length", 1, 25),
    ("<otsl><lcel><nl></otsl>", "otsl-left", 1, 7), ("<otsl><ucel><nl></otsl>", "otsl-up", 1, 7),
    ("<otsl><fcel>a<xcel><nl></otsl>", "otsl-cross", 1, 14),
    ("<otsl><fcel>a<lcel><nl><ucel><fcel>b<nl></otsl>", "otsl-cross", 1, 30),
    ("<otsl><fcel>a<lcel><nl></otsl>", "column-without-cell", 1, 7),
    ("<otsl><ched>a<ched>b<nl><ucel><fcel>c<nl></otsl>", "span-past-group", 1, 7),
  ])
  func `what a model may not write is found where it stands`(
    text: String,
    code: String,
    line: Int,
    column: Int
  ) throws {
    let findings = try otsl.validate(ValidationSource(modelOutput: text))
    #expect(findings.first?.code == code, "\(findings)")
    #expect(findings.first?.line == line && findings.first?.column == column, "\(findings)")
  }

  @Test(arguments: [
    "C C C NL C L C NL U X C NL", "C L NL\nC C NL\n", "fcel,ecel,nl,fcel,fcel,nl",
    "<fcel><ecel><nl><fcel><fcel><nl>",
    "<otsl><loc_1><loc_2><loc_30><loc_40><ched>A<ched>B<nl><fcel>1<fcel>2 < 3<nl></otsl>",
    "<doctag><text>x</text>\n<otsl><caption>Prices</caption><fcel>R&D<ecel><nl></otsl></doctag>",
    "<otsl>\n  <fcel> a <fcel> b <nl>\n</otsl>",
  ])
  func `tables as other tools write them have no error`(text: String) throws {
    let found = try findings(text)
    #expect(found.allSatisfy { $0.severity != .error }, "\(found)")
    #expect(
      try findings(text, path: "t.otsl")
        == found.map { finding in
          var copy = finding
          copy.path = "t.otsl"
          return copy
        }
    )
    _ = try html.read(ValidationSource(bytes: Array(text.utf8), origin: .file))
  }

  @Test(arguments: [
    ("C L NL C C C NL", "otsl-row-length", 1, 12), ("C L NL U C NL", "otsl-cross", 1, 10),
    ("L C NL", "otsl-left", 1, 1), ("<otsl><fcel>a<nl>", "truncated", 1, 7),
    ("<otsl><ecel>a<nl></otsl>", "otsl-text", 1, 13), ("<otsl></otsl>", "empty-table", 1, nil),
    ("<otsl><fcel>1 < 2<nl></otsl>", "unescaped-character", 1, 15), ("C C", "no-table", 1, nil),
    ("<otsl><fcel>1<fcel>2</otsl>", "otsl-row-end", 1, 28),
  ])
  func `what is wrong in a file is found where it stands`(
    text: String,
    code: String,
    line: Int,
    column: Int?
  ) throws {
    let found = try findings(text)
    #expect(found.first?.code == code, "\(found)")
    #expect(found.first?.line == line && found.first?.column == column, "\(found)")
  }

  @Test func `each table of a file is named`() throws {
    let text = "<otsl><fcel>a<nl></otsl>\n<otsl><lcel><nl></otsl>\n"
    let found = try findings(text)
    #expect(found.map(\.code) == ["otsl-left"])
    #expect(found.first?.line == 2)
    #expect(found.first?.message.hasPrefix("Table 2: Row 1, column 1: ") == true)
  }

  @Test func `the format given wins over the name and the name over the content`() throws {
    let text = "<otsl><fcel>a<nl></otsl>"
    #expect(try findings(text).isEmpty)
    #expect(try findings(text, path: "a.html").contains { $0.code == "no-table" })
    #expect(try findings(text, path: "a.html", format: "otsl").isEmpty)
  }

  @Test func `parts are the cells of the document`() throws {
    let text = "<otsl><ched>a<ched>b<nl><fcel>c<lcel><nl></otsl>"
    let parts = otsl.parts(of: text)
    #expect(parts.map(\.path) == ["/cells/0", "/cells/1", "/cells/2"])
    let bytes = Array(text.utf8)
    #expect(
      parts.map { String(decoding: bytes[$0.range], as: UTF8.self) } == [
        "<ched>a", "<ched>b", "<fcel>c",
      ]
    )
    let table = "<table><tbody><tr><td>é</td><td colspan=\"2\">b</td></tr></tbody></table>"
    let cells = html.parts(of: table).map { part in
      String(decoding: Array(table.utf8)[part.range], as: UTF8.self)
    }
    #expect(cells == ["<td>é</td>", "<td colspan=\"2\">b</td>"])
    #expect(otsl.parts(of: "nothing").isEmpty)
  }

  @Test func `options choose the language, and with it the prompt and the constraint`() throws {
    let configured = try html.applying([TaskSetting(name: "language", value: "otsl")])
    #expect(configured.language == .otsl)
    #expect(configured.manifest.promptPrefix == "table otsl")
    #expect(configured.constraint is OTSLConstraint)
    #expect(html.manifest.promptPrefix == "table")
    #expect(html.constraint is TableConstraint)
    #expect(throws: SettingFailure.self) {
      try html.applying([TaskSetting(name: "language", value: "xml")])
    }
  }

  @Test func `TEDS compares OTSL as the HTML it stands for`() throws {
    let text = "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    let other = try html.parse(text).otsl
    // The last one compares boxes, which neither has.
    #expect(otsl.metrics.last?.score(other, text).isNaN == true)
    for metric in otsl.metrics.dropLast() {
      #expect(metric.score(other, text) == 1)
      #expect(metric.score("<otsl><fcel>a<nl></otsl>", text) < 1)
    }
  }

  @Test func `a file of any tool is read with its styles and line breaks`() throws {
    let page = "<table><tr><th> a <strong>b</strong><td>c<br>d <em>e</em></table>"
    let document = try html.read(ValidationSource(bytes: Array(page.utf8), origin: .file))
    #expect(
      document.htmlFragment
        == "<table><tbody><tr><td>a <b>b</b></td><td>c<br>d <i>e</i></td></tr></tbody></table>"
    )
  }

  @Test func `a DocTags file keeps its tables, their roles and their text`() throws {
    let path = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../Fixtures/otsl/prices.doctags").standardized
    let bytes = [UInt8](try Data(contentsOf: path))
    let source = ValidationSource(bytes: bytes, origin: .file, path: "prices.doctags")
    #expect(try html.validate(source).map(\.code) == ["unescaped-character"])
    let document = try html.read(source)
    #expect(document.headerRowCount == 1)
    #expect(document.cells.map(\.text).contains("Apples & pears"))
    #expect(document.cells.last?.role == nil && document.cells.last?.text == "4.10")
  }

  @Test func `captions that never end and runs that join take no longer than others`() throws {
    let captions = "<otsl><fcel>" + String(repeating: "<caption>", count: 50_000) + "<nl></otsl>"
    let joined = "<otsl><fcel>" + String(repeating: "a<b></b>", count: 50_000) + "<nl></otsl>"
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      for text in [captions, joined] {
        #expect(try findings(text).allSatisfy { $0.severity != .error })
        _ = try html.read(ValidationSource(bytes: Array(text.utf8), origin: .file))
      }
    }
    #expect(elapsed < .seconds(10), "\(elapsed)")
  }
}
