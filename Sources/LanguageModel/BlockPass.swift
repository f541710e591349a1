import Checkpoints
import Kernels
import Tensors

/// The pieces of a block, over rows that lie in working memory; the rows may belong to several requests.
struct BlockPass {
  let decoder: TextDecoder
  let scratch: TextScratch

  /// Keys and values of the normalised rows, and their queries if asked for, into working memory;
  /// keys and queries are rotated.
  func project(_ block: TextBlock, rows: Int, queries: Bool) {
    var layers = [
      LinearLayer(block.key, output: scratch.key.pointer),
      LinearLayer(block.value, output: scratch.value.pointer),
    ]
    if queries { layers.append(LinearLayer(block.query, output: scratch.query.pointer)) }
    decoder.compute.linear(scratch.normalised.pointer, rows: rows, layers: layers)
    rotate(scratch.key.pointer, rows: rows, heads: decoder.configuration.keyValueHeadCount)
    if queries {
      rotate(scratch.query.pointer, rows: rows, heads: decoder.configuration.headCount)
    }
  }

  /// Rotated queries of the normalised rows.
  func projectQueries(_ block: TextBlock, rows: Int) {
    let query = scratch.query.pointer
    let layer = LinearLayer(block.query, output: query)
    decoder.compute.linear(scratch.normalised.pointer, rows: rows, layers: [layer])
    rotate(query, rows: rows, heads: decoder.configuration.headCount)
  }

  private func rotate(_ values: UnsafeMutablePointer<Float>, rows: Int, heads: Int) {
    decoder.compute.rotate(
      values,
      rows: rows,
      heads: heads,
      headSize: decoder.configuration.headSize,
      positions: UnsafePointer(scratch.positions),
      frequencies: decoder.frequencies.pointer
    )
  }

  /// Attention of some rows over a block of one request's cache, within their bounds.
  func attend(_ index: Int, rows: Range<Int>, cache: KeyValueCache, keyCount: Int) {
    let configuration = decoder.configuration
    decoder.compute.attention(
      AttentionRequest(
        query: scratch.query.row(rows.lowerBound),
        keys: cache.keys(index),
        values: cache.values(index),
        element: cache.element,
        rows: rows.count,
        heads: configuration.headCount,
        kvHeads: configuration.keyValueHeadCount,
        headSize: configuration.headSize,
        keyCount: keyCount,
        scale: configuration.queryScale,
        softCap: configuration.attentionSoftCap,
        lower: UnsafePointer(scratch.lower + rows.lowerBound),
        upper: UnsafePointer(scratch.upper + rows.lowerBound),
        output: scratch.attended.row(rows.lowerBound)
      )
    )
  }

  /// What follows the attention: its projection, the feed-forward layer, and both residual sums.
  func finish(_ block: TextBlock, rows: Int, hidden: UnsafeMutablePointer<Float>) {
    let compute = decoder.compute
    let projected = scratch.projected.pointer
    let normalised = scratch.normalised.pointer
    compute.linear(
      scratch.attended.pointer,
      rows: rows,
      weights: block.output,
      bias: nil,
      output: projected
    )
    addResidual(projected, rows: rows, norm: block.postAttentionNorm, hidden: hidden)
    decoder.normalise(hidden, rows: rows, weight: block.feedForwardNorm, output: normalised)
    let gate = scratch.gate.pointer
    let up = scratch.up.pointer
    compute.linear(
      normalised,
      rows: rows,
      layers: [LinearLayer(block.gate, output: gate), LinearLayer(block.up, output: up)]
    )
    compute.gatedGELU(gate: gate, up: up, count: rows * scratch.gate.columns)
    compute.linear(gate, rows: rows, weights: block.down, bias: nil, output: projected)
    addResidual(projected, rows: rows, norm: block.postFeedForwardNorm, hidden: hidden)
  }

  private func addResidual(
    _ values: UnsafeMutablePointer<Float>,
    rows: Int,
    norm: FloatMatrix?,
    hidden: UnsafeMutablePointer<Float>
  ) {
    if let norm {
      decoder.normalise(values, rows: rows, weight: norm, output: values)
    }
    decoder.compute.add(values, to: hidden, count: rows * decoder.configuration.hiddenSize)
  }
}
