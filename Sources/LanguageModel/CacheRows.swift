/// Which positions every block of a cache keeps, and in which rows.
///
/// A block whose later tokens see only a window of positions keeps the prompt until it has been run, and
/// from then on little more than the window: when its rows are full, the oldest positions make way.
/// Positions move by multiples of ``step``, so that attention, whose sums begin anew at such multiples,
/// gives the same bits wherever they lie.
struct CacheRows {
  /// Positions move by multiples of it: attention's blocks of keys.
  static let step = 256
  /// Rows beyond the window, so that moving is rare.
  private static let slack = 2 * step

  /// Rows of each block.
  let capacity: [Int]
  /// Rows of all blocks before each block.
  let offset: [Int]
  /// Rows of all blocks.
  let total: Int
  /// Position of the first row of each block.
  private(set) var base: [Int]
  private let windows: [Int?]

  /// The rows of a request; `nil` when they cannot be counted.
  ///
  /// - Parameters:
  ///   - windows: Per block the positions that tokens after the prompt see, `nil` for all.
  ///   - prefix: Positions of the prompt.
  ///   - positions: Positions of the whole request.
  init?(windows: [Int?], prefix: Int, positions: Int) {
    var capacity: [Int] = []
    var offset: [Int] = []
    var total = 0
    for window in windows {
      let rows = window.map { CacheRows.rows(window: $0, prefix: prefix) } ?? positions
      capacity.append(min(rows, positions))
      offset.append(total)
      let (sum, isTooLarge) = total.addingReportingOverflow(min(rows, positions))
      guard !isTooLarge else { return nil }
      total = sum
    }
    self.capacity = capacity
    self.offset = offset
    self.total = total
    self.base = [Int](repeating: 0, count: windows.count)
    self.windows = windows
  }

  /// Rows of a block whose later tokens see `window` positions.
  static func rows(window: Int, prefix: Int) -> Int {
    let (least, isTooLarge) = window.addingReportingOverflow(step)
    let (rows, isLarger) = max(prefix, isTooLarge ? .max : least).addingReportingOverflow(slack)
    return isLarger ? .max : rows
  }

  /// Makes room for a position.
  ///
  /// - Returns: Rows by which the block's contents must move down, keeping those from there on; `nil`
  ///   when there is room.
  mutating func makeRoom(for position: Int, in block: Int) -> Int? {
    guard position - base[block] >= capacity[block], let window = windows[block] else { return nil }
    let oldest = (position - window + 1) / CacheRows.step * CacheRows.step
    let distance = oldest - base[block]
    base[block] = oldest
    return distance
  }
}
