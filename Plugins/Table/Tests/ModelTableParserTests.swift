import Foundation
import TableDomain
import TaskProtocol
import Testing

@Suite struct ModelTableParserTests {
  private let plugin = TablePlugin()

  struct Refused: Sendable {
    let text: String
    let code: String
    let line: Int
    let column: Int

    init(_ text: String, _ code: String, _ line: Int, _ column: Int) {
      (self.text, self.code, self.line, self.column) = (text, code, line, column)
    }
  }

  @Test(arguments: [
    Refused("", "no-table", 1, 1),
    Refused("hello", "no-table", 1, 1),
    Refused("<table class=\"x\"><tbody>", "no-table", 1, 1),
    Refused("<table><tr><td>a</td></tr></table>", "unexpected-text", 1, 8),
    Refused("<table><tbody></tbody></table>", "unexpected-text", 1, 15),
    Refused("<table><tbody><tr><th>a</th></tr></tbody></table>", "unexpected-text", 1, 19),
    Refused("<table>\n<tbody><tr></tr></tbody></table>", "unexpected-text", 1, 8),
    Refused("<table><tbody><tr> <td>a</td></tr></tbody></table>", "unexpected-text", 1, 19),
    Refused("<table><tbody><tr><td>a</td></tr></tbody></table> x", "trailing-text", 1, 51),
    Refused(
      "<table><tbody><tr><td colspan=\"1\">a</td></tr></tbody></table>",
      "span-value",
      1,
      32
    ),
    Refused(
      "<table><tbody><tr><td colspan=\"02\">a</td></tr></tbody></table>",
      "span-value",
      1,
      32
    ),
    Refused(
      "<table><tbody><tr><td colspan=\"1001\">a</td></tr></tbody></table>",
      "span-value",
      1,
      32
    ),
    Refused(
      "<table><tbody><tr><td rowspan=\"65535\">a</td></tr></tbody></table>",
      "span-value",
      1,
      32
    ),
    Refused(
      "<table><tbody><tr><td rowspan=\"99999999999999999999\">a</td></tr></tbody></table>",
      "span-value",
      1,
      32
    ),
    Refused(
      "<table><tbody><tr><td colspan=\"2\" rowspan=\"2\">a</td></tr></tbody></table>",
      "unexpected-text",
      1,
      34
    ),
    Refused("<table><tbody><tr><td>a&b</td></tr></tbody></table>", "unescaped-character", 1, 24),
    Refused("<table><tbody><tr><td>é&nbsp;", "unescaped-character", 1, 24),
    Refused("<table><tbody><tr><td>a>b</td></tr></tbody></table>", "unescaped-character", 1, 24),
    Refused("<table><tbody><tr><td>a\nb</td></tr></tbody></table>", "control-character", 1, 24),
    Refused("<table><tbody><tr><td>\u{85}</td></tr></tbody></table>", "control-character", 1, 23),
    Refused("<table><tbody><tr><td>\u{FFFF}</td></tr></tbody></table>", "control-character", 1, 23),
    Refused("\n\n<table><tbody><tr><td>a<p>b</p></td>", "unexpected-tag", 3, 24),
    Refused("<table><tbody><tr><td><b>a</td></tr></tbody></table>", "unexpected-tag", 1, 27),
    Refused("<table><tbody><tr><td><b><i>a</b></i></td>", "unexpected-tag", 1, 30),
    Refused(
      "<table><tbody><tr><td>" + String(repeating: "<b>", count: 9),
      "style-depth",
      1,
      47
    ),
  ])
  func `a text outside of the language is refused where it leaves it`(refused: Refused) throws {
    let failure = #expect(throws: ParseFailure.self) { try plugin.parse(refused.text) }
    let finding = try #require(failure?.findings.first)
    #expect(failure?.findings.count == 1)
    #expect(finding.code == refused.code)
    #expect(finding.severity == .error)
    #expect(finding.line == refused.line)
    #expect(finding.column == refused.column)
    #expect(!finding.message.contains("\n"))
    let validated = try plugin.validate(ValidationSource(modelOutput: refused.text))
    #expect(validated == failure?.findings)
  }

  @Test func `every proper beginning of a table is called cut off`() {
    let text =
      "<table><thead><tr><td rowspan=\"2\" colspan=\"12\">a&amp;b<sup>2</sup></td></tr><tr>"
      + "</tr></thead><tbody><tr><td colspan=\"3\">é</td><td></td></tr></tbody></table>"
    for end in text.indices.dropFirst() {
      let failure = #expect(throws: ParseFailure.self) { try plugin.parse(String(text[..<end])) }
      #expect(failure?.findings.map(\.code) == ["truncated"], "\(text[..<end])")
    }
  }

  @Test func `overlapping cells leave no document and other errors leave one`() throws {
    let overlap =
      "<table><tbody><tr><td>a</td><td rowspan=\"2\">b</td></tr>"
      + "<tr><td colspan=\"2\">c</td></tr></tbody></table>"
    let failure = #expect(throws: ParseFailure.self) { try plugin.parse(overlap) }
    #expect(failure?.findings.map(\.code) == ["cell-overlap"])
    #expect(
      failure?.findings.first?.message
        == "Cell 1 of row 2 covers column 2, which cell 2 of row 1 already covers."
    )

    let ragged = "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>"
    #expect(try plugin.parse(ragged).htmlFragment == ragged)
    let findings = try plugin.validate(ValidationSource(modelOutput: ragged))
    #expect(findings.map(\.code) == ["ragged-row"])
    #expect(findings.map(\.severity) == [.error])
    #expect(findings.first?.column == 44)
  }

  @Test func `documents made at random round trip through HTML and JSON and satisfy the schema`()
    throws
  {
    let pieces = [
      "", "a", " ", "x < y", "&", "&amp;", ">", "é", "東京", "👩‍🔬", "e\u{301}", "1 000", "\"'",
    ]
    let words = pieces + ["=1+1", "|", "*", "\u{AD}", "\u{10FFFD}"]
    for seed in 0..<300 {
      var generator = SeededGenerator(state: UInt64(seed))
      let rows = Int.random(in: 1...4, using: &generator)
      let columns = Int.random(in: 1...3, using: &generator)
      let all = tilings(rows: min(rows, 3), columns: columns)
      let tiling = try #require(all.randomElement(using: &generator))
      func content(_ depth: Int) -> String {
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
          let text = (words.randomElement(using: &generator) ?? "").htmlEscaped
          guard depth < 4, Int.random(in: 0..<3, using: &generator) == 0 else { return text }
          let style = (InlineStyle.allCases.randomElement(using: &generator) ?? .bold).rawValue
          return "<\(style)>\(content(depth + 1))</\(style)>"
        }.joined()
      }
      var text = html(tiling, rows: min(rows, 3))
      for index in tiling.indices.reversed() {
        text = text.replacingOccurrences(of: ">c\(index)<", with: ">\(content(0))<")
      }
      let document = try plugin.parse(text)
      #expect(try plugin.parse(document.htmlFragment) == document, "seed \(seed)")
      let json = Data(document.json.utf8)
      #expect(
        try JSONDecoder().decode(TableDocument.self, from: json) == document,
        "seed \(seed)"
      )
      // A column that every cell shares with its neighbour is an error of the table, not of the text.
      let findings = try plugin.validate(ValidationSource(modelOutput: text))
      let expected: Set = ["column-without-cell", "row-without-cell"]
      #expect(findings.allSatisfy { expected.contains($0.code) }, "seed \(seed): \(findings)")
    }
  }

  @Test func `every tiling is judged alike by schema, grid and definition`() throws {
    for headRows in 0...2 {
      for tiling in tilings(rows: 3, columns: 3) {
        let crosses = tiling.contains { $0.row < headRows && $0.row + $0.height > headRows }
        let text = html(tiling, rows: 3, headRows: headRows)
        let findings = try plugin.validate(ValidationSource(modelOutput: text))
        let startsEverywhere = (0..<3).allSatisfy { line in
          tiling.contains { $0.row == line } && tiling.contains { $0.column == line }
        }
        if crosses {
          #expect(findings.contains { $0.code == "span-past-group" }, "\(text)")
        } else {
          #expect(findings.isEmpty == startsEverywhere, "\(text)")
        }
        let page = try plugin.validate(
          ValidationSource(bytes: Array(text.utf8), origin: .file)
        )
        #expect(page.map(\.code) == findings.map(\.code), "\(text)")
      }
    }
  }
}
