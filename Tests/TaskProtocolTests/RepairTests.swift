import OutputConstraints
import TaskProtocol
import TestSupport
import Testing

@Suite struct RepairTests {
  /// One to three rows of exactly two cells of letters: `[ab,c][d,e]`.
  private static let language: RegularConstraint = {
    let cell = RegularLanguage.oneByte(of: ByteSet(UInt8(ascii: "a")...UInt8(ascii: "e")))
      .repeated(1...3)
    let row = RegularLanguage.sequence(.literal("["), cell, .literal(","), cell, .literal("]"))
    guard let constraint = try? RegularConstraint(row.repeated(1...3)) else {
      preconditionFailure("the language of the test has texts")
    }
    return constraint
  }()

  private func isInLanguage(_ text: String) -> Bool {
    var state = Self.language.initial
    for byte in text.utf8 where !Self.language.advance(&state, byte) { return false }
    return Self.language.canFinish(state)
  }

  /// The text that the edits make of the original.
  private func applying(_ edits: [RepairEdit], to text: String) -> String {
    var bytes: [UInt8] = []
    let original = Array(text.utf8)
    var place = 0
    for edit in edits {
      bytes += original[place..<edit.offset]
      bytes += edit.inserted.utf8
      place = edit.offset + edit.removed.utf8.count
    }
    return String(decoding: bytes + original[place...], as: UTF8.self)
  }

  @Test(arguments: [
    ("[a,b][c", "[a,b][c,a]"),
    ("[a,b,c][d,e]", "[a,bc][d,e]"),
    ("[a,b][c][d,e]", "[a,b][c,a][d,e]"),
    ("[a,b]xx[c,d]", "[a,b][c,d]"),
    ("a,b]", "[a,b]"),
    ("", "[a,a]"),
    ("[a,b][c,d][e,a][b,c]", "[a,b][c,d][e,abc]"),
  ])
  func `a text is brought back into the language with few edits`(text: String, expected: String) {
    #expect(Repair(of: text, under: Self.language)?.text == expected)
  }

  @Test func `a text of the language has no edits`() {
    #expect(Repair(of: "[a,b][abc,de]", under: Self.language) == nil)
  }

  @Test func `what has little of the language in it is not mended`() {
    #expect(Repair(of: "this is not a table at all, nor was it", under: Self.language) == nil)
  }

  @Test func `an edit says what was done where and why`() throws {
    let repair = try #require(Repair(of: "[a,b]x[c,d", under: Self.language))
    #expect(repair.edits.map(\.offset) == [5, 10])
    #expect(repair.edits.map(\.removed) == ["x", ""])
    #expect(repair.edits.map(\.inserted) == ["", "]"])
    #expect(repair.edits.allSatisfy { !$0.message.isEmpty })
  }

  @Test func `every mutated text is mended into the language by exactly the edits listed`() {
    let texts = ["[a,b]", "[abc,de][a,a]", "[e,d][c,b][a,abc]"]
    let alphabet = Array("[],abxZ".utf8)
    var mended = 0
    for seed in UInt64(1)...2000 {
      var generator = SeededGenerator(seed: seed)
      var bytes = Array(texts[Int(generator.next() % 3)].utf8)
      for _ in 0...(generator.next() % 3) where !bytes.isEmpty {
        let place = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 3 {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(alphabet[Int(generator.next() % 7)], at: place)
        default: bytes[place] = alphabet[Int(generator.next() % 7)]
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let repair = Repair(of: text, under: Self.language) else {
        #expect(isInLanguage(text) || bytes.count < 6, "seed \(seed): \(text)")
        continue
      }
      mended += 1
      let size = repair.edits.reduce(0) { $0 + $1.removed.utf8.count + $1.inserted.utf8.count }
      #expect(size <= 24, "seed \(seed): \(text) became \(repair.text)")
      #expect(isInLanguage(repair.text), "seed \(seed): \(text) became \(repair.text)")
      #expect(applying(repair.edits, to: text) == repair.text, "seed \(seed): \(text)")
      #expect(!isInLanguage(text), "seed \(seed)")
    }
    #expect(mended > 1000)
  }
}
