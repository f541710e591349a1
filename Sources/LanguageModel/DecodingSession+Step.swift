package import Tensors

extension DecodingSession {
  /// Feeds one token to each of several hypotheses; the weights are read once for all of them.
  ///
  /// - Parameters:
  ///   - batch: At most ``width`` hypotheses, each the empty one or a result of the last call, with the
  ///     token to append. Hypotheses that are left out are dropped.
  ///   - logits: Row `r` receives the logits that follow entry `r`.
  /// - Returns: One longer hypothesis per entry.
  /// - Throws: ``LanguageModelError/tokenOutOfRange(id:rows:)``.
  package func step(
    _ batch: [(sequence: SuffixSequence, token: Int)],
    logits: FloatMatrix
  ) throws(LanguageModelError) -> [SuffixSequence] {
    precondition(batch.count <= min(width, logits.rows), "more hypotheses than reserved")
    let hidden = scratch.hidden
    try decoder.embed(batch.map(\.token), into: hidden.pointer)
    let sequences = extend(batch.map(\.sequence))
    for (row, sequence) in sequences.enumerated() {
      precondition(prefixLength + sequence.count <= cache.capacity, "more tokens than reserved")
      scratch.positions[row] = Int32(prefixLength + sequence.count)
    }
    let firstCopies = width > 1 ? cache.plan(sequences.map(\.slots)) : []
    for index in decoder.blocks.indices {
      step(index, sequences: sequences, firstCopies: firstCopies)
    }
    decoder.writeLogits(
      of: hidden.pointer,
      rows: batch.count,
      normalised: scratch.normalised.pointer,
      logits: logits.pointer
    )
    return sequences
  }

  private func extend(_ sequences: [SuffixSequence]) -> [SuffixSequence] {
    guard width > 1 else {
      return sequences.map { SuffixSequence(count: $0.count + 1, slots: []) }
    }
    let slots = cache.takeSlots(sequences.count, keeping: sequences)
    return zip(sequences, slots).map { sequence, slot in
      SuffixSequence(count: sequence.count + 1, slots: sequence.slots + [slot])
    }
  }

  private func step(_ index: Int, sequences: [SuffixSequence], firstCopies: [Int]) {
    let block = decoder.blocks[index]
    let rows = sequences.count
    decoder.normalise(
      scratch.hidden.pointer,
      rows: rows,
      weight: block.attentionNorm,
      output: scratch.normalised.pointer
    )
    projectKeys(
      block,
      rows: rows,
      keys: scratch.key.pointer,
      values: scratch.value.pointer
    )
    projectQueries(block, rows: rows)
    for (row, sequence) in sequences.enumerated() {
      let position = prefixLength + sequence.count - 1
      if width > 1 {
        cache.store(
          slot: sequence.slots[sequence.count - 1],
          block: index,
          key: scratch.key.row(row),
          value: scratch.value.row(row)
        )
      } else {
        let offset = position * cache.width
        (cache.keys(index) + offset).update(from: scratch.key.row(row), count: cache.width)
        (cache.values(index) + offset).update(from: scratch.value.row(row), count: cache.width)
      }
      let bounds = visible(from: position, sliding: block.isSliding)
      scratch.lower[row] = bounds.lower
      scratch.upper[row] = bounds.upper
    }
    for (row, sequence) in sequences.enumerated() {
      if width > 1 {
        cache.fillWindow(block: index, with: sequence.slots, from: firstCopies[row])
      }
      attend(index, rows: row..<row + 1, keyCount: prefixLength + sequence.count)
    }
    finish(block, rows: rows, hidden: scratch.hidden.pointer)
  }
}
