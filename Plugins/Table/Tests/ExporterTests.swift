import Foundation
import OutputConstraints
import TableDomain
import TaskProtocol
import Testing

@Suite struct ExporterTests {
  private let plugin = TablePlugin()

  private static let example =
    "<table><thead><tr><td rowspan=\"2\">Site</td><td colspan=\"2\">Dose &lt; 10<sup>2</sup></td>"
    + "</tr><tr><td>May</td><td>June|July</td></tr></thead><tbody><tr><td>東京</td>"
    + "<td rowspan=\"2\">=1+1</td><td>a, \"b\"</td></tr><tr><td><b>South</b></td><td></td></tr>"
    + "</tbody></table>"

  private func export(_ name: String, _ text: String = example) throws -> String {
    let exporter = try #require(plugin.exporters.first { $0.name == name })
    return String(decoding: try exporter.write(try plugin.parse(text)), as: UTF8.self)
  }

  @Test func `HTML is the first format, a whole page, and holds the fragment`() throws {
    #expect(
      plugin.exporters.map(\.name)
        == ["html", "html-fragment", "otsl", "csv", "markdown", "json", "text"]
    )
    let page = try export("html")
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"und\">\n"))
    #expect(page.contains("<meta charset=\"utf-8\">"))
    #expect(page.contains(Self.example))
    #expect(try export("html-fragment") == Self.example + "\n")
    let findings = try plugin.validate(ValidationSource(bytes: Array(page.utf8), origin: .file))
    #expect(findings.isEmpty)
  }

  @Test func `CSV follows RFC 4180`() throws {
    #expect(
      try export("csv")
        == "Site,Dose < 102,\r\n,May,June|July\r\n東京,=1+1,\"a, \"\"b\"\"\"\r\nSouth,,\r\n"
    )
  }

  @Test func `Markdown has one header row, escapes its punctuation and keeps its shape`() throws {
    #expect(
      try export("markdown") == """
        | Site | Dose &lt; 10<sup>2</sup> / May | June\\|July |
        | --- | --- | --- |
        | 東京 | =1+1 | a, "b" |
        | <b>South</b> |  |  |

        """
    )
    #expect(
      try export("markdown", "<table><tbody><tr><td>*a*</td></tr></tbody></table>")
        == "|  |\n| --- |\n| \\*a\\* |\n"
    )
  }

  @Test func `plain text is aligned and shows spans by its rules`() throws {
    #expect(
      try export("text") == """
        ┌───────┬──────────────────┐
        │ Site  │ Dose < 102       │
        │       ├──────┬───────────┤
        │       │ May  │ June|July │
        ╞═══════╪══════╪═══════════╡
        │ 東京  │ =1+1 │ a, "b"    │
        ├───────┤      ├───────────┤
        │ South │      │           │
        └───────┴──────┴───────────┘

        """
    )
  }

  @Test func `every tiling is drawn with lines of equal width`() throws {
    for tiling in tilings(rows: 3, columns: 3) {
      let text = try export("text", html(tiling, rows: 3))
      let widths = Set(text.split(separator: "\n").map(\.count))
      #expect(widths.count == 1, "\(text)")
      let csv = try export("csv", html(tiling, rows: 3))
      let fields = Set(csv.split(separator: "\r\n").map { $0.filter { $0 == "," }.count })
      #expect(fields.count <= 1, "\(csv)")
    }
  }

  @Test func `JSON has the documented shape`() throws {
    let object = try JSONSerialization.jsonObject(with: Data(try export("json").utf8))
    let document = try #require(object as? [String: Any])
    #expect(
      Set(document.keys) == ["row_count", "column_count", "header_row_count", "cells"]
    )
    let cells = try #require(document["cells"] as? [[String: Any]])
    #expect(
      Set(cells[1].keys)
        == ["row", "column", "row_span", "col_span", "header", "text", "content"]
    )
    #expect(cells[1]["col_span"] as? Int == 2)
    #expect(cells[1]["text"] as? String == "Dose < 102")
  }

  @Test(arguments: [
    (-1, 1, 0, "[]"), (1, -1, 0, "[]"), (Int.max, 2, 0, "[]"), (2, Int.max, 0, "[]"),
    (1, 1, 2, "[]"), (2, 2, 0, "[0,0,3,1]"), (2, 2, 0, "[0,1,1,2]"), (2, 2, 0, "[0,0,0,1]"),
    (2, 2, 0, "[-1,0,1,1]"), (2, 2, 0, "[0,2,1,1]"), (2, 2, 0, "[0,1,1,1],[0,0,1,1]"),
    (2, 2, 0, "[1,0,\(Int.max),1]"), (0, 0, 0, "[0,0,1,1]"),
  ])
  func `documents that claim impossible grids are refused`(
    rows: Int,
    columns: Int,
    headerRows: Int,
    cells: String
  ) throws {
    let places = try JSONDecoder().decode([[Int]].self, from: Data("[\(cells)]".utf8))
    let objects = places.filter { !$0.isEmpty }.map {
      "{\"row\":\($0[0]),\"column\":\($0[1]),\"row_span\":\($0[2]),\"col_span\":\($0[3]),"
        + "\"header\":false,\"content\":[]}"
    }
    let claim =
      "{\"row_count\":\(rows),\"column_count\":\(columns),\"header_row_count\":\(headerRows),"
      + "\"cells\":[\(objects.joined(separator: ","))]}"
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TableDocument.self, from: Data(claim.utf8))
    }
  }

  @Test func `texts that the constraint lets through have no findings`() throws {
    let constraint = TableConstraint()
    for seed in 0..<200 {
      var generator = SeededGenerator(state: UInt64(seed))
      var state = constraint.initial
      var bytes: [UInt8] = []
      // Random bytes are mostly refused; the endings drive the walk on.
      for _ in 0..<400 where !constraint.canFinish(state) {
        var next = state
        let byte =
          [UInt8.random(in: 0x20...0x7E, using: &generator), constraint.closer(state)]
          .compactMap { $0 }.randomElement(using: &generator) ?? 0
        guard constraint.advance(&next, byte) else { continue }
        state = next
        bytes.append(byte)
      }
      while let byte = constraint.closer(state) {
        #expect(constraint.advance(&state, byte))
        bytes.append(byte)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let findings = try plugin.validate(ValidationSource(modelOutput: text))
      #expect(findings.isEmpty, "seed \(seed): \(text)")
    }
  }
}
