import Foundation
import Tokenization

/// What `Fixtures/make_fixtures.py` recorded.
enum Recorded {
  /// The folder of the recorded files.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// The bytes of a recorded file.
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }

  /// Decodes one JSON value per line.
  static func lines<Row: Decodable>(_ name: String, as type: Row.Type) throws -> [Row] {
    let decoder = JSONDecoder()
    return try bytes(name).split(separator: 0x0A).map {
      try decoder.decode(Row.self, from: Data($0))
    }
  }

  /// Ids written as two characters each.
  static func ids(_ packed: String) -> [Int] {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )
    let digits = packed.utf8.map { alphabet.firstIndex(of: $0) ?? -1 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 6 | digits[$0 + 1] }
  }

  /// Gemma's tokenizer.json at a small size.
  static func gemma() throws -> Tokenizer {
    try Tokenizer(tokenizerJSON: "\(folder)/gemma.json")
  }

  /// A recorded tokenizer.model.
  static func sentencePiece(_ name: String) throws -> Tokenizer {
    try Tokenizer(sentencePiece: "\(folder)/\(name).model")
  }
}

/// Whether two texts have the same bytes; `==` would take canonical equivalents for equal.
func sameBytes(_ a: String, _ b: String) -> Bool {
  a.utf8.elementsEqual(b.utf8)
}

/// Unequal results, of which the first few are shown.
struct Disagreements {
  private(set) var count = 0
  private(set) var shown: [String] = []

  mutating func note(_ line: @autoclosure () -> String) {
    count += 1
    if shown.count < 5 { shown.append(line()) }
  }
}
