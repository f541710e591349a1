import OutputConstraints
import RadiographyDomain
import TaskProtocol
import Testing

/// The part of a text up to the byte that a constraint refuses, `nil` when it takes all and may end.
func accepts(_ constraint: some OutputConstraint, _ text: String) -> String? {
  var state = constraint.initial
  var accepted: [UInt8] = []
  for byte in text.utf8 {
    guard constraint.advance(&state, byte) else { return String(decoding: accepted, as: UTF8.self) }
    accepted.append(byte)
  }
  return constraint.canFinish(state) ? nil : text + "(end)"
}

@Suite struct ReportConstraintTests {
  private let plugin = RadiographyPlugin()

  private func refusal(_ findings: String, _ settings: [String: String] = [:]) throws -> String? {
    let constraint = try #require(plugin.configured(settings).constraint)
    return accepts(constraint, "FINDINGS: \(findings)\nIMPRESSION: None.")
      .map { String($0.dropFirst("FINDINGS: ".count)) }
  }

  @Test
  func `comparisons are refused at their last letter, and allowed with an earlier examination`()
    throws
  {
    #expect(try refusal("The effusion is unchanged.") == "The effusion is unchange")
    #expect(try refusal("Unchanged effusion.") == "Unchange")
    #expect(try refusal("STABLE effusion.") == "STABL")
    #expect(try refusal("An effusion, newly seen.") == "An effusion, ne")
    #expect(try refusal("Follow-up (worse, worsened).") == "Follow-up (worse, worse")
    #expect(try refusal("As on the prior study.") == "As on the prior stu")
    #expect(try refusal("As on the prior-study.") == "As on the prior-stu")
    for text in ["The effusion is unchanged.", "Stable effusion, newly seen on the prior study."] {
      #expect(try refusal(text, ["prior": "given"]) == nil)
    }
  }

  @Test func `words that only hold a banned one within are free`() throws {
    for text in [
      "Unstable spine.", "Anew and renewed.", "A prior thoracotomy.", "Against the wall.",
      "The remainder is clear.", "Prior to surgery. Studies are advised.", "Degenerative changes.",
    ] {
      #expect(try refusal(text) == nil, "\(text)")
    }
  }

  @Test func `a sentence may stand once in a section`() throws {
    #expect(
      try refusal("No effusion. No mass. No effusion.") == "No effusion. No mass. No effusion."
    )
    #expect(try refusal("No effusion. no EFFUSION.") == "No effusion. no EFFUSION.")
    #expect(try refusal("No effusion. No effusion today.") == nil)
    #expect(try refusal("No effusion. None.") == nil)
  }

  @Test func `a section ends after twenty-four sentences, a sentence after sixty words`() throws {
    let letters = (0..<24).map { "Item \(Character(Unicode.Scalar(UInt8(97 + $0))))." }
    #expect(try refusal(letters.joined(separator: " ")) == nil)
    #expect(
      try refusal((letters + ["More."]).joined(separator: " ")) == letters.joined(separator: " ")
    )
    let words = [String](repeating: "word", count: 60).joined(separator: " ")
    #expect(try refusal(words + ".") == nil)
    #expect(try refusal(words + " more.") == words)
  }

  @Test func `the ending adds marks of what was cut and nothing else`() throws {
    let constraint = try #require(plugin.constraint)
    func closed<C: OutputConstraint>(_ constraint: C, _ text: String) -> String {
      var state = constraint.initial
      var bytes = Array(text.utf8)
      for byte in bytes { #expect(constraint.advance(&state, byte)) }
      while let byte = constraint.closer(state) {
        #expect(constraint.advance(&state, byte))
        bytes.append(byte)
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(closed(constraint, "") == "FINDINGS: …\nIMPRESSION: …")
    #expect(closed(constraint, "FINDINGS: There is no") == "FINDINGS: There is no…\nIMPRESSION: …")
    #expect(closed(constraint, "FINDINGS: Clear.") == "FINDINGS: Clear.\nIMPRESSION: …")
    let both = "FINDINGS: Clear.\nIMPRESSION: Normal."
    #expect(closed(constraint, both) == both)
    #expect(closed(constraint, both + " Clear") == both + " Clear…")
  }

  @Test func `the parser agrees with the constraint on short texts`() throws {
    let constraint = try #require(plugin.constraint)
    // All texts of up to four of these pieces in the findings.
    let pieces = ["a", "A", " ", ".", "1", "\n", "…", "(", "?"]
    var checked = 0
    func check(_ text: String, _ depth: Int) throws {
      let report = "FINDINGS: \(text)\nIMPRESSION: b."
      let isAccepted = accepts(constraint, report) == nil
      let errors = try plugin.validate(ValidationSource(modelOutput: report))
        .filter { $0.severity == .error }
      #expect(isAccepted == errors.isEmpty, "\(text.debugDescription): \(errors.map(\.message))")
      checked += 1
      guard depth > 0 else { return }
      for piece in pieces { try check(text + piece, depth - 1) }
    }
    try check("", 4)
    #expect(checked == 7381)
  }

  @Test func `every sentence is a part of the output`() throws {
    let text = "FINDINGS: Clear lungs. No effusion.\nIMPRESSION:\n1. Normal.\n2. Nothing more."
    let parts = plugin.parts(of: text)
    #expect(parts.map(\.path) == ["/findings/0", "/findings/1", "/impression/0", "/impression/1"])
    let bytes = Array(text.utf8)
    #expect(
      parts.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        == ["Clear lungs.", "No effusion.", "1. Normal.", "2. Nothing more."]
    )
    #expect(plugin.parts(of: "no report") == [])
  }

  @Test func `a text outside of the language is mended by listed edits`() throws {
    let repair = try #require(plugin.repair("FINDINGS: Clear  lungs [x].\nIMPRESSION: Normal"))
    let errors = try plugin.validate(ValidationSource(modelOutput: repair.text))
      .filter { $0.severity == .error }
    #expect(errors.isEmpty && !repair.edits.isEmpty)
  }
}
