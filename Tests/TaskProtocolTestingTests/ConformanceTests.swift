import OutputConstraints
import TaskProtocol
import TaskProtocolTesting
import Testing

/// A domain of one to eight letters between brackets, with one fault put in.
private struct BracketedPlugin: TaskPlugin {
  enum Fault: CaseIterable {
    case none, deadEnd, wrongBound, unsound, blocksGold, lyingKey, lyingText, lossyDocument
    case noVersion, backwardMetric
  }

  var fault: Fault

  struct Document: Codable, Equatable, Sendable {
    var letters: String
    var forgotten = ""
    enum CodingKeys: String, CodingKey { case letters }
  }

  var manifest: TaskManifest {
    TaskManifest(
      id: "bracketed",
      version: fault == .noVersion ? "1" : "1.0.0",
      title: "Letters",
      summary: "Letters between brackets.",
      promptPrefix: "letters",
      imagePolicy: .pad,
      maximumTokens: 64
    )
  }

  private func isValid(_ text: String) -> Bool {
    let inner = text.dropFirst().dropLast()
    return text.first == "[" && text.last == "]" && text.count >= 3 && inner.count <= 8
      && inner.allSatisfy { ("a"..."z").contains($0) }
      && !(fault == .unsound && inner.contains("q"))
  }

  func parse(_ text: String) throws(ParseFailure) -> Document {
    guard isValid(text) else {
      throw ParseFailure(findings: [Finding(code: "letters", severity: .error, message: "bad")])
    }
    return Document(letters: text, forgotten: fault == .lossyDocument ? text : "")
  }

  func validate(_ source: ValidationSource) throws(SchemaFailure) -> [Finding] {
    isValid(String(decoding: source.bytes, as: UTF8.self))
      ? [] : [Finding(code: "letters", severity: .error, message: "not letters in brackets")]
  }

  var exporters: [Exporter<Document>] {
    [
      Exporter(name: "text", fileExtension: "txt", mediaType: "text/plain", summary: "As it is.") {
        $0.letters + "\n"
      }
    ]
  }

  var constraint: (any OutputConstraint)? { BracketedConstraint(fault: fault) }
  var metrics: [TaskMetric] {
    [
      TaskMetric(name: "letters", summary: "Share of letters in common.") { prediction, reference in
        let same = Double(zip(prediction, reference).count { $0 == $1 })
        let share = same / Double(max(prediction.count, reference.count))
        return fault == .backwardMetric ? 1 - share : share
      }
    ]
  }

  static let fixtures = ConformanceFixtures(
    accept: ["a", "b", "ab", "abc", "zz", "hello", "x", "letters", "swift", "eightqqq"].map {
      "[\($0)]"
    },
    reject: ["", "[]", "[a", "a]", "a", "[A]", "[a]]", "[[a]", "[a b]", "[ninechars]", "[1]"]
  )
}

private struct BracketedConstraint: OutputConstraint {
  var fault: BracketedPlugin.Fault

  struct State: Hashable, Sendable {
    var letters = -1  // before the bracket
    var isClosed = false
    var isDead = false
  }

  var initial: State { State() }

  func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    if state.isClosed || state.isDead { return false }
    switch byte {
    case UInt8(ascii: "[") where state.letters < 0: state.letters = 0
    case UInt8(ascii: "]") where state.letters > 0: state.isClosed = true
    case UInt8(ascii: "a")...UInt8(ascii: "z") where (0..<8).contains(state.letters):
      if fault == .blocksGold, byte == UInt8(ascii: "w") { return false }
      state.letters += 1
      if fault == .deadEnd, byte == UInt8(ascii: "k") { state.isDead = true }
    default: return false
    }
    return true
  }

  func canFinish(_ state: State) -> Bool { state.isClosed }

  func finishBound(_ state: State) -> Int {
    if state.isClosed { return 0 }
    if fault == .wrongBound, state.letters == 0 { return 3 }
    return state.letters < 0 ? 3 : state.letters == 0 ? 2 : 1
  }

  func closer(_ state: State) -> UInt8? {
    if state.isClosed { return nil }
    return state.letters < 0
      ? UInt8(ascii: "[") : state.letters == 0 ? UInt8(ascii: "a") : UInt8(ascii: "]")
  }

  func maskKey(_ state: State) -> MaskKey? {
    // How many letters are left matters; one key for all of them is a lie.
    MaskKey(
      state.isClosed ? 1 : 0,
      fault == .lyingKey && state.letters > 0 ? 1 : UInt64(state.letters + 1) * 2
    )
  }

  func freeText(_ state: State) -> FreeText? {
    fault == .lyingText && state.letters >= 0 && !state.isClosed ? Self.text : nil
  }

  var freeTextClasses: [FreeText] { [Self.text] }

  static let text = FreeText(identifier: 1, bytes: ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")))
}

@Suite struct ConformanceTests {
  private func certificate(_ fault: BracketedPlugin.Fault) throws -> ConformanceCertificate {
    try checkConformance(
      of: BracketedPlugin(fault: fault),
      fixtures: BracketedPlugin.fixtures,
      options: ConformanceOptions(walks: 200, decodes: 40)
    )
  }

  @Test func `a plugin without a fault passes every check`() throws {
    let certificate = try certificate(.none)
    #expect(certificate.passed, "\(certificate.summary)")
    #expect(certificate.invalid == 0 && certificate.unfinished == 0)
    #expect(certificate.checks.filter { $0.status == .skipped }.map(\.id) == ["K11"])
    #expect(certificate.walks > 240)
  }

  @Test(arguments: [
    (BracketedPlugin.Fault.deadEnd, "K3"), (.wrongBound, "K3"), (.unsound, "K4"),
    (.blocksGold, "K5"), (.lyingKey, "K7"), (.lyingText, "K7"), (.lossyDocument, "K12"),
    (.noVersion, "K1"), (.backwardMetric, "K13"),
  ])
  private func `a fault fails the check that is there for it`(
    fault: BracketedPlugin.Fault,
    check: String
  ) throws {
    let certificate = try certificate(fault)
    #expect(!certificate.passed)
    let found = try #require(certificate.checks.first { $0.id == check })
    #expect(found.status == .failed, "\(certificate.summary)")
    #expect(!found.failures.isEmpty && found.failures.count <= 5)
  }

  @Test func `a failure is shrunk to the shortest text that shows it`() throws {
    let liveness = try certificate(.deadEnd).checks.first { $0.id == "K3" }
    #expect(liveness?.failures.first?.prefix == "[k")
    let soundness = try certificate(.unsound).checks.first { $0.id == "K4" }
    #expect(soundness?.failures.first?.prefix == "[q]")
  }

  @Test func `the same seed gives the same certificate`() throws {
    #expect(try certificate(.deadEnd) == certificate(.deadEnd))
  }
}
