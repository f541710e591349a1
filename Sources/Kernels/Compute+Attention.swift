import CKernels
import Tensors

extension Compute {
  /// Query rows, times query heads per key head, that share one pass over the keys of a head: many, as
  /// far as enough tasks are left for all threads.
  private static let attentionLines = 64...256

  /// Rotary position embedding, half-split: element `i` turns with element `i + headSize / 2`.
  ///
  /// The angle is `Float(position) * frequency` rounded to float32, as the reference computes it.
  ///
  /// - Parameters:
  ///   - values: `[rows, heads * headSize]`, in place.
  ///   - rows: Zero or more.
  ///   - heads: Heads per row.
  ///   - headSize: Numbers per head, even.
  ///   - positions: `[rows]`.
  ///   - frequencies: `[headSize / 2]`, `theta ^ (-2i / headSize)`.
  package func rotate(
    _ values: UnsafeMutablePointer<Float>,
    rows: Int,
    heads: Int,
    headSize: Int,
    positions: UnsafePointer<Int32>,
    frequencies: UnsafePointer<Float>
  ) {
    let width = heads * headSize
    share(items: rows, workPerItem: 4 * width + 20 * headSize) { range in
      table.rotate(
        values + range.lowerBound * width,
        range.count,
        heads,
        headSize,
        positions + range.lowerBound,
        frequencies
      )
    }
  }

  /// Scaled dot-product attention; ``AttentionRequest`` states shapes and ranges.
  package func attention(_ request: AttentionRequest) {
    guard request.rows > 0, request.headSize > 0 else { return }
    var argument = ck_attention(request)
    let group = request.heads / request.kvHeads
    let element = argument.element
    let even = request.rows * request.heads / (threads * 4)
    let range = Compute.attentionLines
    let rows = max(min(max(even, range.lowerBound), range.upperBound) / group, 1)
    let blocks = (request.rows + rows - 1) / rows
    let scratch = table.attention_scratch_bytes(
      min(request.rows, rows) * group,
      request.headSize,
      element
    )
    withUnsafePointer(to: &argument) { argument in
      share(
        blocks * request.kvHeads,
        work: 4 * request.rows * request.heads * request.headSize * request.keyCount,
        scratchBytes: scratch
      ) { task, scratch in
        // Neighbouring tasks share keys and values.
        let first = task % blocks * rows
        let end = min(first + rows, request.rows)
        table.attention(argument, first, end, task / blocks, scratch)
      }
    }
  }
}

extension ck_attention {
  init(_ request: AttentionRequest) {
    self.init(
      query: request.query,
      keys: request.keys,
      values: request.values,
      element: request.element == .float32 ? CK_ELEMENT_FLOAT32 : CK_ELEMENT_BFLOAT16,
      rows: request.rows,
      heads: request.heads,
      kv_heads: request.kvHeads,
      head_size: request.headSize,
      key_count: request.keyCount,
      scale: request.scale,
      soft_cap: request.softCap ?? 0,
      lower: request.lower,
      upper: request.upper,
      output: request.output
    )
  }
}
