import OutputConstraints
import TableDomain
import TaskProtocol
import Testing

@Suite struct OTSLConstraintTests {
  /// Whether a text is accepted byte by byte, and whether it may end.
  private func accepts(_ text: String, _ constraint: OTSLConstraint = OTSLConstraint()) -> Bool {
    var state = constraint.initial
    for byte in text.utf8 where !constraint.advance(&state, byte) { return false }
    return constraint.canFinish(state)
  }

  /// A table from letters: C E L U X H R S for the cells, N for the end of a row.
  private func table(_ letters: String) -> String {
    let tokens: [Character: String] = [
      "C": "<fcel>a", "E": "<ecel>", "L": "<lcel>", "U": "<ucel>", "X": "<xcel>", "H": "<ched>a",
      "R": "<rhed>a", "S": "<srow>a", "N": "<nl>",
    ]
    return "<otsl>" + letters.compactMap { tokens[$0] }.joined() + "</otsl>"
  }

  @Test(arguments: [
    "CN", "EN", "CCNCCN", "CLNCCN", "CCNUCN", "CLCNUXCNCCCN", "HHNCCN", "EHNCCN", "HHNUHNCCN",
    "HLNHHNRCN", "SLNRCN", "CHN", "HHN", "HNHN", "HHNUHN", "CCNHHN",
    "HHHNEUHNCCCN", "CCCNUCUN",
  ])
  func `a table without findings is accepted`(letters: String) throws {
    let text = table(letters)
    #expect(accepts(text), "\(letters)")
    let plugin = TablePlugin(language: .otsl)
    #expect(try plugin.validate(ValidationSource(modelOutput: text)).isEmpty)
  }

  @Test(arguments: [
    "", "N", "C", "LN", "UN", "XN", "CCNCN", "CNCCN", "CCNUUN", "CLNUXN", "CLNUCN", "CLNCXN",
    "CCNUXN", "CCNULN", "CLN", "CLNCLN", "HHNUCN", "HHNUENCCN", "HCNULNCCN", "CCNLCN", "CUN",
    "CLCNCUCNCCCN", "CLLNUXCNCCCN", "HHNUEN",
  ])
  func `anything with a finding is refused`(letters: String) throws {
    let text = table(letters)
    #expect(!accepts(text), "\(letters)")
    let plugin = TablePlugin(language: .otsl)
    let findings = try plugin.validate(ValidationSource(modelOutput: text))
    #expect(findings.contains { $0.severity == .error }, "\(letters)")
  }

  /// Every rectangle of letters within small limits, asked of the constraint and of the validator,
  /// which know nothing of each other.
  @Test(arguments: [(2, 3), (3, 2), (1, 4), (4, 1)])
  func `the small tables accepted are those that the validator accepts`(
    columns: Int,
    rows: Int
  ) throws {
    let constraint = OTSLConstraint()
    let plugin = TablePlugin(language: .otsl)
    var accepted = 0
    for columns in 1...columns {
      for rows in 1...rows {
        let letters = columns * rows <= 4 ? Array("CELUXHRS") : Array("CLUXH")
        let slots = columns * rows
        let count = (0..<slots).reduce(1) { product, _ in product * letters.count }
        for number in 0..<count {
          var rest = number
          var text = ""
          for slot in 0..<slots {
            text.append(letters[rest % letters.count])
            rest /= letters.count
            if slot % columns == columns - 1 { text += "N" }
          }
          let isAccepted = accepts(table(text), constraint)
          let findings = try plugin.validate(ValidationSource(modelOutput: table(text)))
          if isAccepted { accepted += 1 }
          guard findings.isEmpty != isAccepted else { continue }
          Issue.record("\(text): accepted \(isAccepted), \(findings)")
          return
        }
      }
    }
    #expect(accepted > 20)
  }

  @Test func `from every state of small tables the ending is as long as stated`() {
    let constraint = OTSLConstraint(maximumColumns: 3, maximumRows: 3)
    var seen: Set<OTSLConstraint.State> = [constraint.initial]
    var pending = [constraint.initial]
    while let state = pending.popLast() {
      checkEnding(state, constraint)
      #expect((constraint.closer(state) == nil) == constraint.canFinish(state))
      let hint = constraint.firstBytes(state)
      for byte in UInt8.min...UInt8.max {
        var next = state
        guard constraint.advance(&next, byte) else { continue }
        #expect(hint.contains(byte))
        // One style deep is deep enough.
        if next.styleDepth <= 1, seen.insert(next).inserted { pending.append(next) }
      }
    }
    #expect(seen.count > 10_000)
  }

  @Test(arguments: 0..<20)
  func `from every state of a random walk the ending is as long as stated`(seed: Int) {
    var generator = WalkGenerator(state: UInt64(seed))
    let constraint = OTSLConstraint()
    for _ in 0..<10 {
      var state = constraint.initial
      for _ in 0..<400 where !constraint.canFinish(state) {
        let marks: [UInt8] = Array("<>/fceluxhdrsownl".utf8)
        var next = state
        let byte =
          generator.next() % 8 == 0
          ? UInt8(truncatingIfNeeded: generator.next())
          : marks[Int(generator.next() % UInt64(marks.count))]
        guard constraint.advance(&next, byte) else { continue }
        state = next
        checkEnding(state, constraint)
      }
    }
  }

  /// Follows the closer to the end and checks the promises on the way.
  private func checkEnding(_ start: OTSLConstraint.State, _ constraint: OTSLConstraint) {
    var state = start
    var bound = constraint.finishBound(state)
    while let byte = constraint.closer(state) {
      guard bound > 0, constraint.advance(&state, byte) else {
        Issue.record("the closer is refused after \(start)")
        return
      }
      let next = constraint.finishBound(state)
      if next != bound - 1 {
        Issue.record("the bound goes from \(bound) to \(next) after \(start)")
        return
      }
      bound = next
    }
    if !constraint.canFinish(state) || bound != 0 { Issue.record("no end after \(start)") }
  }

  @Test func `a state takes at most 128 bytes`() {
    #expect(MemoryLayout<OTSLConstraint.State>.size <= 128)
  }
}
