import Foundation
import MoleculeDomain
import Testing

/// Every string of up to six characters over `Cc1()=On`, against the list of those that RDKit reads.
@Suite struct SmallWorldTests {
  private static let alphabet = Array("Cc1()=On".utf8)

  private func forEachString(_ body: ([UInt8]) -> Void) {
    var level: [[UInt8]] = [[]]
    for _ in 1...6 {
      level = level.flatMap { text in Self.alphabet.map { text + [$0] } }
      for text in level { body(text) }
    }
  }

  @Test func `validator and RDKit agree, and the constraint stays within what is valid`() throws {
    let recorded = try String(contentsOfFile: fixture("small-world.txt"), encoding: .utf8)
    let accepted = Set(recorded.split(separator: "\n").map { Array($0.utf8) })
    #expect(accepted.count > 500)
    let constraint = SMILESConstraint()
    var unsound: [String] = []
    var different: [String] = []
    var blocked: [String] = []
    forEachString { text in
      let isValid = MoleculeReading(text).isValid
      let name = String(decoding: text, as: UTF8.self)
      if isValid != accepted.contains(text) { different.append(name) }
      var state = constraint.initial
      let isAccepted =
        text.allSatisfy { constraint.advance(&state, $0) } && constraint.canFinish(state)
      if isAccepted, !accepted.contains(text) { unsound.append(name) }
      if !isAccepted, accepted.contains(text) { blocked.append(name) }
    }
    #expect(different == [], "validator and RDKit disagree")
    #expect(unsound == [], "the constraint accepts what RDKit refuses")
    // What is left out has an aromatic atom in a ring with others, such as C1Cc1, or a ring number
    // after a branch or towards an atom off the path.
    print("\(blocked.count) of \(accepted.count) blocked")
    let others = blocked.filter { !$0.contains("c") && !$0.contains("n") }
    #expect(others.allSatisfy { $0.contains(")") && $0.contains("1") }, "\(others)")
    #expect(blocked.count <= 424)
  }
}
