import Checkpoints
package import Tensors

extension DecodingSession {
  /// Runs the prompt, and tokens after it if they are already known, in one pass.
  ///
  /// - Parameters:
  ///   - prompt: `[prefixLength, hidden]`: image features as the projector gives them, then the scaled
  ///     embeddings of the prompt's text.
  ///   - suffix: Tokens after the prompt.
  ///   - firstLogits: First position whose logits are wanted; the last of the prompt when `nil`.
  ///     Positions before it may leave the last block uncomputed.
  ///   - observe: Called with every intermediate result, `[positions, hidden]`, valid during the call.
  ///   - visit: Receives each wanted position and its `vocabulary` logits, which it may overwrite.
  /// - Throws: ``LanguageModelError/tokenOutOfRange(id:rows:)``, or what `visit` throws.
  package func run(
    prompt: FloatMatrix,
    suffix: some Collection<Int> = [],
    firstLogits: Int? = nil,
    observe: ((TextStage, FloatMatrix) -> Void)? = nil,
    visit: (Int, UnsafeMutablePointer<Float>) throws -> Void
  ) throws {
    precondition(prompt.rows == prefixLength, "\(prompt.rows) rows for \(prefixLength) positions")
    precondition(cache.holds(prefixLength + suffix.count), "more tokens than reserved")
    let width = decoder.configuration.hiddenSize
    let hidden = FloatMatrix(rows: prefixLength + suffix.count, columns: width)
    hidden.pointer.update(from: prompt.pointer, count: prompt.rows * width)
    try decoder.embed(Array(suffix), into: hidden.row(prefixLength))
    observe?(.embeddings, hidden)
    let first = min(max(firstLogits ?? prefixLength - 1, 0), hidden.rows - 1)
    for index in decoder.blocks.indices {
      // Only the wanted positions need the last block, except for its keys and values.
      let isLast = index == decoder.blocks.count - 1
      forward(index, hidden, from: isLast && observe == nil ? first : 0)
      observe?(.block(index), hidden)
    }
    if let observe {
      let normalised = FloatMatrix(rows: hidden.rows, columns: width)
      decoder.normalise(
        hidden.pointer,
        rows: hidden.rows,
        weight: decoder.finalNorm,
        output: normalised.pointer
      )
      observe(.normalised, normalised)
    }
    try visitLogits(hidden, from: first, visit: visit)
  }

  /// Some rows at a time, because the vocabulary is large.
  private func visitLogits(
    _ hidden: FloatMatrix,
    from first: Int,
    visit: (Int, UnsafeMutablePointer<Float>) throws -> Void
  ) throws {
    let rows = min(8, hidden.rows - first, scratch.rows)
    let logits = FloatMatrix(rows: rows, columns: decoder.configuration.vocabularySize)
    for start in stride(from: first, to: hidden.rows, by: rows) {
      let count = min(rows, hidden.rows - start)
      decoder.writeLogits(
        of: hidden.row(start),
        rows: count,
        normalised: scratch.normalised.pointer,
        logits: logits.pointer
      )
      for row in 0..<count { try visit(start + row, logits.row(row)) }
    }
  }

  /// One block over all positions: first every key and value, then the rows from `first` on.
  private func forward(_ index: Int, _ hidden: FloatMatrix, from first: Int) {
    let block = decoder.blocks[index]
    let pass = BlockPass(decoder: decoder, scratch: scratch)
    // Rows that are all computed at once need to be normalised only once.
    let isOnePart = first == 0 && hidden.rows <= scratch.rows
    for start in stride(from: 0, to: hidden.rows, by: scratch.rows) {
      let rows = prepare(block, hidden, from: start)
      pass.project(block, rows: rows, queries: isOnePart)
      cache.store(
        block: index,
        from: start,
        rows: rows,
        keys: scratch.key.pointer,
        values: scratch.value.pointer
      )
    }
    for start in stride(from: first, to: hidden.rows, by: scratch.rows) {
      let rows = min(scratch.rows, hidden.rows - start)
      if !isOnePart {
        _ = prepare(block, hidden, from: start)
        pass.projectQueries(block, rows: rows)
      }
      for row in 0..<rows {
        let bounds = visible(from: start + row, sliding: block.isSliding)
        scratch.lower[row] = bounds.lower
        scratch.upper[row] = bounds.upper
      }
      pass.attend(index, rows: 0..<rows, cache: cache, keyCount: hidden.rows)
      pass.finish(block, rows: rows, hidden: hidden.row(start))
    }
  }

  /// Normalises some rows and sets their positions.
  private func prepare(_ block: TextBlock, _ hidden: FloatMatrix, from start: Int) -> Int {
    let rows = min(scratch.rows, hidden.rows - start)
    decoder.normalise(
      hidden.row(start),
      rows: rows,
      weight: block.attentionNorm,
      output: scratch.normalised.pointer
    )
    setPositions(start..<start + rows)
    return rows
  }

  private func setPositions(_ range: Range<Int>) {
    for (row, position) in range.enumerated() {
      scratch.positions[row] = Int32(position + 1)
    }
  }
}
