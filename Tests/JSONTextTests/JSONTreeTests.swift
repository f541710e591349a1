import JSONText
import Testing

@Suite struct JSONTreeTests {
  private func parse(_ text: String) throws -> JSONTree {
    try JSONTree(parsing: Array(text.utf8))
  }

  @Test func `values of every kind are read`() throws {
    let value = try parse(
      #" { "a" : [ 1 , -2.5e1, true, false, null, "x\n\u00e9\ud83d\ude00/\/" ], "b":{},"c":[] } "#
    )
    #expect(
      value
        == .object([
          "a": .array([
            .integer(1), .number(-25), .boolean(true), .boolean(false), .null,
            .string("x\né😀//"),
          ]),
          "b": .object([:]), "c": .array([]),
        ])
    )
  }

  @Test func `whole numbers stay exact, and larger ones become doubles`() throws {
    #expect(try parse("9007199254740993") == .integer(9_007_199_254_740_993))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parse("1.0").integer == 1)
    #expect(try parse("1.5").integer == nil)
    #expect(try parse("-0").integer == 0)
  }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "[1 2]", #"{"a":1,}"#, #"{"a" 1}"#, "{a:1}", #"{"a":1,"a":2}"#,
    "01", "1.", ".5", "+1", "1e", "-", "1e999", "NaN", "Infinity", "tru", "nul", "'a'",
    "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"",
    "1 2", "[]]",
  ])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONFailure.self) { try parse(text) }
  }

  @Test func `invalid UTF-8 in a string is refused`() {
    let bytes: [UInt8] = [0x22, 0xFF, 0x22]
    let failure = #expect(throws: JSONFailure.self) { try JSONTree(parsing: bytes) }
    #expect(failure?.offset == 1)
  }

  @Test func `nesting is limited`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(JSONReader.depthLimit))
    #expect(throws: JSONFailure.self) { try parse(nested(JSONReader.depthLimit + 1)) }
    #expect(throws: JSONFailure.self) { try parse(nested(1_000_000)) }
  }

  @Test func `the number of values is limited`() throws {
    func values(_ count: Int) -> String {
      "[" + String(repeating: "1,", count: count - 2) + "1]"
    }
    _ = try parse(values(JSONTree.valueLimit))
    #expect(throws: JSONFailure.self) { try parse(values(JSONTree.valueLimit + 1)) }
  }

  @Test func `a failure tells offset, line, column, field, what was expected and found`() {
    let failure = #expect(throws: JSONFailure.self) { try parse("{\"a\":\n {\"b\": [1, x]}}") }
    #expect(failure?.offset == 17)
    #expect(failure?.line == 2)
    #expect(failure?.column == 12)
    #expect(failure?.field == "a.b[1]")
    #expect(failure?.expected == "a JSON value")
    #expect(failure?.found == "'x'")
  }

  @Test func `a name that occurs twice is named`() {
    let failure = #expect(throws: JSONFailure.self) {
      try parse(#"[{"a": {"b": 1, "\u0062": 2}}]"#)
    }
    #expect(failure?.field == "[0].a")
    #expect(failure?.found == #""b" again"#)
  }

  @Test func `names are told apart by their bytes and keep their order`() throws {
    let members = try #require(try parse("{\"e\u{301}\": 1, \"\u{e9}\": 2, \"a\": 3}").object)
    #expect(members.map(\.value) == [.integer(1), .integer(2), .integer(3)])
    #expect(members["e\u{301}"] == .integer(1))
    #expect(members["\u{e9}"] == .integer(2))
    #expect(members["b"] == nil)
  }

  @Test func `a long string is cut in the description of its kind`() throws {
    let text = String(repeating: "x", count: 61)
    #expect(JSONTree.string(text).kind == "the string \"\(text.dropLast())...\"")
    #expect(JSONTree.string("x").kind == "the string \"x\"")
  }
}
