import TaskProtocol

/// The pieces on a chess board.
struct ChessPosition: Codable, Equatable, Sendable {
  /// Eight ranks from the eighth down, eight squares each from file a on: letters as in FEN, `.` for
  /// an empty square.
  var ranks: [String]

  /// Reads the piece placement of a FEN record (Edwards 1994, section 16.1.3.1).
  init(fen text: String) throws(ParseFailure) {
    let rows = text.split(separator: "/", omittingEmptySubsequences: false)
    guard rows.count == 8 else {
      throw Self.failure("rank-count", "Expected 8 ranks between slashes, found \(rows.count).")
    }
    ranks = []
    for (index, row) in rows.enumerated() { ranks.append(try Self.squares(row, rank: 8 - index)) }
    for (king, name) in [("K", "white"), ("k", "black")] {
      let count = ranks.joined().count { String($0) == king }
      guard count == 1 else {
        throw Self.failure("king-count", "Expected one \(name) king, found \(count).")
      }
    }
  }

  private static func squares(_ row: Substring, rank: Int) throws(ParseFailure) -> String {
    var squares = ""
    var previousWasDigit = false
    for character in row {
      let digit = ("1"..."8").contains(character) ? character.wholeNumberValue : nil
      if let digit, !previousWasDigit {
        squares += String(repeating: ".", count: digit)
      } else if "KQRBNkqrbn".contains(character) || ("Pp".contains(character) && 2...7 ~= rank) {
        squares.append(character)
      } else {
        throw failure("square", "'\(character)' cannot stand in rank \(rank).")
      }
      previousWasDigit = digit != nil
    }
    guard squares.count == 8 else {
      throw failure("rank-length", "Rank \(rank) has \(squares.count) squares instead of 8.")
    }
    return squares
  }

  private static func failure(_ code: String, _ message: String) -> ParseFailure {
    ParseFailure(findings: [Finding(code: code, severity: .error, message: message)])
  }

  /// The piece placement in FEN.
  var fen: String {
    ranks.map { rank in
      var text = ""
      var empty = 0
      for square in rank {
        if square == "." {
          empty += 1
          continue
        }
        if empty > 0 { text += String(empty) }
        empty = 0
        text.append(square)
      }
      return empty > 0 ? text + String(empty) : text
    }.joined(separator: "/")
  }
}
