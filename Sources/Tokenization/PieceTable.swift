#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The pieces of a vocabulary: id to bytes and bytes to id.
///
/// Bytes lie end to end in one array and are found through an open-addressing table of
/// (hash, id), so that a quarter of a million pieces take no allocation each.
struct PieceTable: Sendable {
  private var arena: [UInt8] = []
  private var places: [Place] = []
  /// Upper half: hash; lower half: id + 1; zero is an empty slot.
  private var slots: [UInt64]
  /// Pieces in the table.
  private(set) var count = 0
  /// Length in bytes of the longest piece.
  private(set) var longestPiece = 0

  /// Largest id + 1 that any vocabulary may use; bounds the memory a lying file can ask for.
  static let idLimit = 1 << 22
  /// Longest accepted piece in bytes.
  static let lengthLimit = 1 << 16

  /// Where a piece lies in the arena.
  private struct Place {
    var start: UInt32 = 0
    /// -1 where an id has no piece.
    var length: Int32 = -1
  }

  /// Why a piece was not taken.
  enum Refusal {
    case idTaken
    case pieceTaken(Int)
    case full
  }

  init(expectedCount: Int = 0) {
    var size = 1024
    while size < expectedCount * 2, size < 1 << 23 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
  }

  /// Largest id + 1.
  var idBound: Int { places.count }

  /// Mixes eight bytes at a time; the last step takes the bytes that are left, overlapping the
  /// step before it, so that no piece of eight bytes or more is read byte by byte.
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    bytes.withUnsafeBytes { buffer in
      let piece = UnsafeRawBufferPointer(rebasing: buffer[range])
      let count = piece.count
      var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
      if count >= 8 {
        var place = 0
        while place < count - 8 {
          hash = mix(hash, piece.loadUnaligned(fromByteOffset: place, as: UInt64.self))
          place += 8
        }
        hash = mix(hash, piece.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
      } else if count >= 4 {
        let low = piece.loadUnaligned(as: UInt32.self)
        let high = piece.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        hash = mix(hash, UInt64(high) << 32 | UInt64(low))
      } else {
        var word: UInt64 = 0
        for byte in piece { word = word << 8 | UInt64(byte) }
        hash = mix(hash, word)
      }
      return UInt32(truncatingIfNeeded: (hash &* 0x94D0_49BB_1331_11EB) >> 32)
    }
  }

  @inline(__always)
  private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
    return product ^ product >> 32
  }

  /// Adds the piece at `range` of `bytes`; returns nil when it was taken.
  mutating func insert(id: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Refusal? {
    guard id < PieceTable.idLimit, arena.count + range.count <= Int(UInt32.max) else {
      return .full
    }
    if id < places.count {
      guard places[id].length < 0 else { return .idTaken }
    } else {
      // Grown to the id only: files list pieces in the order of their ids.
      places.append(contentsOf: repeatElement(Place(), count: id + 1 - places.count))
    }
    if (count + 1) * 2 > slots.count { grow() }
    let hash = PieceTable.hash(bytes, range)
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
        let other = Int(UInt32(truncatingIfNeeded: slots[slot])) - 1
        if equals(other, bytes, range) { return .pieceTaken(other) }
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = UInt64(hash) << 32 | UInt64(id + 1)
    places[id] = Place(start: UInt32(arena.count), length: Int32(range.count))
    arena.append(contentsOf: bytes[range])
    count += 1
    longestPiece = max(longestPiece, range.count)
    return nil
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    for entry in slots where entry != 0 {
      var slot = Int(entry >> 32) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = entry
    }
    slots = larger
  }

  private func equals(_ id: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard Int(places[id].length) == range.count else { return false }
    let start = Int(places[id].start)
    return arena.withUnsafeBytes { arena in
      bytes.withUnsafeBytes { bytes in
        let (known, asked) = (arena[start..<start + range.count], bytes[range])
        guard let a = UnsafeRawBufferPointer(rebasing: known).baseAddress,
          let b = UnsafeRawBufferPointer(rebasing: asked).baseAddress
        else { return known.count == asked.count }
        return memcmp(a, b, range.count) == 0
      }
    }
  }

  /// The id of the piece at `range` of `bytes`.
  func id(of bytes: [UInt8], _ range: Range<Int>) -> Int? {
    let hash = PieceTable.hash(bytes, range)
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
        let id = Int(UInt32(truncatingIfNeeded: slots[slot])) - 1
        if equals(id, bytes, range) { return id }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// The id of a piece.
  func id(of bytes: [UInt8]) -> Int? {
    id(of: bytes, 0..<bytes.count)
  }

  /// The bytes of a piece, nil when the id has none.
  func bytes(of id: Int) -> [UInt8]? {
    guard contains(id: id) else { return nil }
    let start = Int(places[id].start)
    return Array(arena[start..<start + Int(places[id].length)])
  }

  /// Whether an id has a piece.
  func contains(id: Int) -> Bool {
    id >= 0 && id < places.count && places[id].length >= 0
  }
}
