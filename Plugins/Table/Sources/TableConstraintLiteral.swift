/// The fixed texts that a table is made of, none a prefix of another.
///
/// Where several are possible, an ending of the table takes the one that comes first here.
enum TableConstraintLiteral: Int, CaseIterable, Sendable {
  case closeCell, closeBold, closeItalic, closeSuperscript, closeSubscript
  case closeRow, closeHead, closeBody, closeTable
  case openBody, openHead, openTable, openRow
  case openCell, openColumnSpan, openRowSpan
  case endSpan, addColumnSpan
  case lessThan, greaterThan, ampersand
  case openBold, openItalic, openSuperscript, openSubscript

  var text: String {
    switch self {
    case .closeCell: "</td>"
    case .closeBold: "</b>"
    case .closeItalic: "</i>"
    case .closeSuperscript: "</sup>"
    case .closeSubscript: "</sub>"
    case .closeRow: "</tr>"
    case .closeHead: "</thead>"
    case .closeBody: "</tbody>"
    case .closeTable: "</table>"
    case .openBody: "<tbody>"
    case .openHead: "<thead>"
    case .openTable: "<table>"
    case .openRow: "<tr>"
    case .openCell: "<td>"
    case .openColumnSpan: "<td colspan=\""
    case .openRowSpan: "<td rowspan=\""
    case .endSpan: "\">"
    case .addColumnSpan: "\" colspan=\""
    case .lessThan: "&lt;"
    case .greaterThan: "&gt;"
    case .ampersand: "&amp;"
    case .openBold: "<b>"
    case .openItalic: "<i>"
    case .openSuperscript: "<sup>"
    case .openSubscript: "<sub>"
    }
  }
}

/// A set of ``TableConstraintLiteral``.
struct TableConstraintLiterals: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ literals: TableConstraintLiteral...) {
    rawValue = literals.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  /// The literal that an ending takes; `nil` for the empty set.
  var first: TableConstraintLiteral? {
    TableConstraintLiteral(rawValue: rawValue.trailingZeroBitCount)
  }

  /// The members' texts, for messages.
  var texts: [String] {
    TableConstraintLiteral.allCases
      .filter { rawValue >> UInt32($0.rawValue) & 1 == 1 }
      .map(\.text)
  }
}

/// Which literals have which byte at which place, for following all of them at once.
struct TableConstraintLiteralTable: Sendable {
  /// Bit sets by `place * 128 + byte`.
  private let sets: [UInt32]
  private let texts: [[UInt8]]

  init() {
    texts = TableConstraintLiteral.allCases.map { Array($0.text.utf8) }
    let longest = texts.map(\.count).max() ?? 0
    var sets = [UInt32](repeating: 0, count: longest * 128)
    for (literal, text) in texts.enumerated() {
      for (place, byte) in text.enumerated() {
        sets[place * 128 + Int(byte)] |= 1 << UInt32(literal)
      }
    }
    self.sets = sets
  }

  /// Members of `candidates` whose byte at `place`, below the length of the longest, is `byte`.
  func narrow(
    _ candidates: TableConstraintLiterals,
    at place: Int,
    to byte: UInt8
  ) -> TableConstraintLiterals {
    guard byte < 0x80 else { return [] }
    return TableConstraintLiterals(
      rawValue: candidates.rawValue & sets[place * 128 + Int(byte)]
    )
  }

  func length(of literal: TableConstraintLiteral) -> Int { texts[literal.rawValue].count }

  /// The byte of a literal at a place below its length.
  func byte(of literal: TableConstraintLiteral, at place: Int) -> UInt8 {
    texts[literal.rawValue][place]
  }
}
