import OutputConstraints
import Testing

@Suite struct CombinatorTests {
  /// Languages whose texts overlap in every way that matters.
  private static let patterns = ["a", "ab?", "a*", "(ab)*", "b|bab", "a?b?", "aa|ab", "(a|b){2}"]

  private func language(_ pattern: String) throws -> RegularConstraint {
    try RegularConstraint(.regularExpression(pattern))
  }

  private func texts(_ pattern: String, length: Int = 6) throws -> Set<String> {
    acceptedTexts(try language(pattern), alphabet: "ab-", length: length)
  }

  @Test(arguments: patterns, patterns)
  func `a sequence accepts every text of one followed by one of the other`(
    first: String,
    second: String
  ) throws {
    let constraint = ConstraintSequence(try language(first), try language(second))
    let found = acceptedTexts(
      constraint,
      alphabet: "ab-",
      length: 6,
      isBoundExact: false
    )
    let expected = try texts(first).flatMap { head in
      try texts(second).map { head + $0 }
    }
    #expect(found == Set(expected.filter { $0.count <= 6 }))
  }

  @Test(arguments: patterns, patterns)
  func `a choice accepts the texts of both`(first: String, second: String) throws {
    let constraint = ConstraintChoice(try language(first), try language(second))
    let found = acceptedTexts(constraint, alphabet: "ab-", length: 6)
    #expect(found == (try texts(first).union(texts(second))))
  }

  @Test(arguments: patterns, patterns)
  func `a product accepts texts of both and always knows an end`(
    first: String,
    second: String
  ) throws {
    let common = try texts(first).intersection(texts(second))
    do {
      // Endings of up to four bytes are searched, so that none is overlooked here.
      let (one, two) = (try language(first), try language(second))
      let endings = allTexts("ab", length: 4).map { Array($0.utf8) }
      let constraint = try ConstraintProduct(one, two) { left, right in
        endings.first { ending in
          var (left, right) = (left, right)
          return ending.allSatisfy { one.advance(&left, $0) && two.advance(&right, $0) }
            && one.canFinish(left) && two.canFinish(right)
        }
      }
      #expect(acceptedTexts(constraint, alphabet: "ab-", length: 6) == common)
    } catch ConstraintDefinitionError.empty {
      #expect(common.isEmpty)
    }
  }

  @Test func `a product without a closer never promises an end that does not come`() throws {
    for first in Self.patterns {
      for second in Self.patterns {
        guard let product = try? ConstraintProduct(language(first), language(second)) else {
          continue
        }
        let found = acceptedTexts(product, alphabet: "ab-", length: 6)
        #expect(found.isSubset(of: try texts(first).intersection(texts(second))))
        #expect(!found.isEmpty)
      }
    }
  }

  @Test(arguments: patterns, [0...0, 0...1, 1...2, 2...2, 0...3, 2...4])
  func `a repetition accepts as many elements as its range says`(
    pattern: String,
    range: ClosedRange<Int>
  ) throws {
    for separator in ["", "-", "ab"] {
      let constraint = ConstraintRepetition(
        try language(pattern),
        range,
        separatedBy: separator
      )
      let found = acceptedTexts(constraint, alphabet: "ab-", length: 6, isBoundExact: false)
      var expected: Set<String> = range.contains(0) ? [""] : []
      var last: Set<String> = []
      for count in 1...max(1, range.upperBound) where range.upperBound > 0 {
        let elements = try texts(pattern)
        last =
          count == 1
          ? elements
          : Set(
            last.flatMap { head in
              elements.map { head + separator + $0 }.filter { $0.count <= 6 }
            }
          )
        if range.contains(count) { expected.formUnion(last) }
      }
      #expect(found == expected, "separator \(separator)")
    }
  }

  @Test(arguments: patterns)
  func `an erased constraint answers as the one within`(pattern: String) throws {
    let erased = try language(pattern).erased()
    #expect(acceptedTexts(erased, alphabet: "ab-", length: 6) == (try texts(pattern)))
    #expect(erased.initial == (try language(pattern)).erased().initial)
    let nested = ConstraintSequence(erased, ConstraintChoice(erased, erased).erased()).erased()
    #expect(!acceptedTexts(nested, alphabet: "ab", length: 4, isBoundExact: false).isEmpty)
  }

  @Test func `a state of another constraint is refused`() throws {
    let erased = try language("a").erased()
    var foreign = ConstraintChoice(try language("a"), try language("b")).erased().initial
    #expect(!erased.advance(&foreign, UInt8(ascii: "a")))
    #expect(!erased.canFinish(foreign))
    #expect(foreign != erased.initial)
  }
}
