import OutputConstraints
import Testing

/// Everything that a constraint accepts over a small alphabet, with its promises checked on the way.
///
/// From every prefix it follows the closer: each byte must be accepted and lower the bound, and the
/// end must be where the bound says. Prefixes that are refused must not be prefixes of an accepted
/// text, which the caller sees by comparing with the language enumerated by other means.
func acceptedTexts<C: OutputConstraint>(
  _ constraint: C,
  alphabet: String,
  length: Int,
  isBoundExact: Bool = true
) -> Set<String> {
  var accepted: Set<String> = []
  var pending: [(state: C.State, text: [UInt8])] = [(constraint.initial, [])]
  while let (state, text) = pending.popLast() {
    let name = String(decoding: text, as: UTF8.self)
    let bound = constraint.finishBound(state)
    #expect(constraint.canFinish(state) == (bound == 0), "bound \(bound) after \(name)")
    var end = state
    var rest = bound
    while let byte = constraint.closer(end) {
      guard rest > 0, constraint.advance(&end, byte) else {
        Issue.record("the closer fails after \(name)")
        break
      }
      let next = constraint.finishBound(end)
      #expect(isBoundExact ? next == rest - 1 : next < rest, "bound \(rest), \(next) after \(name)")
      rest = next
    }
    #expect(constraint.canFinish(end), "no end after \(name)")
    if constraint.canFinish(state) { accepted.insert(name) }
    guard text.count < length else { continue }
    for byte in alphabet.utf8 {
      var next = state
      if constraint.advance(&next, byte) { pending.append((next, text + [byte])) }
    }
  }
  return accepted
}

/// Every string over an alphabet of ASCII characters up to a length.
func allTexts(_ alphabet: String, length: Int) -> [String] {
  var texts = [""]
  var last = [""]
  for _ in 0..<length {
    last = last.flatMap { text in alphabet.map { text + String($0) } }
    texts += last
  }
  return texts
}
