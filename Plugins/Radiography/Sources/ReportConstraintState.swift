/// What ``ReportConstraint`` remembers of a prefix: 128 bytes, no heap.
public struct ReportConstraintState: Hashable, Sendable {
  /// Where in the report the prefix ends.
  enum Place: UInt8, Sendable {
    /// In `FINDINGS:` or `IMPRESSION:`, ``position`` bytes into it.
    case heading
    /// After the colon.
    case gap
    /// Where a sentence begins.
    case start
    /// Within a sentence.
    case sentence
    /// After the full stop or question mark, which may have ended the sentence.
    case stop
    /// After a full stop and a letter, as in `p.m.`.
    case abbreviation
    /// In the mark of a cut sentence, ``position`` bytes into it.
    case cut
    /// After ``position`` + 1 line breaks behind the findings.
    case lineBreak
  }

  /// Digests of the section's sentences.
  var memory = SentenceMemory()
  /// Digest of the sentence so far, 0 before its first byte.
  var digest: UInt32 = 0
  /// Place in the automaton of banned terms.
  var node = TermBan.betweenWords
  var place = Place.heading
  var isInImpression = false
  var position: UInt8 = 0
  /// Sentences of the section that have ended.
  var sentences: UInt8 = 0
  /// Words of the sentence so far.
  var words: UInt8 = 0
  /// Digits the sentence consists of so far; 3 when it is more than two digits.
  var digits: UInt8 = 3
  /// What ends here: 1 a word of one letter, 2 a longer one, 3 a number, 0 all else.
  var tail: UInt8 = 0
  /// Whether the last byte was a space.
  var followsSpace = false
  /// Whether an item's number, as in `2. `, precedes the sentence.
  var isNumbered = false
  /// Whether the full stop just written may end the sentence.
  var mayEnd = false
}
