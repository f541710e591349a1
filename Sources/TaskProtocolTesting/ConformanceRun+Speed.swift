import ConstrainedDecoding
import OutputConstraints
import TaskProtocol

/// K11: the cost of masks over a vocabulary of published size.
extension ConformanceRun {
  /// Times masks along the accepted texts, and compares the work before and after much free text.
  ///
  /// The project's limits are held with the slack of the options.
  func checkSpeed(_ tally: inout CheckTally) throws(ConstrainedDecodingError) -> MaskFigures {
    let pieces = SyntheticVocabulary(seed: options.seed).pieces
    let figures = try measureMasks(
      of: constraint,
      along: Array(fixtures.accept.prefix(20)),
      pieces: pieces
    )
    func expect(_ value: Double, below limit: Double, _ name: String) {
      tally.expect(
        value < options.speedSlack * limit,
        "\(name) is \(value), more than \(options.speedSlack) times the limit of \(limit)"
      )
    }
    expect(figures.favourite, below: 1, "the favourite check in microseconds")
    expect(figures.maskMedian, below: 20, "the median mask in microseconds")
    expect(figures.maskHigh, below: 50, "the 99th percentile of masks in microseconds")
    expect(figures.maskMaximum, below: 500, "the longest mask in microseconds")
    expect(figures.tightMaximum, below: 500, "the longest mask at the end of a budget")
    tally.expect(figures.trieBytes < 8_000_000, "the trie takes \(figures.trieBytes) bytes")
    tally.expect(figures.stateBytes <= 256, "a state takes \(figures.stateBytes) bytes")
    checkFlatness(&tally)
    return figures
  }

  /// A mask after 4000 bytes of free text visits as many nodes as before.
  private func checkFlatness(_ tally: inout CheckTally) {
    for visit in sampledVisits(200) {
      guard let text = constraint.freeText(visit.state), text.maximumByteCount > 4096,
        let byte = (UInt8.min...0x7F).first(where: text.bytes.contains)
      else { continue }
      var later = visit.state
      for _ in 0..<4000 where !constraint.advance(&later, byte) { return }
      guard let plain = try? ConstraintMask(constraint, over: vocabulary, memoCapacity: 0) else {
        return
      }
      let counts = [visit.state, later].map {
        plain.measuredMask(in: $0, budget: Self.amplestBudget).visitedNodeCount
      }
      tally.expect(
        counts[1] <= counts[0] + 16,
        "a mask visits \(counts[0]) nodes, and \(counts[1]) after 4000 bytes of text",
        after: visit.prefix,
        seed: visit.seed
      )
      return
    }
  }
}
