/// The pieces of a vocabulary: id to bytes and bytes to id.
///
/// Bytes lie end to end in one array and are found through an open-addressing table of
/// (hash, id), so that a quarter of a million pieces take no allocation each.
struct PieceTable: Sendable {
  private var arena: [UInt8] = []
  private var starts: [UInt32] = []
  /// -1 where an id has no piece.
  private var lengths: [Int32] = []
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
  var idBound: Int { lengths.count }

  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range {
      hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
    }
    hash ^= hash >> 29
    hash = hash &* 0xBF58_476D_1CE4_E5B9
    return UInt32(truncatingIfNeeded: hash >> 32)
  }

  /// Adds the piece at `range` of `bytes`; returns nil when it was taken.
  mutating func insert(id: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Refusal? {
    guard id < PieceTable.idLimit, arena.count + range.count <= Int(UInt32.max) else {
      return .full
    }
    if id < lengths.count {
      guard lengths[id] < 0 else { return .idTaken }
    } else {
      // Grown to the id only: files list pieces in the order of their ids.
      starts.append(contentsOf: repeatElement(0, count: id + 1 - starts.count))
      lengths.append(contentsOf: repeatElement(-1, count: id + 1 - lengths.count))
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
    starts[id] = UInt32(arena.count)
    lengths[id] = Int32(range.count)
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
    guard Int(lengths[id]) == range.count else { return false }
    let start = Int(starts[id])
    for offset in 0..<range.count
    where arena[start + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
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
    guard id >= 0, id < lengths.count, lengths[id] >= 0 else { return nil }
    let start = Int(starts[id])
    return Array(arena[start..<start + Int(lengths[id])])
  }

  /// Whether an id has a piece.
  func contains(id: Int) -> Bool {
    id >= 0 && id < lengths.count && lengths[id] >= 0
  }
}
