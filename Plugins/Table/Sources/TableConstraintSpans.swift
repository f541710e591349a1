/// For each of up to 64 columns, how many rows below the current one a cell still covers, 0...63.
///
/// Stored as six bit planes, so that a row ends, a cell is placed and the longest span is found for
/// all columns at once.
struct TableConstraintSpans: Hashable, Sendable {
  private var ones: UInt64 = 0
  private var twos: UInt64 = 0
  private var fours: UInt64 = 0
  private var eights: UInt64 = 0
  private var sixteens: UInt64 = 0
  private var thirtyTwos: UInt64 = 0

  /// Columns that are covered in the next row.
  var open: UInt64 { ones | twos | fours | eights | sixteens | thirtyTwos }

  /// Goes down one row: every number above 0 falls by 1.
  mutating func descend() {
    var borrow = open
    func step(_ plane: inout UInt64) {
      let old = plane
      plane = old ^ borrow
      borrow &= ~old
    }
    step(&ones)
    step(&twos)
    step(&fours)
    step(&eights)
    step(&sixteens)
    step(&thirtyTwos)
  }

  /// Sets the number of the given columns, which must be 0 there, to `rows`, 0...63.
  mutating func cover(_ columns: UInt64, rows: Int) {
    func plane(_ bit: Int) -> UInt64 { rows >> bit & 1 == 1 ? columns : 0 }
    ones |= plane(0)
    twos |= plane(1)
    fours |= plane(2)
    eights |= plane(3)
    sixteens |= plane(4)
    thirtyTwos |= plane(5)
  }

  /// The largest number, and the columns that have it.
  var longest: (rows: Int, columns: UInt64) {
    var rows = 0
    var columns = UInt64.max
    func step(_ plane: UInt64, _ weight: Int) {
      guard plane & columns != 0 else { return }
      columns &= plane
      rows += weight
    }
    step(thirtyTwos, 32)
    step(sixteens, 16)
    step(eights, 8)
    step(fours, 4)
    step(twos, 2)
    step(ones, 1)
    return (rows, columns)
  }

  /// The sum over all columns.
  var sum: Int {
    ones.nonzeroBitCount + 2 * twos.nonzeroBitCount + 4 * fours.nonzeroBitCount
      + 8 * eights.nonzeroBitCount + 16 * sixteens.nonzeroBitCount
      + 32 * thirtyTwos.nonzeroBitCount
  }
}
