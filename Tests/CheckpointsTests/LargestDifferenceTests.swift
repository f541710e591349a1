import TestSupport
import Testing

@Suite struct LargestDifferenceTests {
  @Test func `the largest difference is found with its place`() {
    let difference = LargestDifference([1, 2, 3, 4], [1, 2.5, 3, 3], columns: 2)
    #expect(difference.index == 3)
    #expect(difference.value == 1)
    #expect(difference.description.contains("row 1, column 1"))
  }

  @Test func `numbers that are not finite never pass for equal ones`() {
    #expect(LargestDifference([.nan], [1]).value == .infinity)
    #expect(LargestDifference([1], [.nan]).value == .infinity)
    #expect(LargestDifference([.infinity], [1]).value == .infinity)
    #expect(LargestDifference([-.infinity], [-.infinity]).value == 0)
    #expect(LargestDifference([.infinity], [-.infinity]).value == .infinity)
    #expect(LargestDifference([], []).value == 0)
  }

  @Test func `lists that differ are reported`() {
    let message = closenessFailure([1, 2], [1, 2.1], absolute: 0.05)
    #expect(message?.contains("at index 1: 2.0 instead of 2.1") == true)
    #expect(closenessFailure([1], [1, 2], absolute: 10) == "1 values instead of 2")
    #expect(closenessFailure([.nan], [1], absolute: 10) != nil)
    #expect(closenessFailure([1, 2], [1, 2.01], absolute: 0.05) == nil)
    #expect(closenessFailure([], [], absolute: 0) == nil)
  }
}
