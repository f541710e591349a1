internal import HeapModule

/// Byte-pair encoding with scores in place of a merge list, as `tokenizer.model` holds it.
///
/// Neighbours whose joined text is a piece are merged, best score first, leftmost of equals.
/// User-defined pieces are found beforehand and never merged with anything.
struct ScoredPairSegmenter: PieceSegmenter {
  private let pieces: PieceTable
  private let scores: [Float]
  private let types: [SentencePieceFile.PieceType]
  private let userDefined: ByteTrie
  private let unknownID: Int

  init(
    _ pieces: PieceTable,
    _ list: [SentencePieceFile.Piece],
    userDefined: ByteTrie,
    unknownID: Int
  ) {
    self.pieces = pieces
    scores = list.map(\.score)
    types = list.map(\.type)
    self.userDefined = userDefined
    self.unknownID = unknownID
  }

  private struct Symbol {
    var start: Int
    /// Equal to `start` once merged into the left neighbour.
    var end: Int
    var previous: Int
    /// -1 at the end.
    var next: Int
    let isFrozen: Bool
  }

  private struct Candidate: Comparable {
    let score: Float
    let left: Int
    let right: Int
    let length: Int

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.score < b.score || (a.score == b.score && a.left > b.left)
    }

    static func == (a: Candidate, b: Candidate) -> Bool {
      a.score == b.score && a.left == b.left
    }
  }

  func segments(_ text: [UInt8]) -> [PieceSegment] {
    var symbols = initialSymbols(text)
    // How pieces that may not be used were made, to take them apart again.
    var origins: [[UInt8]: Int] = [:]
    var agenda = Heap<Candidate>()
    func offer(_ left: Int, _ right: Int) {
      guard left >= 0, right >= 0, !symbols[left].isFrozen, !symbols[right].isFrozen else { return }
      let range = symbols[left].start..<symbols[right].end
      guard range.count <= pieces.longestPiece, let id = pieces.id(of: text, range) else { return }
      switch types[id] {
      case .normal, .userDefined: break
      case .unused: origins[Array(text[range])] = symbols[left].end - symbols[left].start
      case .control, .unknown, .byte: return
      }
      agenda.insert(
        Candidate(score: scores[id], left: left, right: right, length: range.count)
      )
    }
    for index in symbols.indices.dropFirst() { offer(index - 1, index) }
    while let top = agenda.popMax() {
      let (left, right) = (symbols[top.left], symbols[top.right])
      guard left.start < left.end, right.start < right.end,
        left.end - left.start + right.end - right.start == top.length
      else { continue }
      symbols[top.left].end = right.end
      symbols[top.left].next = right.next
      if right.next >= 0 { symbols[right.next].previous = top.left }
      symbols[top.right].end = right.start
      offer(symbols[top.left].previous, top.left)
      offer(top.left, symbols[top.left].next)
    }
    var out: [PieceSegment] = []
    for symbol in symbols where symbol.start < symbol.end {
      resegment(text, symbol.start..<symbol.end, origins, &out)
    }
    return out
  }

  /// One symbol per user-defined piece and per character of the rest.
  private func initialSymbols(_ text: [UInt8]) -> [Symbol] {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let match = userDefined.longestMatch(text, at: index, end: text.count)
      let length =
        match?.length ?? min(UTF8Scan.length(lead: text[index]), text.count - index)
      let next = index + length < text.count ? symbols.count + 1 : -1
      symbols.append(
        Symbol(
          start: index,
          end: index + length,
          previous: symbols.count - 1,
          next: next,
          isFrozen: match != nil
        )
      )
      index += length
    }
    return symbols
  }

  /// Takes unused pieces apart, down to pieces that may be used.
  private func resegment(
    _ text: [UInt8],
    _ range: Range<Int>,
    _ origins: [[UInt8]: Int],
    _ out: inout [PieceSegment]
  ) {
    // A list in place of recursion: a chain of unused pieces may be as long as the longest piece.
    var open = [range]
    while let range = open.popLast() {
      let id = pieces.id(of: text, range) ?? unknownID
      if types[id] == .unused, let left = origins[Array(text[range])] {
        let middle = range.lowerBound + left
        open.append(middle..<range.upperBound)
        open.append(range.lowerBound..<middle)
      } else {
        out.append(PieceSegment(range: range, id: id))
      }
    }
  }
}
