import Checkpoints
import Testing

@Suite struct JSONParserTests {
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
    #expect(throws: JSONParser.Failure.self) { try parse(text) }
  }

  @Test func `invalid UTF-8 in a string is refused`() {
    let bytes: [UInt8] = [0x22, 0xFF, 0x22]
    #expect(throws: JSONParser.Failure.self) {
      try bytes.withUnsafeBytes { try JSONParser.parse($0) }
    }
  }

  @Test func `nesting is limited`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(JSONParser.maximumDepth))
    #expect(throws: JSONParser.Failure.self) { try parse(nested(JSONParser.maximumDepth + 1)) }
    #expect(throws: JSONParser.Failure.self) { try parse(nested(1_000_000)) }
  }

  @Test func `the number of values is limited`() throws {
    func values(_ count: Int) -> String {
      "[" + String(repeating: "1,", count: count - 2) + "1]"
    }
    _ = try parse(values(JSONParser.maximumValues))
    #expect(throws: JSONParser.Failure.self) { try parse(values(JSONParser.maximumValues + 1)) }
  }

  @Test func `a failure tells the offset`() {
    let failure = #expect(throws: JSONParser.Failure.self) { try parse(#"{"a": x}"#) }
    #expect(failure?.offset == 6)
  }
}
