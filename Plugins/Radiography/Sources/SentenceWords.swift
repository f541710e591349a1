/// A word, a number or a punctuation mark of a sentence.
struct SentenceWord: Equatable, Sendable {
  enum Kind: Sendable { case word, number, mark }

  /// Lower case.
  var text: String
  var kind: Kind
  /// Its bytes in the whole text.
  var range: Range<Int>

  /// The words of a part of a text.
  ///
  /// A hyphen or slash between letters parts words and is dropped;
  /// bytes past ASCII are taken for letters.
  static func words(of bytes: some RandomAccessCollection<UInt8>, at offset: Int) -> [SentenceWord]
  {
    let bytes = Array(bytes)
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func isLetter(_ byte: UInt8) -> Bool {
      byte >= 0x80 || (0x61...0x7A).contains(byte | 0x20)
    }
    var words: [SentenceWord] = []
    var place = 0
    while place < bytes.count {
      let start = place
      let byte = bytes[place]
      place += 1
      var kind = SentenceWord.Kind.mark
      if isDigit(byte) {
        kind = .number
        while place < bytes.count,
          isDigit(bytes[place])
            || bytes[place] == 0x2E && place + 1 < bytes.count && isDigit(bytes[place + 1])
        {
          place += 1
        }
      } else if isLetter(byte) {
        kind = .word
        while place < bytes.count, isLetter(bytes[place]) || isDigit(bytes[place]) { place += 1 }
      } else if byte <= 0x20 || byte == 0x2D || byte == 0x2F {
        continue
      }
      words.append(
        SentenceWord(
          text: String(decoding: bytes[start..<place], as: UTF8.self).lowercased(),
          kind: kind,
          range: start + offset..<place + offset
        )
      )
    }
    return words
  }
}
