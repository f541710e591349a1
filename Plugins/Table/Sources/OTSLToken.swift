/// The tokens of OTSL, the "optimised table structure language".
///
/// Sources: Lysak et al., *Optimized Table Tokenization for Table Structure Recognition*, ICDAR 2023
/// (arXiv 2305.03393), for the five structure tokens C, L, U, X and NL and their rules; docling-core
/// 2.104 (`types/doc/tokens.py`, `types/doc/items/table/table.py`) for the written forms, for cells
/// with text, and for the three kinds of header.
enum OTSLToken: String, CaseIterable, Sendable {
  /// A cell with text.
  case filled = "<fcel>"
  /// A cell without text.
  case empty = "<ecel>"
  /// The cell on the left goes on here.
  case left = "<lcel>"
  /// The cell above goes on here.
  case up = "<ucel>"
  /// The cell on the left and above goes on here.
  case cross = "<xcel>"
  /// The cell is the head of its column.
  case columnHeader = "<ched>"
  /// The cell is the head of its row.
  case rowHeader = "<rhed>"
  /// The cell is the heading of the rows below.
  case sectionRow = "<srow>"
  /// The row ends.
  case newLine = "<nl>"

  static let opening = "<otsl>"
  static let closing = "</otsl>"

  /// Whether a cell starts here.
  var startsCell: Bool {
    switch self {
    case .filled, .empty, .columnHeader, .rowHeader, .sectionRow: true
    case .left, .up, .cross, .newLine: false
    }
  }

  /// Whether text may follow.
  var hasText: Bool { startsCell && self != .empty }
}
