/// A prefix tree over byte strings, for longest matches at a place of a text.
struct ByteTrie: Sendable {
  private var edges: PairTable
  /// Child of the root by first byte, -1 for none: most places of a text fail here.
  private var roots = [Int32](repeating: -1, count: 256)
  /// Value of the string that ends in a node, -1 for none.
  private var values: [Int32] = [-1]

  init(expectedNodes: Int = 0) {
    edges = PairTable(expectedCount: expectedNodes)
  }

  /// Whether the tree holds nothing.
  var isEmpty: Bool { values.count == 1 }

  /// Adds a string; the last value given stays.
  mutating func insert(_ bytes: [UInt8], value: Int) {
    guard !bytes.isEmpty else { return }
    var node: Int32 = 0
    for byte in bytes {
      if let child = child(of: node, byte) {
        node = child
      } else {
        let child = Int32(values.count)
        values.append(-1)
        if node == 0 {
          roots[Int(byte)] = child
        } else {
          edges.set(node, Int32(byte), UInt64(child))
        }
        node = child
      }
    }
    values[Int(node)] = Int32(value)
  }

  /// The node one byte below `node`; node 0 is the root.
  func child(of node: Int32, _ byte: UInt8) -> Int32? {
    if node == 0 {
      let child = roots[Int(byte)]
      return child < 0 ? nil : child
    }
    return edges.value(node, Int32(byte)).map { Int32(truncatingIfNeeded: $0) }
  }

  /// The value of the string that ends in `node`.
  func value(at node: Int32) -> Int? {
    let value = values[Int(node)]
    return value < 0 ? nil : Int(value)
  }

  /// The longest string of the tree that starts at `index`.
  func longestMatch(
    _ bytes: [UInt8],
    at index: Int,
    end: Int
  ) -> (value: Int, length: Int)? {
    var node: Int32 = 0
    var best: (value: Int, length: Int)?
    var place = index
    while place < end, let next = child(of: node, bytes[place]) {
      node = next
      place += 1
      if let value = value(at: node) { best = (value, place - index) }
    }
    return best
  }
}
