/// The fixed texts that OTSL is made of; see ``ConstraintLiteral`` for what their order means.
enum OTSLLiteral: Int, ConstraintLiteral {
  case closeBold, closeItalic, closeSuperscript, closeSubscript
  case newLine, closeTable, openTable
  case cross, empty, columnHeader, filled, rowHeader, sectionRow, left, up
  case lessThan, greaterThan, ampersand
  case openBold, openItalic, openSuperscript, openSubscript
  case lineBreak

  var text: String {
    switch self {
    case .closeBold: "</b>"
    case .closeItalic: "</i>"
    case .closeSuperscript: "</sup>"
    case .closeSubscript: "</sub>"
    case .newLine: OTSLToken.newLine.rawValue
    case .closeTable: OTSLToken.closing
    case .openTable: OTSLToken.opening
    case .cross: OTSLToken.cross.rawValue
    case .empty: OTSLToken.empty.rawValue
    case .columnHeader: OTSLToken.columnHeader.rawValue
    case .filled: OTSLToken.filled.rawValue
    case .rowHeader: OTSLToken.rowHeader.rawValue
    case .sectionRow: OTSLToken.sectionRow.rawValue
    case .left: OTSLToken.left.rawValue
    case .up: OTSLToken.up.rawValue
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

/// A set of ``OTSLLiteral``.
typealias OTSLLiterals = LiteralSet<OTSLLiteral>
