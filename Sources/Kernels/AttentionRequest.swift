package import Tensors

/// One call of scaled dot-product attention.
///
/// Query head `h` reads key and value head `h / (heads / kvHeads)`: multi-head, grouped-query and
/// multi-query attention are the same call. Row `r` sees the keys `lower[r]..<upper[r]`; an empty
/// range gives a row of zeros, and ranges are clamped to `0..<keyCount`. Keys and values that a row
/// does not see do not change its bits as long as they are finite.
package struct AttentionRequest: @unchecked Sendable {
  /// Queries, `[rows, heads * headSize]`.
  package var query: UnsafePointer<Float>
  /// Keys, `[keyCount, kvHeads * headSize]` of ``element``.
  package var keys: UnsafeRawPointer
  /// Values, `[keyCount, kvHeads * headSize]` of ``element``.
  package var values: UnsafeRawPointer
  /// Format of keys and values: float32 or bfloat16.
  package var element: ElementType
  /// Number of query rows.
  package var rows: Int
  /// Query heads; a multiple of ``kvHeads``.
  package var heads: Int
  /// Key and value heads.
  package var kvHeads: Int
  /// Numbers per head.
  package var headSize: Int
  /// Number of key and value rows.
  package var keyCount: Int
  /// Factor on every dot product of a query and a key.
  package var scale: Float
  /// When set, a scaled score `s` becomes `softCap * tanh(s / softCap)`.
  package var softCap: Float?
  /// First visible key per row, `[rows]`.
  package var lower: UnsafePointer<Int32>
  /// End of the visible keys per row, `[rows]`.
  package var upper: UnsafePointer<Int32>
  /// Results, `[rows, heads * headSize]`; must not overlap the inputs.
  package var output: UnsafeMutablePointer<Float>

  package init(
    query: UnsafePointer<Float>,
    keys: UnsafeRawPointer,
    values: UnsafeRawPointer,
    element: ElementType = .float32,
    rows: Int,
    heads: Int,
    kvHeads: Int,
    headSize: Int,
    keyCount: Int,
    scale: Float,
    softCap: Float?,
    lower: UnsafePointer<Int32>,
    upper: UnsafePointer<Int32>,
    output: UnsafeMutablePointer<Float>
  ) {
    precondition(
      kvHeads > 0 && heads % kvHeads == 0,
      "\(heads) query heads over \(kvHeads) key heads"
    )
    precondition(element != .float16, "keys of float32 or bfloat16")
    self.query = query
    self.keys = keys
    self.values = values
    self.element = element
    self.rows = rows
    self.heads = heads
    self.kvHeads = kvHeads
    self.headSize = headSize
    self.keyCount = keyCount
    self.scale = scale
    self.softCap = softCap
    self.lower = lower
    self.upper = upper
    self.output = output
  }
}
