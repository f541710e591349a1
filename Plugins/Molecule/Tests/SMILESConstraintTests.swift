import MoleculeDomain
import Testing

@Suite struct SMILESConstraintTests {
  private let constraint = SMILESConstraint()

  /// The state after a text, `nil` where it is refused.
  private func state(after text: [UInt8]) -> SMILESConstraint.State? {
    var state = constraint.initial
    for byte in text where !constraint.advance(&state, byte) { return nil }
    return state
  }

  /// Lets the constraint end a text; checks that the bound falls with every byte.
  private func completion(of state: SMILESConstraint.State) -> [UInt8]? {
    var state = state
    var bytes: [UInt8] = []
    var bound = constraint.finishBound(state)
    while let byte = constraint.closer(state) {
      guard constraint.advance(&state, byte), constraint.finishBound(state) < bound else {
        return nil
      }
      bound = constraint.finishBound(state)
      bytes.append(byte)
    }
    return constraint.canFinish(state) ? bytes : nil
  }

  @Test func `every string of up to seven bytes of a small alphabet is judged soundly`() {
    let alphabet = Array("Ccno1(=)".utf8)
    var level: [[UInt8]] = [[]]
    for _ in 1...7 {
      var next: [[UInt8]] = []
      for text in level {
        guard let before = state(after: text) else { continue }
        for byte in alphabet {
          var after = before
          guard constraint.advance(&after, byte) else { continue }
          next.append(text + [byte])
        }
      }
      for text in next {
        let name = String(decoding: text, as: UTF8.self)
        guard let after = state(after: text), let rest = completion(of: after) else {
          Issue.record("\(name) has no ending")
          continue
        }
        let reading = MoleculeReading(text + rest)
        #expect(
          reading.issues.isEmpty,
          "\(name) ends as \(String(decoding: text + rest, as: UTF8.self))"
        )
        #expect(constraint.canFinish(after) == rest.isEmpty)
      }
      level = next
    }
    #expect(level.count > 4000)
  }

  @Test func `random walks end within their bound as valid molecules`() {
    let seed: UInt64 = 2026
    var generator = SplitMix(seed: seed)
    let likely = Array("CCCCcccccccnnos()()()[]==#-1122334%NOSPFH+-@".utf8)
    for walk in 0..<4000 {
      var state = constraint.initial
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        for _ in 0..<60 {
          let byte =
            walk % 5 == 0
            ? UInt8.random(in: 0...255, using: &generator)
            : likely[Int.random(in: 0..<likely.count, using: &generator)]
          var next = state
          guard constraint.advance(&next, byte) else { continue }
          state = next
          text.append(byte)
          #expect(
            constraint.endingsAgree(state),
            "seed \(seed), walk \(walk): \(String(decoding: text, as: UTF8.self))"
          )
          break
        }
      }
      let name = String(decoding: text, as: UTF8.self)
      guard let rest = completion(of: state) else {
        Issue.record("seed \(seed), walk \(walk): \(name) has no ending")
        continue
      }
      #expect(
        MoleculeReading(text + rest).issues.isEmpty,
        "seed \(seed), walk \(walk): \(name)"
      )
    }
  }

  @Test func `strict OpenSMILES is kept in the places where tools differ`() {
    for text in ["C(C)1", "C11", "C1C1", "C%(", "[HH", "C.1", "C()", "C==", "CN(=O)=O"] {
      #expect(state(after: Array(text.utf8)) == nil, "\(text)")
    }
  }
}

/// Steele, Lea and Flood's generator, so that a seed repeats a walk.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
