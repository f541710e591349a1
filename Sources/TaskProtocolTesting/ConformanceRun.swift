import ConstrainedDecoding
import Generation
import OutputConstraints
import TaskProtocol

/// One run of the checks that need a constraint.
struct ConformanceRun<Plugin: TaskPlugin, Constraint: OutputConstraint> {
  typealias State = Constraint.State

  /// A place that a walk or a fixture came through.
  struct Visit {
    var state: State
    var prefix: [UInt8]
    var seed: UInt64
  }

  let plugin: Plugin
  let constraint: Constraint
  let fixtures: ConformanceFixtures
  let options: ConformanceOptions
  let vocabulary: TokenVocabulary
  let mask: ConstraintMask<Constraint>

  /// Larger than any text needs.
  static var amplestBudget: Int { 1 << 30 }

  /// Errors that the validator finds in a model's output.
  func errors(in bytes: [UInt8]) -> [Finding] {
    let source = ValidationSource(bytes: bytes, origin: .model)
    do {
      return try plugin.validate(source).filter { $0.severity == .error }
    } catch {
      return [Finding(code: "schema", severity: .error, message: error.description)]
    }
  }

  /// The state after some bytes, `nil` when one is refused.
  func state(after bytes: some Sequence<UInt8>) -> State? {
    var state = constraint.initial
    for byte in bytes where !constraint.advance(&state, byte) { return nil }
    return state
  }

  /// Bytes that may come next, ascending.
  func acceptedBytes(_ state: State) -> [UInt8] {
    (UInt8.min...UInt8.max).filter { byte in
      var next = state
      return constraint.advance(&next, byte)
    }
  }

  /// The bytes of the closer's ending, `nil` when it breaks a promise.
  func ending(from state: State) -> [UInt8]? {
    var state = state
    var bytes: [UInt8] = []
    var bound = constraint.finishBound(state)
    while let byte = constraint.closer(state) {
      guard bound > 0, constraint.advance(&state, byte) else { return nil }
      let next = constraint.finishBound(state)
      guard next < bound else { return nil }
      bound = next
      bytes.append(byte)
    }
    return bound == 0 && constraint.canFinish(state) ? bytes : nil
  }

  /// Walks at random until the text may end or is long.
  ///
  /// Where free text is possible, markup is preferred, or no walk would ever leave it.
  ///
  /// - Parameters:
  ///   - seed: Decides the walk.
  ///   - visit: Called with every state, the first included; `false` ends the walk.
  func walk(seed: UInt64, visit: (Visit) -> Bool) {
    var generator = SplitMix64(seed: seed)
    var place = Visit(state: constraint.initial, prefix: [], seed: seed)
    while visit(place), place.prefix.count < options.walkLength {
      var bytes = acceptedBytes(place.state)
      if let text = constraint.freeText(place.state), generator.next() % 4 > 0 {
        let markup = bytes.filter { $0 >= 0x80 ? !text.allowsUnicode : !text.bytes.contains($0) }
        if !markup.isEmpty { bytes = markup }
      }
      if constraint.canFinish(place.state), bytes.isEmpty || generator.next() % 4 == 0 { return }
      guard !bytes.isEmpty else { return }
      let byte = bytes[Int(generator.next() % UInt64(bytes.count))]
      guard constraint.advance(&place.state, byte) else { return }
      place.prefix.append(byte)
    }
  }

  /// States along the accepted texts and along walks, about `count` of them.
  func sampledVisits(_ count: Int) -> [Visit] {
    var visits: [Visit] = []
    for text in fixtures.accept {
      var place = Visit(state: constraint.initial, prefix: [], seed: 0)
      for byte in text.utf8 {
        visits.append(place)
        guard constraint.advance(&place.state, byte) else { break }
        place.prefix.append(byte)
      }
      visits.append(place)
    }
    for index in 0..<max(8, count / 50) {
      walk(seed: options.seed &+ UInt64(index)) { visit in
        visits.append(visit)
        return true
      }
    }
    var generator = SplitMix64(seed: options.seed)
    visits.shuffle(using: &generator)
    return Array(visits.prefix(count))
  }
}
