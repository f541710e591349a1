import OutputConstraints

/// Piece placements that ``ChessPosition`` reads: eight ranks of eight squares, one king of each
/// colour, no pawn on the first and last rank.
struct ChessConstraint: OutputConstraint {
  /// Squares are counted, kings are remembered; what stands where does not matter to what may follow.
  struct State: Hashable, Sendable {
    /// Squares written, 0...64.
    var squares: UInt8 = 0
    /// Whether the slash after the last full rank has been written.
    var isRankOpen = true
    var lastWasDigit = false
    var hasWhiteKing = false
    var hasBlackKing = false
  }

  var initial: State { State() }

  func advance(_ state: inout State, _ byte: UInt8) -> Bool {
    let file = Int(state.squares % 8)
    if byte == UInt8(ascii: "/") {
      guard !state.isRankOpen, state.squares < 64 else { return false }
      state.isRankOpen = true
      return true
    }
    guard state.isRankOpen else { return false }
    switch byte {
    case UInt8(ascii: "1")...UInt8(ascii: "8"):
      let run = Int(byte - UInt8(ascii: "0"))
      guard !state.lastWasDigit, file + run <= 8 else { return false }
      state.squares += UInt8(run)
      state.lastWasDigit = true
    case UInt8(ascii: "K"):
      guard !state.hasWhiteKing else { return false }
      state.hasWhiteKing = true
      place(&state)
    case UInt8(ascii: "k"):
      guard !state.hasBlackKing else { return false }
      state.hasBlackKing = true
      place(&state)
    case _ where "QRBNqrbn".utf8.contains(byte):
      place(&state)
    case UInt8(ascii: "P"), UInt8(ascii: "p"):
      guard (8..<56).contains(state.squares) else { return false }
      place(&state)
    default: return false
    }
    if state.squares % 8 == 0 {
      state.isRankOpen = false
      state.lastWasDigit = false
    }
    // The kings that are missing must still find a square.
    return missingKings(state) <= 64 - Int(state.squares)
  }

  private func place(_ state: inout State) {
    state.squares += 1
    state.lastWasDigit = false
  }

  private func missingKings(_ state: State) -> Int {
    (state.hasWhiteKing ? 0 : 1) + (state.hasBlackKing ? 0 : 1)
  }

  func canFinish(_ state: State) -> Bool { state.squares == 64 }

  /// Kings first, then each rank is filled up with one digit, or with queens after a digit.
  func closer(_ state: State) -> UInt8? {
    guard state.squares < 64 else { return nil }
    guard state.isRankOpen else { return UInt8(ascii: "/") }
    if !state.hasWhiteKing { return UInt8(ascii: "K") }
    if !state.hasBlackKing { return UInt8(ascii: "k") }
    guard !state.lastWasDigit else { return UInt8(ascii: "Q") }
    return UInt8(ascii: "8") - state.squares % 8
  }

  /// The length of that ending, by following it: at most two kings, a queen and two bytes a rank.
  func finishBound(_ state: State) -> Int {
    var (state, count) = (state, 0)
    while let byte = closer(state), advance(&state, byte) { count += 1 }
    return count
  }

  func explain(_ state: State, _ byte: UInt8) -> String {
    let rank = 8 - Int(min(state.squares, 63)) / 8
    return "'\(Character(UnicodeScalar(byte)))' cannot stand in rank \(rank), file "
      + "\(state.squares % 8 + 1): ranks have eight squares, there is one king of each colour, and "
      + "pawns stand on ranks 2 to 7"
  }
}
