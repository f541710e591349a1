import Foundation
import TableDomain
import TaskProtocol
import Testing

@Suite struct HTMLFileTests {
  private let plugin = TablePlugin()

  private func findings(_ text: String, schema: String? = nil) throws -> [Finding] {
    try plugin.validate(
      ValidationSource(bytes: Array(text.utf8), origin: .file, path: "t.html", schemaPath: schema)
    )
  }

  @Test func `a file that was not read to its end is not said to have no table`() throws {
    let nested = String(repeating: "<div>", count: 1000) + "<table><tr><td>x</td></tr></table>"
    #expect(try findings(nested).map(\.code) == ["input-limit"])
    let large = String(repeating: " ", count: 33 << 20)
    #expect(try findings(large).map(\.code) == ["input-limit"])
  }

  struct File: Sendable {
    let text: String
    /// `line:column code`, a warning with a question mark.
    let findings: [String]

    init(_ text: String, _ findings: String...) {
      (self.text, self.findings) = (text, findings)
    }
  }

  @Test(arguments: [
    // What HTML allows.
    File("<table><tr><td>a<td>b<tr><td>c<td>d</table>"),
    File(
      "<!DOCTYPE html><html><body><main><table><caption>c</caption><tbody></tbody></table></main>",
      "1:34 empty-table?"
    ),
    File(
      "<table><colgroup><col span=2></colgroup><thead><tr><th colspan=2>h</th></tr></thead>"
        + "<tr><td rowspan=0>a<td>b<tr><td>c</table>"
    ),
    File("<table><tfoot><tr><td>f</td></tr></tfoot></table>"),
    File("<table><tr><td>a &lt; b<br><p>x<ul><li>1</ul></td></tr></table>"),
    File("<table><tr><td><svg><path d='M0 0'/></svg></td></tr></table>"),
    // Markup.
    File("no table", "1:nil no-table"),
    File("", "1:nil no-table"),
    File("<table><tr><td>a</b></td></tr></table>", "1:21 html-end-tag"),
    File("<table><tr><td><b>a</td></tr></table>", "1:25 html-end-tag"),
    File(
      "<table><tr><td colspan=2 colspan=2>a</td></tr></table>",
      "1:12 column-without-cell",
      "1:35 html-duplicate-attribute"
    ),
    File("<table><tr><td><blink2>a</blink2></td></tr></table>", "1:23 html-unknown-element"),
    File("<table><tr><td>a & b</td></tr></table>", "1:19 html-ampersand?"),
    File("<table>\n<tr><td>a", "1:1 html-unclosed"),
    File("<table><tr><td>a\u{0}</td></tr></table>", "1:17 encoding"),
    File("<table>Total<tr><td>1</td></tr></table>", "1:8 misplaced-content"),
    File("<table>\n <tr>\n x<td>1</td></tr></table>", "3:2 misplaced-content"),
    File("<table><tr><div>1</div><td>1</td></tr></table>", "1:12 misplaced-content"),
    File("<table><tbody><p>1</p><tr><td>1</td></tr></tbody></table>", "1:15 misplaced-content"),
    File("<table><td>1</td></table>", "1:8 misplaced-content"),
    File("<table><tbody><td>1</td></tbody></table>", "1:15 misplaced-content"),
    File("<table><tr><td>1</td></tr><caption>c</caption></table>", "1:27 table-structure"),
    File(
      "<table><tr><td>1</td></tr><thead><tr><td>2</td></tr></thead></table>",
      "1:27 table-structure"
    ),
    File(
      "<table><tfoot><tr><td>1</td></tr></tfoot><tr><td>2</td></tr></table>",
      "1:42 table-structure"
    ),
    // Spans.
    File("<table><tr><td colspan=0>1</td></tr></table>", "1:12 span-value"),
    File("<table><tr><td colspan=-1>1</td></tr></table>", "1:12 span-value"),
    File("<table><tr><td colspan=''>1</td></tr></table>", "1:12 span-value"),
    File("<table><tr><td rowspan=' 1'>1</td></tr></table>", "1:12 span-value"),
    File("<table><tr><td rowspan='1px'>1</td></tr></table>", "1:12 span-value"),
    File(
      "<table><tr><td colspan=1001>1</td></tr></table>",
      "1:12 span-value",
      "1:12 column-without-cell"
    ),
    File(
      "<table><tr><td rowspan=65535>1</td></tr></table>",
      "1:12 span-value",
      "1:12 span-past-group"
    ),
    File(
      "<table><tr><td rowspan=99999999999999999999999>1</td></tr></table>",
      "1:12 span-value",
      "1:12 span-past-group"
    ),
    // The table model.
    File(
      "<table><tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=2>c</td></tr></table>",
      "1:51 cell-overlap"
    ),
    File("<table><tr><td>a</td><td>b</td></tr>\n<tr><td>c</td></tr></table>", "2:1 ragged-row?"),
    File("<table><tr><td>a</td></tr>\n<tr><td>b</td><td>c</td></tr></table>", "2:1 ragged-row?"),
    File(
      "<table><thead><tr><td rowspan=2>a</td></tr></thead><tr><td>b</td></tr></table>",
      "1:19 span-past-group"
    ),
    File("<table><tr><td rowspan=2>a</td></tr>\n<tr></tr></table>", "2:1 row-without-cell"),
    File(
      "<table><tr><td colspan=2>a</td></tr><tr><td colspan=2>b</td></tr></table>",
      "1:12 column-without-cell"
    ),
    File("<table><col><tr><td>a</td><td>b</td></tr></table>", "1:13 ragged-row?"),
  ])
  func `files are judged as the standard asks`(file: File) throws {
    let found = try findings(file.text)
    let summary = found.map {
      "\($0.line ?? 0):\($0.column.map(String.init) ?? "nil") \($0.code)"
        + ($0.severity == .warning ? "?" : "")
    }
    #expect(summary == file.findings, "\(file.text)")
    #expect(found.allSatisfy { $0.path == "t.html" && $0.message.hasSuffix(".") })
    #expect(found.allSatisfy { !$0.message.contains("\n") && $0.severity != .note })
  }

  @Test func `several tables are told apart and nested ones are checked on their own`() throws {
    let ragged = "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>"
    let inner = "<table>\(ragged)</table>"
    let found = try findings(
      "<table><tr><td>1</td></tr></table>\n<table><tr><td>\(inner)</td></tr></table>\n\(inner)"
    )
    #expect(found.map(\.code) == ["ragged-row", "ragged-row"])
    #expect(found.map(\.line) == [2, 3])
    #expect(
      found.map(\.message) == [
        "Table 3 (inside table 2): Row 2 leaves column 2 empty; 2 columns were established by the"
          + " first row.",
        "Table 4: Row 2 leaves column 2 empty; 2 columns were established by the first row.",
      ]
    )
  }

  @Test func `invalid UTF-8 and floods of findings are reported`() throws {
    let bytes = Array("<table><tr><td>".utf8) + [0xFF] + Array("</td></tr></table>".utf8)
    let broken = try plugin.validate(ValidationSource(bytes: bytes, origin: .file))
    #expect(broken.map(\.code) == ["encoding"])
    #expect(broken.first?.column == 16)
    let model = try plugin.validate(ValidationSource(bytes: bytes, origin: .model))
    #expect(model.map(\.code) == ["encoding"])
    #expect(model.first?.column == 16)

    let rows = String(repeating: "<tr><td colspan=0>x</td></tr>", count: 3000)
    let many = try findings("<table>\(rows)</table>")
    #expect(many.count == 1001)
    #expect(many.last?.code == "more-findings")
    #expect(many.last?.severity == .error)
  }

  @Test func `a schema is applied besides, and one that cannot be used is a failure`() throws {
    let repository = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..")
      .standardized
    let own = repository.appendingPathComponent("schemas/table.rng").path
    let page = "<html><body><table><tbody>\n<tr><th>a</th></tr></tbody></table></body></html>"
    #expect(try findings(page).isEmpty)
    let found = try findings(page, schema: own)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.code == "schema" && $0.message.hasPrefix("RELAX NG: ") })
    #expect(found.contains { $0.line == 2 })
    #expect(try findings(page.replacingOccurrences(of: "th>", with: "td>"), schema: own).isEmpty)

    for path in ["/no/such.rng", #filePath, repository.path] {
      let failure = #expect(throws: SchemaFailure.self) { try findings(page, schema: path) }
      #expect(failure?.path == path)
      #expect(failure?.description.contains("\n") == false)
    }
  }

  @Test func `the schema that is built in is the one in the schemas folder`() throws {
    let file = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../schemas/table.rng").standardized
    #expect(try String(contentsOf: file, encoding: .utf8) == TableSchema.text)
  }

  @Test func `mutated tables never trap and always get the same answer`() throws {
    let seeds = [
      "<table><thead><tr><td rowspan=\"2\">a&amp;b</td><td colspan=\"2\">c</td></tr><tr><td>1</td>"
        + "<td>2</td></tr></thead><tbody><tr><td>x<sup>2</sup></td><td></td><td>é</td></tr></tbody>"
        + "</table>",
      "<!DOCTYPE html><table><caption>c</caption><colgroup span=3><tr><td rowspan=0>1<td>2<td>3"
        + "<tfoot><tr><th colspan=3>f<table><tr><td>n</table></table>",
    ]
    let pieces = [
      "<td>", "</td>", "<tr>", "</tr>", "<tbody>", "</thead>", "<table>", "</table>", " rowspan=\"",
      " colspan='9999999'", "rowspan=0", "&", "&lt;", "<b>", "</i>", "<col span=1000>", "\n",
      "<!--",
      "-->", "\u{0}", "\u{FFFF}", "text", "<svg>", "<script>", "<select>", "<p>",
    ]
    for seed in 0..<600 {
      var generator = SeededGenerator(state: UInt64(seed))
      var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
          bytes.removeSubrange(
            place..<min(bytes.count, place + Int.random(in: 1...9, using: &generator))
          )
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 2: bytes.insert(contentsOf: bytes.suffix(from: place), at: place)
        default:
          bytes.insert(
            contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8),
            at: place
          )
        }
      }
      for origin in [ValidationSource.Origin.file, .model] {
        let source = ValidationSource(bytes: bytes, origin: origin)
        let first = try plugin.validate(source)
        #expect(try plugin.validate(source) == first, "seed \(seed)")
        guard origin == .model else { continue }
        let text = String(decoding: bytes, as: UTF8.self)
        // Whatever has no findings has a document, and its fragment has none either.
        if first.isEmpty {
          let fragment = try plugin.parse(text).htmlFragment
          let again = try plugin.validate(ValidationSource(modelOutput: fragment))
          #expect(again.isEmpty, "seed \(seed)")
        }
      }
    }
  }
}
