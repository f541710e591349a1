import TableDomain

/// A rectangle of slots; rows and columns are counted from 0.
struct Rectangle: Equatable {
  var row: Int
  var column: Int
  var height: Int
  var width: Int
}

/// Every way to cut a grid into rectangles, each in reading order of the upper left corners.
func tilings(rows: Int, columns: Int) -> [[Rectangle]] {
  var found: [[Rectangle]] = []
  var covered = [Bool](repeating: false, count: rows * columns)
  var tiling: [Rectangle] = []

  func fill() {
    guard let free = covered.firstIndex(of: false) else {
      found.append(tiling)
      return
    }
    let row = free / columns
    let column = free % columns
    for height in 1...rows - row {
      for width in 1...columns - column {
        let slots = (row..<row + height).flatMap { y in
          (column..<column + width).map { y * columns + $0 }
        }
        guard slots.allSatisfy({ !covered[$0] }) else { continue }
        for slot in slots { covered[slot] = true }
        tiling.append(Rectangle(row: row, column: column, height: height, width: width))
        fill()
        tiling.removeLast()
        for slot in slots { covered[slot] = false }
      }
    }
  }
  fill()
  return found
}

/// A table in the model's language whose cells say `c0`, `c1`, ...
func html(_ tiling: [Rectangle], rows: Int, headRows: Int = 0) -> String {
  var text = "<table>"
  for row in 0..<rows {
    if row == 0, headRows > 0 { text += "<thead>" }
    if row == headRows { text += "<tbody>" }
    text += "<tr>"
    for (index, cell) in tiling.enumerated() where cell.row == row {
      text += "<td"
      if cell.height > 1 { text += " rowspan=\"\(cell.height)\"" }
      if cell.width > 1 { text += " colspan=\"\(cell.width)\"" }
      text += ">c\(index)</td>"
    }
    text += "</tr>"
    if row == headRows - 1 { text += "</thead>" }
  }
  return text + "</tbody></table>"
}

/// Numbers that are the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
