import Foundation
import MoleculeDomain
import Testing

/// How much of real molecules the restricted language blocks.
///
///     COPYIST_MOLECULE_LIST=first_5K.smi swift test -c release --filter CompletenessTests
@Suite struct CompletenessTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COPYIST_MOLECULE_LIST"] != nil))
  func `at most one in a thousand real molecules is blocked`() throws {
    let path = ProcessInfo.processInfo.environment["COPYIST_MOLECULE_LIST"] ?? ""
    let constraint = SMILESConstraint()
    var count = 0
    var blocked = 0
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let text = line.prefix { $0 != " " && $0 != "\t" }
      guard MoleculeReading(Array(text.utf8)).isValid else { continue }
      count += 1
      var state = constraint.initial
      let refused = text.utf8.enumerated().first { !constraint.advance(&state, $0.element) }
      guard refused != nil || !constraint.canFinish(state) else { continue }
      blocked += 1
      print("blocked at byte \(refused?.offset ?? text.utf8.count): \(text)")
    }
    print("\(blocked) of \(count) valid strings are blocked")
    #expect(blocked * 1000 <= count)
  }
}
