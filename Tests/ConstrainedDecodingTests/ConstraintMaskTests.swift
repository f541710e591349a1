import ConstrainedDecoding
import Generation
import OutputConstraints
import Testing

@Suite struct ConstraintMaskTests {
  private let vocabulary = smallVocabulary()

  /// Every state that up to `steps` tokens reach when the budget does not matter.
  private func states(
    _ mask: ConstraintMask<BracketLanguage>,
    steps: Int
  ) -> Set<BracketLanguage.State> {
    var seen: Set = [mask.initial]
    var frontier = seen
    for _ in 0..<steps {
      var next: Set<BracketLanguage.State> = []
      for state in frontier {
        for id in 0..<vocabulary.count where mask.allows(id, in: state, budget: 1000) {
          var successor = state
          mask.advance(&successor, by: id)
          if seen.insert(successor).inserted { next.insert(successor) }
        }
      }
      frontier = next
    }
    return seen
  }

  @Test(arguments: [0, 64])
  func `the mask is what asking about every token gives`(memoCapacity: Int) throws {
    let mask = try ConstraintMask(
      BracketLanguage(),
      over: vocabulary,
      memoCapacity: memoCapacity
    )
    let states = states(mask, steps: 4)
    #expect(states.count > 30)
    // Twice, so that remembered masks are compared too.
    for budget in [1000, 1, 2, 3, 4, 5, 6, 7, 1000] {
      for state in states {
        let expected = (0..<vocabulary.count).filter {
          mask.allows($0, in: state, budget: budget)
        }
        #expect(mask.mask(in: state, budget: budget).ids == expected, "\(state), \(budget)")
      }
    }
  }

  @Test func `a token is allowed only when a completion fits, and always between characters`()
    throws
  {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    // Fewest tokens to an end, the end token included, by exhaustive search.
    var distance: [BracketLanguage.State: Int] = [:]
    let states = states(mask, steps: 6)
    for state in states where mask.mayEnd(state) { distance[state] = 1 }
    for round in 2..<8 {
      for state in states where distance[state] == nil {
        for id in 0..<vocabulary.count where mask.allows(id, in: state, budget: 1000) {
          var next = state
          mask.advance(&next, by: id)
          if let known = distance[next], known < round {
            distance[state] = round
            break
          }
        }
      }
    }
    #expect(distance.count == states.count)
    #expect(mask.minimumBudget == distance[mask.initial])
    for state in states {
      for id in 0..<vocabulary.count where vocabulary.text(of: id) != nil {
        for budget in 1..<8 {
          let verdict = mask.verdict(on: id, in: state, budget: budget)
          guard verdict != .refused else { continue }
          var next = state
          mask.advance(&next, by: id)
          guard let needed = distance[next] else { continue }
          let fits = needed <= budget - 1
          if verdict == .allowed { #expect(fits, "\(state) \(id) \(budget)") }
          // Inside a character another continuation may be a shorter text than the known one.
          if next.progress.isBetweenCharacters {
            #expect((verdict == .allowed) == fits, "\(state) \(id) \(budget)")
          }
        }
      }
    }
  }

  @Test func `a vocabulary without single bytes is measured in its own tokens`() throws {
    let few = smallVocabulary(bytes: [])
    let mask = try ConstraintMask(BracketLanguage(), over: few)
    #expect(mask.minimumBudget == 2)
    var state = mask.initial
    for budget in (1...5).reversed() {
      let allowed = mask.mask(in: state, budget: budget).ids
      #expect(allowed == (0..<few.count).filter { mask.allows($0, in: state, budget: budget) })
      let last = try #require(allowed.last)
      mask.advance(&state, by: last)
    }
    #expect(mask.mayEnd(state))
  }

  @Test func `a vocabulary that cannot write the constraint's text is refused by name`() {
    let letters = TokenVocabulary(count: 3) { $0 == 0 ? .end : .text([96 + UInt8($0)]) }
    #expect(throws: ConstrainedDecodingError.unwritableByte(UInt8(ascii: "("))) {
      try ConstraintMask(BracketLanguage(), over: letters)
    }
    let endless = TokenVocabulary(count: 3) { _ in .text([40]) }
    #expect(throws: ConstrainedDecodingError.noEndToken) {
      try ConstraintMask(BracketLanguage(), over: endless)
    }
  }

  @Test func `symbols are allowed where the constraint takes them and nowhere else`() throws {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    var state = mask.initial
    #expect(!mask.allows(2, in: state, budget: 100))
    for _ in 0..<2 {
      if state == mask.initial {
        #expect(BracketLanguage().advance(&state, UInt8(ascii: "(")))
      }
      #expect(mask.mask(in: state, budget: 100).contains(2))
      #expect(!mask.mask(in: state, budget: 100).contains(3))
      mask.advance(&state, by: 2)
    }
    #expect(state.symbols == 2)
    #expect(!mask.mask(in: state, budget: 100).contains(2))
  }

  @Test func `ids outside the vocabulary are refused and change nothing`() throws {
    let mask = try ConstraintMask(BracketLanguage(), over: vocabulary)
    for id in [-1, vocabulary.count, Int.max] {
      #expect(mask.verdict(on: id, in: mask.initial, budget: 100) == .refused)
      var state = mask.initial
      mask.advance(&state, by: id)
      #expect(state == mask.initial)
    }
    #expect(mask.mask(in: mask.initial, budget: 100).limit == vocabulary.count)
  }
}
