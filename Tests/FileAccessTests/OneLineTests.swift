import FileAccess
import Testing

@Suite struct OneLineTests {
  @Test func `control characters and separators are escaped, everything else stays`() {
    #expect("a\nb\tc\u{1B}[2J".onOneLine() == "a\\nb\\tc\\u{1B}[2J")
    #expect("x\u{2028}y".onOneLine() == "x\\u{2028}y")
    #expect("é中🎵 ok".onOneLine() == "é中🎵 ok")
  }

  @Test func `a long text is cut and says so`() {
    #expect("abcdef".onOneLine(limit: 3) == "abc...")
    #expect("abc".onOneLine(limit: 3) == "abc")
  }
}
