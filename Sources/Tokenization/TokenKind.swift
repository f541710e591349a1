/// What an id of a vocabulary is.
package enum TokenKind: Sendable, Equatable {
  /// Text found by the model.
  case normal
  /// One byte of a character that has no piece of its own.
  case byte
  /// Steers the model and has no text: beginning, end, padding, unknown, image.
  case control
  /// Text that is always one token: HTML tags, runs of spaces, locations.
  case userDefined
}

/// A number that PaliGemma writes as a token of its own.
package enum TokenSymbol: Sendable, Equatable {
  /// `<loc0000>` to `<loc1023>`: a coordinate in 1024ths of a side of the image.
  case location(Int)
  /// `<seg000>` to `<seg127>`: a code of the segmentation vocabulary.
  case segment(Int)

  /// Reads the spelling of a symbol.
  init?(_ piece: [UInt8]) {
    guard piece.first == 0x3C, piece.last == 0x3E, piece.count >= 8,
      piece[5..<piece.count - 1].allSatisfy({ 0x30...0x39 ~= $0 })
    else { return nil }
    let number = Int(String(decoding: piece[4..<piece.count - 1], as: UTF8.self))
    switch (String(decoding: piece[1..<4], as: UTF8.self), piece.count, number) {
    case ("loc", 9, .some(let number)) where 0..<1024 ~= number: self = .location(number)
    case ("seg", 8, .some(let number)) where 0..<128 ~= number: self = .segment(number)
    default: return nil
    }
  }
}
