/// The shape of an ordered, rooted tree: its nodes in postorder.
package struct OrderedTree: Equatable, Sendable {
  /// For each node, the index of the leftmost leaf below it.
  package private(set) var leftmostLeaf: [Int] = []

  /// A tree without nodes.
  package init() {}

  /// Nodes in the tree.
  package var count: Int { leftmostLeaf.count }

  /// Adds a node after its descendants.
  ///
  /// - Parameter firstDescendant: Index of the first node below it, ``count`` for a leaf.
  package mutating func append(firstDescendant: Int) {
    leftmostLeaf.append(firstDescendant < count ? leftmostLeaf[firstDescendant] : count)
  }

  /// Nodes that have a left sibling, and the root: where the algorithm starts a table.
  var keyRoots: [Int] {
    var last: [Int: Int] = [:]
    for (node, leaf) in leftmostLeaf.enumerated() { last[leaf] = node }
    return last.values.sorted()
  }

  /// The least total cost of edits that turn one tree into another: inserting or deleting a node
  /// costs 1.
  ///
  /// Source: Zhang and Shasha, "Simple fast algorithms for the editing distance between trees and
  /// related problems", 1989.
  ///
  /// - Parameters:
  ///   - other: The other tree.
  ///   - renaming: Cost of turning node `i` of this tree into node `j` of the other, from 0 to 1.
  /// - Returns: The distance, from 0 to the number of nodes of both trees.
  /// - Complexity: O(n m) memory.
  package func distance(to other: OrderedTree, renaming: (_ i: Int, _ j: Int) -> Double) -> Double {
    guard count > 0, other.count > 0 else { return Double(count + other.count) }
    let columns = other.count
    var trees = [Double](repeating: 0, count: count * columns)
    // Forest distances of one pair of key roots; row and column 0 are the empty forest.
    var forests = [Double](repeating: 0, count: (count + 1) * (columns + 1))
    let otherRoots = other.keyRoots
    for root in keyRoots {
      let first = leftmostLeaf[root]
      let rows = root - first + 1
      for otherRoot in otherRoots {
        let otherFirst = other.leftmostLeaf[otherRoot]
        let width = otherRoot - otherFirst + 2
        for y in 0..<width { forests[y] = Double(y) }
        for x in 1...rows {
          let i = first + x - 1
          let leaf = leftmostLeaf[i]
          let row = x * width
          forests[row] = Double(x)
          for y in 1..<width {
            let j = otherFirst + y - 1
            let otherLeaf = other.leftmostLeaf[j]
            let edited = min(forests[row - width + y], forests[row + y - 1]) + 1
            if leaf == first, otherLeaf == otherFirst {
              let best = min(edited, forests[row - width + y - 1] + renaming(i, j))
              forests[row + y] = best
              trees[i * columns + j] = best
            } else {
              let before = forests[(leaf - first) * width + otherLeaf - otherFirst]
              forests[row + y] = min(edited, before + trees[i * columns + j])
            }
          }
        }
      }
    }
    return trees[count * columns - 1]
  }
}
