import Testing
import XMLValidation

@Suite struct MarkupDocumentTests {
  private func html(_ text: String) -> MarkupDocument { .html(Array(text.utf8)) }

  private func find(_ name: String, in element: MarkupElement?) -> MarkupElement? {
    guard let element else { return nil }
    if element.name == name { return element }
    for child in element.elements {
      if let found = find(name, in: child) { return found }
    }
    return nil
  }

  @Test func `elements carry line and column of their start tags`() {
    let document = html("<table>\n  <tr>\n    <td\n class=x>é<b>1</b><TD title='<td>'>2</table>")
    let row = find("tr", in: document.root)
    #expect(row?.position == SourcePosition(line: 2, column: 3))
    #expect(row?.elements.map(\.position.line) == [3, 4])
    #expect(row?.elements.map(\.position.column) == [5, 19])
    #expect(find("b", in: row)?.position == SourcePosition(line: 4, column: 11))
    #expect(find("table", in: document.root)?.isImplied == false)
    #expect(document.root?.isImplied == true)
  }

  @Test func `line numbers go on past 65535`() {
    let text = "<table>" + String(repeating: "\n", count: 70_000) + "<tr><td></b></td></tr></table>"
    let document = html(text)
    #expect(find("td", in: document.root)?.position.line == 70_001)
    #expect(document.diagnostics.map(\.position?.line) == [70_001])
  }

  @Test func `positions may be asked in any order`() {
    let bytes = Array((0..<300).map { "zeile é \($0)\n東" }.joined().utf8)
    var expected: [SourcePosition] = []
    var (line, column) = (1, 1)
    for (offset, byte) in bytes.enumerated() {
      expected.append(SourcePosition(line: line, column: column))
      let isLast = offset + 1 == bytes.count || bytes[offset + 1] & 0xC0 != 0x80
      if byte == 0x0A { (line, column) = (line + 1, 1) } else if isLast { column += 1 }
    }
    expected.append(SourcePosition(line: line, column: column))
    var lines = LineCounter()
    for step in [1, 7, 1009] {
      for index in 0...bytes.count {
        let offset = index * step % (bytes.count + 1)
        #expect(lines.position(of: offset, in: bytes) == expected[offset], "offset \(offset)")
      }
    }
    #expect(lines.position(of: bytes.count + 9, in: bytes) == expected.last)
  }

  struct Broken: Sendable {
    let text: String
    let messages: [String]
  }

  @Test(arguments: [
    Broken(text: "<p>a</b></p>", messages: ["Unexpected end tag : b"]),
    Broken(text: "<p a=1 a=2>x</p>", messages: ["Attribute a redefined"]),
    Broken(text: "<p><foo>x</foo></p>", messages: ["Tag foo invalid"]),
    Broken(text: "<main><x-y></x-y><section></section></main>", messages: []),
    Broken(
      text: "<svg><g><linearGradient></linearGradient><path d='M0 0'/></g></svg>",
      messages: []
    ),
    Broken(
      text: "<b><i>x</b></i>",
      messages: ["Opening and ending tag mismatch: b and i", "Unexpected end tag : i"]
    ),
    Broken(text: "<table><tr><td>x", messages: ["<table> is not closed"]),
    Broken(text: "<table><tr><td>x</TABLE \n>\n", messages: []),
    Broken(text: "<p>a & b", messages: ["htmlParseEntityRef: no name"]),
    Broken(text: "<ul><li>1<li>2</ul><p>x<br>", messages: []),
  ])
  func `the parser's messages are collected`(broken: Broken) {
    let document = html(broken.text)
    #expect(document.diagnostics.map(\.message) == broken.messages)
    #expect(document.diagnostics.allSatisfy { $0.position?.column != nil })
  }

  @Test func `every encoding that can be told is read and every broken byte is reported`() {
    func text(_ bytes: [UInt8]) -> (String?, [MarkupDiagnostic]) {
      let document = MarkupDocument.html(bytes)
      guard case .text(let text, _) = find("p", in: document.root)?.content.first else {
        return (nil, document.diagnostics)
      }
      return (text, document.diagnostics)
    }
    let ascii = Array("<p>".utf8)
    #expect(text([0xEF, 0xBB, 0xBF] + ascii + [0xC3, 0xA9]) == ("é", []))
    #expect(text([0xFF, 0xFE, 0x3C, 0, 0x70, 0, 0x3E, 0, 0xE9, 0]) == ("é", []))
    #expect(text([0xFE, 0xFF, 0, 0x3C, 0, 0x70, 0, 0x3E, 0x67, 0x71]) == ("東", []))
    #expect(text(Array("<meta charset='latin1'><p>".utf8) + [0xE9, 0x80]) == ("é€", []))
    #expect(text(Array("<meta charset=ISO-8859-2><p>".utf8) + [0xB1]) == ("ą", []))

    let broken = text(Array("<p>\nab".utf8) + [0xFF, 0x63])
    #expect(broken.0 == "\nab\u{FFFD}c")
    #expect(broken.1.map(\.position) == [SourcePosition(line: 2, column: 3)])
    #expect(broken.1.map(\.origin) == [.encoding])
    #expect(text(ascii + [0x61, 0, 0x62]).0 == "a\u{FFFD}b")
    #expect(text(ascii + [0x61, 0, 0x62]).1.count == 1)
    #expect(text(Array("<meta charset=nonsense><p>a".utf8)).1.map(\.origin) == [.encoding])
  }

  @Test func `deep nesting ends with a message`() {
    let depth = 100_000
    let document = html(String(repeating: "<div>", count: depth) + "x")
    #expect(document.diagnostics.contains { $0.message.hasPrefix("Excessive depth") })
    let xml = MarkupDocument.xml(Array(String(repeating: "<a>", count: depth).utf8))
    #expect(xml.root == nil)
    #expect(!xml.diagnostics.isEmpty)
  }

  @Test func `inputs past the limit are not read and floods of messages are cut`() {
    let large = MarkupDocument.html(
      [UInt8](repeating: 0x61, count: 100),
      limits: MarkupLimits(maximumBytes: 99)
    )
    #expect(large.root == nil)
    #expect(large.diagnostics.map(\.origin) == [.limit])
    let flood = MarkupDocument.html(
      Array(String(repeating: "</b>", count: 50).utf8),
      limits: MarkupLimits(maximumDiagnostics: 10)
    )
    #expect(flood.diagnostics.count == 11)
    #expect(flood.diagnostics.last?.message == "40 further messages were left out")
  }

  @Test func `no entity brings in a file and none explodes`() {
    let external = MarkupDocument.xml(
      Array("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>1&x;2</a>".utf8)
    )
    #expect(external.root?.content.count == 1)
    #expect(external.diagnostics.map(\.code) == [MarkupDiagnostic.entityNotReplaced])

    var bomb = "<!DOCTYPE a [<!ENTITY l0 \"lolololol\">"
    for level in 1...12 {
      bomb += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
    }
    bomb += "]><a b='&l12;'>&l12;</a>"
    #expect(!MarkupDocument.xml(Array(bomb.utf8)).diagnostics.isEmpty)
  }

  @Test func `an entity in an attribute is reported and not replaced`() {
    let text = "<!DOCTYPE a [<!ENTITY x \"b<!-- -->\"><!ENTITY y \"zz\">]><a q='1&y;2&amp;3&#52;'/>"
    let document = MarkupDocument.xml(Array(text.utf8))
    #expect(document.root?[attribute: "q"] == "12&34")
    #expect(document.diagnostics.map(\.code) == [MarkupDiagnostic.entityNotReplaced])
  }

  @Test func `a document with too many elements is not read`() {
    let text = "<a>" + String(repeating: "<b/>\n", count: 99) + "</a>"
    for parse in [MarkupDocument.xml, MarkupDocument.html] {
      let whole = parse(Array(text.utf8), MarkupLimits(maximumElements: 120))
      #expect(whole.root != nil)
      let cut = parse(Array(text.utf8), MarkupLimits(maximumElements: 60))
      #expect(cut.root == nil)
      #expect(cut.diagnostics.filter { $0.origin == .limit }.count == 1)
    }
  }

  @Test func `XML keeps namespaces and refuses what is not well-formed`() {
    let good = MarkupDocument.xml(
      Array("<a xmlns='urn:x' xmlns:q='urn:q'>\n <q:b q:z='1' y='2'>x</q:b></a>".utf8)
    )
    #expect(good.diagnostics.isEmpty)
    let inner = good.root?.elements.first
    #expect(good.root?.namespace == "urn:x")
    #expect(inner?.namespace == "urn:q")
    #expect(inner?.attributes.map(\.namespace) == ["urn:q", nil])
    #expect(inner?.position == SourcePosition(line: 2, column: 2))
    let bad = MarkupDocument.xml(Array("<a><b></a>".utf8))
    #expect(bad.root == nil)
    #expect(!bad.diagnostics.isEmpty)
  }

  @Test func `many threads get their own messages`() async {
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          let count = index % 7
          let text = "<p>" + String(repeating: "</b>", count: count) + "</p>"
          return MarkupDocument.html(Array(text.utf8)).diagnostics.count == count
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func `mutated and random bytes never trap`() {
    let seed =
      "<!DOCTYPE html><html><body><table><thead><tr><td rowspan='2'>a&amp;b</td></tr>"
      + "</thead><tbody><tr><td>é<!-- c --></td></tr></tbody></table></body></html>"
    var state: UInt64 = 11
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var bytes = Array(seed.utf8)
    for round in 0..<3000 {
      if round.isMultiple(of: 20) { bytes = Array(seed.utf8) }
      switch random(4) {
      case 0 where !bytes.isEmpty: bytes.remove(at: random(bytes.count))
      case 1: bytes.insert(UInt8(random(256)), at: random(bytes.count + 1))
      case 2 where !bytes.isEmpty: bytes[random(bytes.count)] = UInt8(random(256))
      default: bytes = Array(bytes.prefix(random(bytes.count + 1)))
      }
      let first = MarkupDocument.html(bytes)
      #expect(first == MarkupDocument.html(bytes), "round \(round)")
      _ = MarkupDocument.xml(bytes)
    }
  }

  @Test(arguments: [true, false])
  func `a tag with a flood of attributes is refused before libxml2 compares them all`(
    isHTML: Bool
  ) {
    func attributes(_ count: Int) -> String {
      (0..<count).map { " a\($0)=\"<b c='>\"" }.joined()
    }
    func read(_ text: String) -> MarkupDocument {
      isHTML ? .html(Array(text.utf8)) : .xml(Array(text.utf8))
    }
    let many = read("<p>\n<b\(attributes(100_000))></b></p>")
    #expect(many.root == nil)
    #expect(many.diagnostics.map(\.origin) == [.limit])
    #expect(many.diagnostics.first?.position == SourcePosition(line: 2, column: 1))
    guard isHTML else { return }
    #expect(read("<p><b\(attributes(900))></b></p>").root != nil)
    // Hidden from a reader that pairs quotes by sight.
    for hidden in ["<!-- <a x=' -->", "<script>a<b x=\"</script>", "<a x=1'>", "<a 'x=\"y'>"] {
      #expect(read("\(hidden)<b\(attributes(2000))></b>").root == nil, "\(hidden)")
    }
    let prose = String(repeating: "1 < 2 and a<b, \"c\" = 'd'. <i>x</i> ", count: 2000)
    #expect(read("<p>\(prose)</p>").root != nil)
  }
}
