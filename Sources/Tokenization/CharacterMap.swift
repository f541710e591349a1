/// The replacement rules a `tokenizer.model` holds in compiled form (`precompiled_charsmap`).
///
/// Layout: the size of the trie in bytes as a little-endian 32-bit number, the trie, then the
/// replacements, each ended by a zero byte. The trie is a double array (Aoe 1989) of 32-bit units
/// in the layout of the Darts-clone library: bits 0-7 and 31 label, bit 8 "a value follows",
/// bits 9-30 offset to the children; in a value, bits 0-30 say where the replacement starts.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Matches the reference looks at, at most, at one place.
  private static let matchLimit = 32

  /// Checks the blob's sizes; what the trie points to is checked when it is followed.
  init(_ blob: [UInt8], path: String) throws(TokenizerError) {
    func failure(_ expected: String, _ found: String) -> TokenizerError {
      TokenizerError(
        path: path,
        field: "normalizer_spec.precompiled_charsmap",
        expected: expected,
        found: found
      )
    }
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(blob[index + $1]) << UInt32(8 * $1) }
    }
    guard blob.count > 4 else { throw failure("more than 4 bytes", "\(blob.count)") }
    let size = Int(word(0))
    guard size >= 1024, size.isMultiple(of: 4), size < blob.count - 4 else {
      throw failure(
        "a trie of at least 1024 bytes, in fours, within \(blob.count - 4)",
        "\(size)"
      )
    }
    units = stride(from: 4, to: 4 + size, by: 4).map { word($0) }
    replacements = Array(blob[(4 + size)...])
    guard replacements.last == 0 else {
      throw failure("replacements ended by a zero byte", "another end")
    }
  }

  /// The longest rule for the text at `index`: bytes it takes and what it puts instead.
  func longestRule(
    _ bytes: [UInt8],
    at index: Int
  ) -> (length: Int, replacement: Range<Int>)? {
    func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }
    var node = offset(units[0])
    var best: (length: Int, value: Int)?
    var matches = 0
    for place in index..<bytes.count {
      node ^= Int(bytes[place])
      guard node < units.count else { break }
      let unit = units[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(bytes[place]) else { break }
      node ^= offset(unit)
      guard node < units.count else { break }
      if unit >> 8 & 1 == 1, matches < CharacterMap.matchLimit {
        matches += 1
        best = (place - index + 1, Int(units[node] & 0x7FFF_FFFF))
      }
    }
    guard let best, best.value < replacements.count,
      let end = replacements[best.value...].firstIndex(of: 0)
    else { return nil }
    return (best.length, best.value..<end)
  }

  /// The bytes of a replacement.
  func replacement(_ range: Range<Int>) -> ArraySlice<UInt8> {
    replacements[range]
  }
}
