/// The fixed texts that a table is made of, none a prefix of another.
///
/// Where several are possible, an ending of the table takes the one that comes first here.
enum TableConstraintLiteral: Int, ConstraintLiteral {
  case closeCell, closeBold, closeItalic, closeSuperscript, closeSubscript
  case closeRow, closeHead, closeBody, closeTable
  case openBody, openHead, openTable, openRow
  case openCell, openColumnSpan, openRowSpan
  case endSpan, addColumnSpan
  case lessThan, greaterThan, ampersand
  case openBold, openItalic, openSuperscript, openSubscript
  case lineBreak

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
    case .lineBreak: InlineStyle.lineBreakTag
    }
  }
}

/// A set of ``TableConstraintLiteral``.
typealias TableConstraintLiterals = LiteralSet<TableConstraintLiteral>
