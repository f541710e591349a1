import Foundation
import OutputConstraints
import Testing

@Suite struct RegularConstraintTests {
  @Test(arguments: [
    "", "a", "abc", "a|b", "ab|ac|b", "a*", "a+b?", "(ab)*", "(?:a|bc)*c", "a{2}", "a{1,3}",
    "a{2,}b",
    "(a|b){3}", "[ab]c", "[^a]", "[a-c]{2}", "a.c", ".*b.*", "((a|b)*c)?", "a(b(c|)|)", "(a*)*",
    "(a|aa)*b", "\\(a\\)|b", "(a|b)*abb", "[b-]a", "a||b", "(a{0,2}b){1,2}", "[^\\n]c",
  ])
  func `an expression accepts what another implementation matches`(pattern: String) throws {
    let alphabet = "abc(-"
    let constraint = try RegularConstraint(.regularExpression(pattern))
    let reference = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
    let expected = allTexts(alphabet, length: 5).filter { text in
      reference.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
    }
    #expect(acceptedTexts(constraint, alphabet: alphabet, length: 5) == Set(expected))
  }

  @Test(arguments: [
    ("(", 1), (")", 0), ("a)", 1), ("*", 0), ("a**", 2), ("[a", 2), ("a{", 2), ("a{2,1}", 6),
    ("a{1001}", 6), ("\\", 1), ("\\q", 1), ("[b-a]", 2), ("(?=a)", 2), ("é[é]", 3), ("^a", 0),
  ])
  func `an expression that is not understood is refused with its place`(
    pattern: String,
    offset: Int
  ) throws {
    let error = try #require(throws: ConstraintDefinitionError.self) {
      try RegularLanguage.regularExpression(pattern)
    }
    guard case .expression(pattern, offset, _) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func `a text outside the language is refused where the two part`() throws {
    let constraint = try RegularConstraint(.regularExpression("a(b|ca)*c?"))
    let all = allTexts("abc", length: 6)
    let accepted = acceptedTexts(constraint, alphabet: "abc", length: 6)
    // Every beginning of a text of the language is a text itself or lacks one byte of one.
    let beginnings = Set(acceptedTexts(constraint, alphabet: "abc", length: 7).flatMap(prefixes))
    for text in all {
      let refusal = constraint.refusal(of: text)
      #expect((refusal == nil) == accepted.contains(text), "\(text)")
      guard let refusal else { continue }
      let expected = prefixes(text).firstIndex { !beginnings.contains($0) }.map { $0 - 1 }
      #expect(refusal.offset == expected ?? text.utf8.count, "\(text)")
      #expect(!refusal.reason.isEmpty)
    }
  }

  /// The beginnings of a text, from the empty one to the whole.
  private func prefixes(_ text: String) -> [String] {
    (0...text.count).map { String(text.prefix($0)) }
  }

  @Test func `nesting and counts have limits instead of exhausting the machine`() throws {
    let deep = String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000)
    #expect(throws: ConstraintDefinitionError.self) { try RegularLanguage.regularExpression(deep) }
    let wide = try RegularLanguage.regularExpression("((a{1000}){1000}){1000}")
    #expect(throws: ConstraintDefinitionError.tooManyStates(limit: 20_000)) {
      try RegularConstraint(wide)
    }
    let exponential = try RegularLanguage.regularExpression("(a|b)*a(a|b){20}")
    #expect(throws: ConstraintDefinitionError.tooManyStates(limit: 500)) {
      try RegularConstraint(exponential, stateLimit: 500)
    }
  }

  @Test func `literals, choices and sequences give their texts`() throws {
    let language = RegularLanguage.sequence(
      .literal("a"),
      .choice(.literal("b"), .literal(""), .choice(of: ["cc", "ca"])),
      .literal("a")
    )
    let found = acceptedTexts(try RegularConstraint(language), alphabet: "abc", length: 6)
    #expect(found == ["aba", "aa", "acca", "acaa"])
  }

  @Test(arguments: [0...0, 0...1, 1...1, 0...2, 1...3, 2...2, 3...3])
  func `counted items have separators between them only`(range: ClosedRange<Int>) throws {
    let item = RegularLanguage.choice(.literal("a"), .literal("bb"))
    let language = RegularLanguage.counted(item, range, separatedBy: .literal(","))
    let expected = allTexts("ab,", length: 7).filter { text in
      if text.isEmpty { return range.contains(0) }
      let items = text.split(separator: ",", omittingEmptySubsequences: false)
      return range.contains(items.count) && items.allSatisfy { ["a", "bb"].contains($0) }
    }
    let constraint = try RegularConstraint(language)
    #expect(acceptedTexts(constraint, alphabet: "ab,", length: 7) == Set(expected))
  }

  @Test func `lines are counted and have no newline at the end`() throws {
    let line = RegularLanguage.literal("x").repeated(0...2)
    let constraint = try RegularConstraint(.lines(line, 2...3))
    let expected = allTexts("x\n", length: 6).filter { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return (2...3).contains(lines.count) && lines.allSatisfy { $0.count <= 2 }
    }
    #expect(acceptedTexts(constraint, alphabet: "x\n", length: 6) == Set(expected))
  }

  @Test(arguments: [["ab"], ["aa", "b"], ["aba", "bab"], ["a", ""], ["abab", "ba"], []])
  func `banned words occur nowhere`(words: [String]) throws {
    let free = RegularLanguage.oneByte(of: ByteSet("abc".utf8)).repeated(atLeast: 0)
    let constraint = try RegularConstraint(free.banning(words))
    let expected = allTexts("abc", length: 6).filter { text in
      !words.contains { !$0.isEmpty && text.contains($0) }
    }
    #expect(acceptedTexts(constraint, alphabet: "abc", length: 6) == Set(expected))
  }

  @Test func `a ban within a larger text holds for its part only`() throws {
    let free = RegularLanguage.oneByte(of: ByteSet("ab".utf8)).repeated(0...3)
    let language = RegularLanguage.sequence(free.banning(["ab"]), .literal("-"), free)
    let expected = allTexts("ab-", length: 7).filter { text in
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { $0.count <= 3 } && !parts[0].contains("ab")
    }
    let constraint = try RegularConstraint(language)
    #expect(acceptedTexts(constraint, alphabet: "ab-", length: 7) == Set(expected))
  }

  @Test func `a language without any text is refused`() throws {
    let nothing = RegularLanguage.literal("abc").banning(["b"])
    #expect(throws: ConstraintDefinitionError.empty) { try RegularConstraint(nothing) }
    let part = RegularLanguage.choice(.sequence(nothing, .literal("x")), .literal("y"))
    #expect(acceptedTexts(try RegularConstraint(part), alphabet: "abcxy", length: 5) == ["y"])
  }

  @Test func `a character is what stands in XML, and free text is found`() throws {
    let constraint = try RegularConstraint(RegularLanguage.character.repeated(atLeast: 1))
    for scalar in (UInt32(0)...0x10_FFFF).lazy.compactMap(Unicode.Scalar.init) {
      // One in 61 past the first planes' interesting parts, and all of those.
      guard
        scalar.value < 0x3000 || scalar.value % 61 == 0 || scalar.value & 0xFFFF > 0xFDC0
          || scalar.value & 0xFFF < 2
      else { continue }
      var state = constraint.initial
      let isAccepted = String(scalar).utf8.allSatisfy { constraint.advance(&state, $0) }
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isNoncharacter =
        scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
      #expect(isAccepted == !(isControl || isNoncharacter), "U+\(String(scalar.value, radix: 16))")
      guard isAccepted, constraint.freeText(state)?.allowsUnicode != true else { continue }
      Issue.record("no free text after U+\(String(scalar.value, radix: 16))")
      return
    }
    #expect(constraint.freeTextClasses.count == 1)
  }
}
