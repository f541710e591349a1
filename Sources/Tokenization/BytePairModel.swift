internal import HeapModule

/// Byte-pair encoding with an explicit merge list, as `tokenizer.json` holds it.
///
/// Text is split into characters, then the pair with the lowest rank (leftmost of equals) is merged
/// until no pair of neighbours is in the list (Sennrich et al. 2016). A linked list over the symbols
/// and a heap of candidates make that O(n log n) in the length of the text.
struct BytePairModel: Sendable {
  /// Pieces of the model; added tokens are not among them unless the model has them too.
  let pieces: PieceTable
  /// (left id, right id) to rank in the upper and resulting id in the lower half.
  let merges: PairTable
  /// Stands for characters that have no piece; nil drops them.
  let unknownID: Int?
  /// Whether a run of unknown characters becomes one id.
  let fusesUnknown: Bool
  /// Ids of the 256 byte pieces, -1 where the vocabulary lacks one; nil without byte fallback.
  let byteIDs: [Int]?
  /// Whether a word that is a piece is taken whole before any merge.
  let ignoresMerges: Bool

  private struct Symbol {
    var id: Int32
    var previous: Int32
    /// -1 at the end.
    var next: Int32
    /// False once merged into its left neighbour.
    var isAlive = true
  }

  private struct Candidate: Comparable {
    /// Rank, then position: the order in which merges are applied.
    let key: UInt64
    let result: Int32

    var position: Int { Int(UInt32(truncatingIfNeeded: key)) }

    static func < (a: Candidate, b: Candidate) -> Bool { a.key < b.key }
  }

  /// Appends the ids of one word, which is never split further.
  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int]) {
    guard !range.isEmpty else { return }
    if ignoresMerges, let id = pieces.id(of: bytes, range) {
      ids.append(id)
      return
    }
    var symbols = initialSymbols(bytes, range)
    var candidates: [Candidate] = []
    for index in symbols.indices.dropLast() {
      if let candidate = candidate(symbols, at: Int32(index)) { candidates.append(candidate) }
    }
    merge(&symbols, Heap(candidates))
    for symbol in symbols where symbol.isAlive {
      ids.append(Int(symbol.id))
    }
  }

  /// One symbol per character, or per byte of a character that has no piece.
  private func initialSymbols(_ bytes: [UInt8], _ range: Range<Int>) -> [Symbol] {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(range.count)
    func add(_ id: Int) {
      let index = Int32(symbols.count)
      symbols.append(Symbol(id: Int32(id), previous: index - 1, next: index + 1))
    }
    // An unknown id waits so that the next unknown character can join it; byte pieces do not
    // release it, as in the reference.
    var isUnknownWaiting = false
    var index = range.lowerBound
    while index < range.upperBound {
      let end = min(index + UTF8Scan.length(lead: bytes[index]), range.upperBound)
      let character = index..<end
      index = end
      if let id = pieces.id(of: bytes, character) {
        if isUnknownWaiting, let unknownID { add(unknownID) }
        isUnknownWaiting = false
        add(id)
      } else if let byteIDs, character.allSatisfy({ byteIDs[Int(bytes[$0])] >= 0 }) {
        for place in character { add(byteIDs[Int(bytes[place])]) }
      } else if let unknownID {
        if isUnknownWaiting, !fusesUnknown { add(unknownID) }
        isUnknownWaiting = true
      }
    }
    if isUnknownWaiting, let unknownID { add(unknownID) }
    if !symbols.isEmpty { symbols[symbols.count - 1].next = -1 }
    return symbols
  }

  private func candidate(_ symbols: [Symbol], at position: Int32) -> Candidate? {
    let left = symbols[Int(position)]
    guard left.next >= 0, let merge = merges.value(left.id, symbols[Int(left.next)].id) else {
      return nil
    }
    return Candidate(
      key: (merge >> 32) << 32 | UInt64(position),
      result: Int32(truncatingIfNeeded: merge)
    )
  }

  private func merge(_ symbols: inout [Symbol], _ candidates: consuming Heap<Candidate>) {
    while let top = candidates.popMin() {
      let position = top.position
      let left = symbols[position]
      guard left.isAlive, left.next >= 0 else { continue }
      let right = symbols[Int(left.next)]
      // The pair may have changed since it was queued; the reference compares the result only.
      guard let merge = merges.value(left.id, right.id),
        Int32(truncatingIfNeeded: merge) == top.result
      else { continue }
      symbols[Int(left.next)].isAlive = false
      symbols[position].id = top.result
      symbols[position].next = right.next
      if right.next >= 0 { symbols[Int(right.next)].previous = Int32(position) }
      if left.previous >= 0, let fresh = candidate(symbols, at: left.previous) {
        candidates.insert(fresh)
      }
      if let fresh = candidate(symbols, at: Int32(position)) { candidates.insert(fresh) }
    }
  }
}
