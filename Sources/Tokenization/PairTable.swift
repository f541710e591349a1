/// A map from two 32-bit numbers to 64 bits, by open addressing.
///
/// Holds the merge table of a byte-pair vocabulary (half a million pairs) and the edges of tries.
struct PairTable: Sendable {
  private var keys: [UInt64]
  private var values: [UInt64]
  private var shift: UInt64
  private(set) var count = 0

  /// No real key: both halves are ids below 2^31.
  private static let empty = UInt64.max

  init(expectedCount: Int = 0) {
    var bits: UInt64 = 6
    while 1 << bits < expectedCount * 2, bits < 26 { bits += 1 }
    keys = [UInt64](repeating: PairTable.empty, count: 1 << bits)
    values = [UInt64](repeating: 0, count: 1 << bits)
    shift = 64 - bits
  }

  private func slot(of key: UInt64) -> Int {
    var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    let mask = keys.count - 1
    while keys[slot] != key, keys[slot] != PairTable.empty {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The value of a pair of numbers, both zero or more.
  func value(_ left: Int32, _ right: Int32) -> UInt64? {
    let slot = slot(of: PairTable.key(left, right))
    return keys[slot] == PairTable.empty ? nil : values[slot]
  }

  /// Sets the value of a pair; the last one given stays.
  mutating func set(_ left: Int32, _ right: Int32, _ value: UInt64) {
    if (count + 1) * 2 > keys.count { grow() }
    let key = PairTable.key(left, right)
    let slot = slot(of: key)
    if keys[slot] == PairTable.empty { count += 1 }
    keys[slot] = key
    values[slot] = value
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: PairTable.empty, count: oldKeys.count * 2)
    values = [UInt64](repeating: 0, count: oldKeys.count * 2)
    shift -= 1
    for (index, key) in oldKeys.enumerated() where key != PairTable.empty {
      let slot = slot(of: key)
      keys[slot] = key
      values[slot] = oldValues[index]
    }
  }
}
