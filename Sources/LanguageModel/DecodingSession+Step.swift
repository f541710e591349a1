package import Tensors

/// One token of one hypothesis of a request.
package struct StepEntry {
  /// The request.
  package let session: DecodingSession
  /// The hypothesis: the empty one, or a result of the request's last step.
  package let sequence: SuffixSequence
  /// The token to append.
  package let token: Int

  package init(session: DecodingSession, sequence: SuffixSequence, token: Int) {
    self.session = session
    self.sequence = sequence
    self.token = token
  }
}

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
    try decoder.step(
      batch.map { StepEntry(session: self, sequence: $0.sequence, token: $0.token) },
      scratch: scratch,
      logits: logits
    )
  }

  fileprivate func extend(_ sequences: [SuffixSequence]) -> [SuffixSequence] {
    guard width > 1 else {
      return sequences.map { SuffixSequence(count: $0.count + 1, slots: []) }
    }
    let slots = cache.takeSlots(sequences.count, keeping: sequences)
    return zip(sequences, slots).map { sequence, slot in
      SuffixSequence(count: sequence.count + 1, slots: sequence.slots + [slot])
    }
  }

  /// Stores the key and the value of a hypothesis' last token.
  fileprivate func store(
    _ sequence: SuffixSequence,
    block: Int,
    key: UnsafePointer<Float>,
    value: UnsafePointer<Float>
  ) {
    if width > 1 {
      cache.store(
        slot: sequence.slots[sequence.count - 1],
        block: block,
        key: key,
        value: value
      )
    } else {
      cache.store(
        block: block,
        from: prefixLength + sequence.count - 1,
        rows: 1,
        keys: key,
        values: value
      )
    }
  }
}

extension TextDecoder {
  /// Feeds one token to each of several hypotheses, of one request or of many.
  ///
  /// What follows an entry does not depend on the others, to the last bit.
  ///
  /// - Parameters:
  ///   - entries: At most as many as `scratch` and `logits` have rows, and no more of a request than
  ///     its width. Hypotheses of a request that are left out are dropped, if it has any entry.
  ///   - scratch: Working memory.
  ///   - logits: Row `r` receives the logits that follow entry `r`.
  /// - Returns: One longer hypothesis per entry.
  /// - Throws: ``LanguageModelError/tokenOutOfRange(id:rows:)``.
  func step(
    _ entries: [StepEntry],
    scratch: TextScratch,
    logits: FloatMatrix
  ) throws(LanguageModelError) -> [SuffixSequence] {
    precondition(entries.count <= min(scratch.rows, logits.rows), "more hypotheses than reserved")
    let hidden = scratch.hidden.pointer
    try embed(entries.map(\.token), into: hidden)
    // Entries of a request stand where it first occurs.
    var rowsOfRequest: [ObjectIdentifier: [Int]] = [:]
    for (row, entry) in entries.enumerated() {
      rowsOfRequest[ObjectIdentifier(entry.session), default: []].append(row)
    }
    var sequences = [SuffixSequence](repeating: .empty, count: entries.count)
    var firstCopies = [Int](repeating: 0, count: entries.count)
    for rows in rowsOfRequest.values {
      let session = entries[rows[0]].session
      precondition(rows.count <= session.width, "more hypotheses than reserved")
      let longer = session.extend(rows.map { entries[$0].sequence })
      let copies = session.width > 1 ? session.cache.plan(longer.map(\.slots)) : []
      for (index, row) in rows.enumerated() {
        sequences[row] = longer[index]
        if session.width > 1 { firstCopies[row] = copies[index] }
      }
    }
    for (row, entry) in entries.enumerated() {
      let position = entry.session.prefixLength + sequences[row].count
      precondition(position <= entry.session.cache.capacity, "more tokens than reserved")
      scratch.positions[row] = Int32(position)
    }
    for index in blocks.indices {
      step(index, entries, sequences, firstCopies, scratch)
    }
    writeLogits(
      of: hidden,
      rows: entries.count,
      normalised: scratch.normalised.pointer,
      logits: logits.pointer
    )
    return sequences
  }

  private func step(
    _ index: Int,
    _ entries: [StepEntry],
    _ sequences: [SuffixSequence],
    _ firstCopies: [Int],
    _ scratch: TextScratch
  ) {
    let block = blocks[index]
    let rows = entries.count
    let pass = BlockPass(decoder: self, scratch: scratch)
    normalise(
      scratch.hidden.pointer,
      rows: rows,
      weight: block.attentionNorm,
      output: scratch.normalised.pointer
    )
    pass.project(block, rows: rows, queries: true)
    for (row, entry) in entries.enumerated() {
      let session = entry.session
      session.store(
        sequences[row],
        block: index,
        key: scratch.key.row(row),
        value: scratch.value.row(row)
      )
      let position = session.prefixLength + sequences[row].count - 1
      let bounds = session.visible(from: position, sliding: block.isSliding)
      let base = Int32(session.cache.base(index))
      scratch.lower[row] = bounds.lower - base
      scratch.upper[row] = bounds.upper - base
    }
    for (row, entry) in entries.enumerated() {
      let session = entry.session
      if session.width > 1 {
        session.cache.fillWindow(
          block: index,
          with: sequences[row].slots,
          from: firstCopies[row]
        )
      }
      pass.attend(
        index,
        rows: row..<row + 1,
        cache: session.cache,
        keyCount: session.prefixLength + sequences[row].count - session.cache.base(index)
      )
    }
    pass.finish(block, rows: rows, hidden: scratch.hidden.pointer)
  }
}
