/// A node of a token trie laid out depth first, in 8 bytes.
///
/// Bits 0...7 hold the byte on the edge, 8...15 the depth counted from 1, 16...39 the number of nodes
/// in the subtree, the node included, and 40...63 the token that ends here, all ones for none.
public struct TrieNode: Sendable {
  @usableFromInline var bits: UInt64

  /// Largest depth, subtree size and token id that a node can hold.
  public static let limits = (depth: 255, subtree: 1 << 24 - 1, token: 1 << 24 - 2)

  /// A node without a subtree.
  ///
  /// - Parameters:
  ///   - byte: The byte on the edge that leads here.
  ///   - depth: 1 for the first byte of a token, at most 255.
  @inlinable
  public init(byte: UInt8, depth: Int) {
    bits = UInt64(byte) | UInt64(depth) << 8 | 1 << 16 | 0xFF_FFFF << 40
  }

  /// The byte on the edge that leads here.
  @inlinable public var byte: UInt8 { UInt8(truncatingIfNeeded: bits) }

  /// Bytes from the root to here, at least 1.
  @inlinable public var depth: Int { Int(truncatingIfNeeded: bits >> 8 & 0xFF) }

  /// Number of nodes in the subtree, this one included.
  @inlinable public var subtree: Int {
    get { Int(truncatingIfNeeded: bits >> 16 & 0xFF_FFFF) }
    set { bits = bits & ~(0xFF_FFFF << 16) | UInt64(newValue) << 16 }
  }

  /// The token whose last byte this is, if there is one.
  @inlinable public var token: Int? {
    get { bits >> 40 == 0xFF_FFFF ? nil : Int(truncatingIfNeeded: bits >> 40) }
    set { bits = bits & (1 << 40 - 1) | UInt64(newValue ?? 0xFF_FFFF) << 40 }
  }
}
