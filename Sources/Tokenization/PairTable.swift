/// A map from two 32-bit numbers to 64 bits, by open addressing.
///
/// Holds the merge table of a byte-pair vocabulary (half a million pairs) and the edges of tries.
struct PairTable: Sendable {
  /// A key and its value side by side, so that a look-up costs one cache line.
  private struct Cell {
    var key = PairTable.empty
    var value: UInt64 = 0
  }

  private var cells: [Cell]
  private var shift: UInt64
  private(set) var count = 0

  /// No real key: both halves are ids below 2^31.
  private static let empty = UInt64.max

  init(expectedCount: Int = 0) {
    var bits: UInt64 = 6
    while 1 << bits < expectedCount * 2, bits < 26 { bits += 1 }
    cells = [Cell](repeating: Cell(), count: 1 << bits)
    shift = 64 - bits
  }

  private func slot(of key: UInt64) -> Int {
    var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    let mask = cells.count - 1
    while cells[slot].key != key, cells[slot].key != PairTable.empty {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The value of a pair of numbers, both zero or more.
  func value(_ left: Int32, _ right: Int32) -> UInt64? {
    let cell = cells[slot(of: PairTable.key(left, right))]
    return cell.key == PairTable.empty ? nil : cell.value
  }

  /// Sets the value of a pair; the last one given stays.
  mutating func set(_ left: Int32, _ right: Int32, _ value: UInt64) {
    if (count + 1) * 2 > cells.count { grow() }
    let key = PairTable.key(left, right)
    let slot = slot(of: key)
    if cells[slot].key == PairTable.empty { count += 1 }
    cells[slot] = Cell(key: key, value: value)
  }

  private mutating func grow() {
    let old = cells
    cells = [Cell](repeating: Cell(), count: old.count * 2)
    shift -= 1
    for cell in old where cell.key != PairTable.empty {
      cells[slot(of: cell.key)] = cell
    }
  }
}
