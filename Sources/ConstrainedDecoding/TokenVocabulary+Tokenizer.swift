import OutputConstraints
package import Tokenization

extension TokenVocabulary {
  /// The vocabulary of a tokenizer; see ``pieces(of:endTokens:)``.
  package convenience init(_ tokenizer: Tokenizer, endTokens: some Sequence<Int>) {
    let pieces = TokenVocabulary.pieces(of: tokenizer, endTokens: endTokens)
    self.init(count: pieces.count) { pieces[$0] }
  }

  /// What each id of a tokenizer is to constrained decoding.
  ///
  /// Locations and segmentation codes are symbols; HTML tags and runs of spaces that are tokens of
  /// their own are text like any other. Control tokens and the `<unused0>` family are never
  /// generated.
  ///
  /// - Parameters:
  ///   - tokenizer: Gives the bytes of every id.
  ///   - endTokens: Ids that end an output, as the checkpoint says.
  /// - Returns: One piece per id.
  package static func pieces(
    of tokenizer: Tokenizer,
    endTokens: some Sequence<Int>
  ) -> [TokenPiece] {
    let ends = Set(endTokens)
    return (0..<tokenizer.vocabularySize).map { id in
      if ends.contains(id) { return .end }
      guard let text = tokenizer.bytes(of: id) else { return .never }
      if text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">") {
        let name = String(decoding: text, as: UTF8.self)
        if tokenizer.symbol(of: id) != nil {
          return .symbol(OutputConstraints.TokenSymbol(name: name))
        }
        if name.hasPrefix("<unused"), name.dropFirst(7).dropLast().allSatisfy(\.isNumber) {
          return .never
        }
      }
      return .text(text)
    }
  }
}
