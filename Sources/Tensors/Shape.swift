/// The extents of a tensor, outermost first; the last axis is contiguous in memory.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// Extent per axis; never negative.
  package let extents: [Int]

  /// Elements in total; 1 for a scalar.
  package let elementCount: Int

  /// A shape whose extents come from a file; `nil` when one is negative or the product overflows.
  ///
  /// - Parameter extents: Extent per axis, outermost first.
  package init?(checking extents: [Int]) {
    var count = 1
    for extent in extents {
      guard extent >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      count = product
    }
    self.extents = extents
    self.elementCount = count
  }

  /// A shape written in the program; extents must be non-negative and their product fit an `Int`.
  ///
  /// Extents straight from a file go through ``init(checking:)``. Those that a model's configuration
  /// gives are bounded when it is read: the largest product, vocabulary times width, is below 2^42.
  package init(_ extents: [Int]) {
    guard let shape = Shape(checking: extents) else {
      preconditionFailure("a shape has no negative or overflowing extents: \(extents)")
    }
    self = shape
  }

  package init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// Number of axes.
  package var rank: Int { extents.count }

  /// Extent of one axis; negative indices count from the last.
  package subscript(axis: Int) -> Int {
    extents[axis < 0 ? extents.count + axis : axis]
  }
}

extension Shape: CustomStringConvertible {
  /// Extents as they stand in error messages: `[2048, 2304]`.
  package var description: String { extents.description }
}
