/// The most probable division of a text into pieces (Kudo 2018), found by Viterbi's algorithm.
///
/// Scores are added and compared in single precision and the first of equal candidates wins, as in
/// the reference; the results would differ otherwise.
struct UnigramSegmenter: PieceSegmenter {
  private let trie: ByteTrie
  private let scores: [Float]
  private let unknownID: Int
  private let unknownScore: Float

  /// How much worse than the worst piece an unknown character is.
  private static let unknownPenalty: Float = 10

  init(_ pieces: [SentencePieceFile.Piece], unknownID: Int) {
    var trie = ByteTrie(expectedNodes: pieces.count * 2)
    var minimum = Float.greatestFiniteMagnitude
    for (id, piece) in pieces.enumerated() {
      if piece.type == .normal { minimum = min(minimum, piece.score) }
      // Unused pieces are never chosen.
      if piece.type == .normal || piece.type == .userDefined { trie.insert(piece.text, value: id) }
    }
    // A user-defined piece gains with its length in bytes, whatever its score in the file, so that it wins
    // over everything it could be made of, and long ones win over short ones.
    scores = pieces.map { piece in
      guard piece.type == .userDefined else { return piece.score }
      return Float(0.1 * Double(piece.text.count - 1))
    }
    self.trie = trie
    self.unknownID = unknownID
    unknownScore = minimum - UnigramSegmenter.unknownPenalty
  }

  /// The best division of the text before a place.
  private struct Best {
    var score: Float = 0
    /// Start of the last piece, -1 while none ends here.
    var start: Int32 = -1
    var id: Int32 = -1

    mutating func offer(_ candidate: Float, start: Int, id: Int) {
      guard self.start < 0 || candidate > score else { return }
      score = candidate
      self.start = Int32(start)
      self.id = Int32(id)
    }
  }

  func segments(_ text: [UInt8]) -> [PieceSegment] {
    var best = [Best](repeating: Best(), count: text.count + 1)
    var start = 0
    while start < text.count {
      let score = best[start].score
      let character = min(UTF8Scan.length(lead: text[start]), text.count - start)
      var hasSingle = false
      var node: Int32 = 0
      var place = start
      while place < text.count, let next = trie.child(of: node, text[place]) {
        node = next
        place += 1
        guard let id = trie.value(at: node) else { continue }
        let length = place - start
        best[place].offer(scores[id] + score, start: start, id: id)
        if length == character { hasSingle = true }
      }
      if !hasSingle {
        best[start + character].offer(unknownScore + score, start: start, id: unknownID)
      }
      start += character
    }
    var segments: [PieceSegment] = []
    var end = text.count
    while end > 0 {
      let last = best[end]
      segments.append(PieceSegment(range: Int(last.start)..<end, id: Int(last.id)))
      end = Int(last.start)
    }
    return segments.reversed()
  }
}
