/// Reads statements off sentences by cue words and how far they reach.
///
/// After the manner of NegEx and ConText (Chapman et al. 2001, Harkema et al. 2009): a cue reaches
/// forwards or backwards to the end of its clause; some phrases look like denials and are none.
struct StatementExtractor {
  let lexicon: Lexicon

  /// A statement and the words it was read off.
  struct Found: Sendable {
    var statement: ReportStatement
    /// The observation's words, as indexes into the sentence.
    var words: Range<Int>
  }

  /// Words that are read together: everything in a sentence is weighed against everything else, and
  /// nobody writes longer ones.
  private static let longest = 256

  /// The statements of a sentence in the order of its words; one of more than 256 words is read piece
  /// by piece.
  func statements(in words: [SentenceWord]) -> [Found] {
    var found: [Found] = []
    for start in stride(from: 0, to: words.count, by: Self.longest) {
      let piece = words[start..<min(start + Self.longest, words.count)]
      for var one in read(Array(piece)) {
        one.words = one.words.lowerBound + start..<one.words.upperBound + start
        found.append(one)
      }
    }
    var known: Set<ReportStatement> = []
    return found.filter { known.insert($0.statement).inserted }
  }

  private func read(_ words: [SentenceWord]) -> [Found] {
    let reading = SentenceReading(words, lexicon)
    let found = reading.mentions.indices.compactMap { reading.statement(of: $0) }
    return (found + reading.normals()).sorted { $0.words.lowerBound < $1.words.lowerBound }
  }
}
