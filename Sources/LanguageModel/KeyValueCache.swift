import Kernels
import Tensors

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keys and values of one request, per block `[positions, kvHeads * headSize]` of float32 or bfloat16.
///
/// Rows `0..<prefix` are the prompt, computed once and shared by all hypotheses. The rows behind form
/// the window in which attention sees the suffix of one hypothesis. With several hypotheses the rows
/// themselves live in a pool, each stored once however many hypotheses descend from it, and are
/// copied into the window where it differs; a hypothesis is a list of pool slots.
///
/// The memory is reserved for the whole request but costs nothing until it is written.
final class KeyValueCache {
  /// Bytes that one request may reserve for its prompt and one suffix.
  ///
  /// The pool of several hypotheses comes on top and grows only as they part.
  static let byteLimit = 64 << 30

  let prefix: Int
  let capacity: Int
  /// Numbers per row.
  let width: Int
  /// Their format.
  let element: ElementType
  private let compute: Compute
  private let rowBytes: Int
  private let blocks: Int
  private var rows: CacheRows
  private let memory: UnsafeMutableRawPointer
  /// Slots of the suffix that stands in the window.
  private(set) var window: [Int32] = []
  private var chunks: [ByteBuffer] = []
  private var isFree: [Bool] = []

  private static let chunkSlots = 64

  /// Reserves memory.
  ///
  /// - Parameters:
  ///   - windows: Per block the positions that tokens after the prompt see, `nil` for all; blocks with
  ///     a window keep no more, which only a request of one hypothesis can do that is fed token by
  ///     token.
  ///   - prefix: Positions of the prompt.
  ///   - suffix: Most positions after it.
  ///   - width: Numbers per row.
  ///   - compute: Decides on their format.
  /// - Throws: ``LanguageModelError/requestTooLarge(positions:bytes:limit:)`` or
  ///   ``LanguageModelError/outOfMemory(positions:bytes:)``.
  init(
    windows: [Int?],
    prefix: Int,
    suffix: Int,
    width: Int,
    compute: Compute
  ) throws(LanguageModelError) {
    let (positions, tooLong) = prefix.addingReportingOverflow(suffix)
    let rows = CacheRows(windows: windows, prefix: prefix, positions: tooLong ? .max : positions)
    let element = compute.cacheElement
    let (bytes, tooLarge) = (rows?.total ?? .max)
      .multipliedReportingOverflow(by: 2 * width * element.byteCount)
    guard let rows, !tooLong, !tooLarge, bytes <= KeyValueCache.byteLimit,
      Int32(exactly: positions) != nil
    else {
      throw .requestTooLarge(
        positions: tooLong ? .max : positions,
        bytes: tooLarge ? .max : bytes,
        limit: KeyValueCache.byteLimit
      )
    }
    self.rows = rows
    self.prefix = prefix
    self.capacity = positions
    self.width = width
    self.element = element
    self.compute = compute
    self.rowBytes = width * element.byteCount
    self.blocks = windows.count
    // Not initialised on purpose: untouched pages take no memory, and every row is written before
    // attention may see it. Asked of the system directly, because Swift's own allocation ends the
    // process when it is refused.
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, ByteStorage.alignment, max(bytes, 4)) == 0, let raw else {
      throw .outOfMemory(positions: positions, bytes: bytes)
    }
    self.memory = raw
  }

  deinit { free(memory) }

  /// Keys of a block from position ``base(_:)`` on.
  func keys(_ block: Int) -> UnsafeMutableRawPointer {
    memory + 2 * rows.offset[block] * rowBytes
  }

  /// Values of a block from position ``base(_:)`` on.
  func values(_ block: Int) -> UnsafeMutableRawPointer {
    keys(block) + rows.capacity[block] * rowBytes
  }

  /// The oldest position that a block keeps.
  func base(_ block: Int) -> Int { rows.base[block] }

  /// Whether every block keeps all positions up to `count` at once.
  func holds(_ count: Int) -> Bool { rows.capacity.allSatisfy { $0 >= count } }

  /// Stores keys and values of some positions, which follow each other from `first` on.
  func store(
    block: Int,
    from first: Int,
    rows: Int,
    keys: UnsafePointer<Float>,
    values: UnsafePointer<Float>
  ) {
    if let distance = self.rows.makeRoom(for: first + rows - 1, in: block) {
      let kept = (first - self.rows.base[block]) * rowBytes
      for matrix in [self.keys(block), self.values(block)] {
        memmove(matrix, matrix + distance * rowBytes, kept)
      }
    }
    let row = first - self.rows.base[block]
    write(keys, rows: rows, to: self.keys(block) + row * rowBytes)
    write(values, rows: rows, to: self.values(block) + row * rowBytes)
  }

  private func write(
    _ source: UnsafePointer<Float>,
    rows: Int,
    to target: UnsafeMutableRawPointer
  ) {
    switch element {
    case .bfloat16: compute.roundToBFloat16(source, count: rows * width, to: target)
    default: target.copyMemory(from: source, byteCount: rows * rowBytes)
    }
  }

  // MARK: Pool

  /// Frees every slot that no sequence holds, then takes new ones.
  func takeSlots(_ count: Int, keeping sequences: [SuffixSequence]) -> [Int32] {
    for slot in isFree.indices { isFree[slot] = true }
    for sequence in sequences {
      for slot in sequence.slots { isFree[Int(slot)] = false }
    }
    var taken: [Int32] = []
    for slot in isFree.indices where taken.count < count && isFree[slot] {
      taken.append(Int32(slot))
      isFree[slot] = false
    }
    while taken.count < count {
      let first = isFree.count
      chunks.append(
        ByteBuffer(byteCount: KeyValueCache.chunkSlots * 2 * blocks * rowBytes)
      )
      isFree += [Bool](repeating: true, count: KeyValueCache.chunkSlots)
      for slot in first..<isFree.count where taken.count < count {
        taken.append(Int32(slot))
        isFree[slot] = false
      }
    }
    return taken
  }

  /// Stores the key and the value of one slot.
  func store(
    slot: Int32,
    block: Int,
    key: UnsafePointer<Float>,
    value: UnsafePointer<Float>
  ) {
    let target = address(slot, block)
    write(key, rows: 1, to: target)
    write(value, rows: 1, to: target + rowBytes)
  }

  /// Plans how the suffixes of a step come into the window one after the other.
  ///
  /// - Returns: Per suffix, the first of its positions that must be copied. The last one always is,
  ///   because its slot may have held another token before.
  func plan(_ suffixes: [[Int32]]) -> [Int] {
    suffixes.map { suffix in
      var common = 0
      let limit = min(window.count, suffix.count - 1)
      while common < limit, window[common] == suffix[common] { common += 1 }
      window = suffix
      return common
    }
  }

  /// Copies positions of a suffix from the pool into a block's window.
  func fillWindow(block: Int, with suffix: [Int32], from first: Int) {
    let keys = keys(block) + prefix * rowBytes
    let values = values(block) + prefix * rowBytes
    for position in first..<suffix.count {
      let source = address(suffix[position], block)
      (keys + position * rowBytes).copyMemory(from: source, byteCount: rowBytes)
      (values + position * rowBytes).copyMemory(from: source + rowBytes, byteCount: rowBytes)
    }
  }

  private func address(_ slot: Int32, _ block: Int) -> UnsafeMutableRawPointer {
    let (chunk, row) = Int(slot).quotientAndRemainder(dividingBy: KeyValueCache.chunkSlots)
    return chunks[chunk].pointer + (row * blocks + block) * 2 * rowBytes
  }
}

/// The tokens fed after the prompt, as a handle on their keys and values; a copy is a fork.
package struct SuffixSequence: Sendable, Hashable {
  /// Number of tokens.
  package let count: Int
  /// Pool slots, oldest first; empty in a session of one hypothesis, where row `i` is token `i`.
  let slots: [Int32]

  /// The prompt alone.
  package static let empty = SuffixSequence(count: 0, slots: [])
}
