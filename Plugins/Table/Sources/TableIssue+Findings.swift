package import TaskProtocol
import XMLValidation

extension TableIssue {
  /// Whether the issue leaves no grid that could be shown.
  package var leavesNoGrid: Bool {
    switch self {
    case .overlap, .tooLarge: true
    default: false
    }
  }
}

extension Finding {
  /// What the strict parser refused.
  package init(_ error: ModelTableError) {
    self.init(
      code: error.code,
      severity: .error,
      message: error.message,
      line: error.position.line,
      column: error.position.column,
      suggestion: error.suggestion
    )
  }
}

/// Puts the issues of one table into words.
package struct IssueDescription {
  package let table: SourceTable
  package let formation: TableFormation
  /// Added to messages where a file has several tables, such as `Table 2: `.
  package var prefix = ""
  /// Severity of rows that are too short or too wide: an error in a model's output, where they are
  /// misread, and a warning in a file, where HTML allows them.
  package var raggedSeverity = Severity.error
  /// Whether the table is OTSL, whose spans are tokens and no numbers.
  package var isOTSL = false
  private let rows: [SourceRow]

  package init(table: SourceTable, formation: TableFormation) {
    self.table = table
    self.formation = formation
    rows = table.groups.flatMap(\.rows)
  }

  /// The finding for one issue of the formation.
  package func finding(for issue: TableIssue) -> Finding {
    switch issue {
    case .overlap(let cell, let earlier, let column):
      make(
        "cell-overlap",
        .error,
        "\(name(cell)) covers column \(column + 1), which \(name(earlier).lowercasedFirst) already"
          + " covers.",
        position(of: cell),
        "Reduce its colspan, or the rowspan of the earlier cell."
      )
    case .spanPastGroup(let cell, let requested, let available):
      make(
        "span-past-group",
        .error,
        isOTSL
          ? "\(name(cell)) spans \(requested) rows, but the head has \(available) left."
          : "\(name(cell)) spans \(requested) rows, but its row group has \(available) left;"
            + " browsers clip it there.",
        position(of: cell),
        isOTSL
          ? "Start a cell of its own below the head."
          : available == 1 ? "Remove the rowspan." : "Set rowspan to \(available)."
      )
    case .rowTooWide(let row, let width, let expected):
      make(
        "ragged-row",
        raggedSeverity,
        "Row \(row + 1) is \(width) columns wide, more than the \(expected) \(established).",
        rows[row].position,
        "Check for a cell or span too many in this row or too few in the first."
      )
    case .rowTooShort(let row, let firstFree, let expected):
      make(
        "ragged-row",
        raggedSeverity,
        "Row \(row + 1) leaves column \(firstFree + 1) empty; \(expected) columns were \(established).",
        rows[row].position,
        "Add empty cells or a colspan."
      )
    case .rowWithoutCell(let row):
      make(
        "row-without-cell",
        .error,
        "No cell starts in row \(row + 1).",
        rows[row].position,
        isOTSL
          ? "Leave out a row that is made of <ucel> and <xcel> only."
          : "Remove the row and lower the rowspans that reach into it."
      )
    case .columnsWithoutCell(let first, let last):
      make(
        "column-without-cell",
        .error,
        first == last
          ? "No cell starts in column \(first + 1)."
          : "No cell starts in columns \(first + 1) to \(last + 1).",
        establishing(first),
        isOTSL
          ? "A cell that no row divides is one column wide."
          : "Lower the colspans that reach over it."
      )
    case .tooLarge(let row):
      make(
        "table-too-large",
        .error,
        "The table is larger than \(TableFormation.maximumColumns) columns or"
          + " \(TableFormation.maximumSlots) slots and was not checked from row \(row + 1) on.",
        row < rows.count ? rows[row].position : nil,
        nil
      )
    }
  }

  private var established: String {
    table.declaredColumns == nil
      ? "established by the first row" : "established by <col> and <colgroup>"
  }

  private func make(
    _ code: String,
    _ severity: Severity,
    _ message: String,
    _ position: SourcePosition?,
    _ suggestion: String?
  ) -> Finding {
    Finding(
      code: code,
      severity: severity,
      message: prefix + message,
      line: position?.line,
      column: position?.column,
      suggestion: suggestion
    )
  }

  private func name(_ cell: Int) -> String {
    let placed = formation.cells[cell]
    return "Cell \(placed.ordinal + 1) of row \(placed.row + 1)"
  }

  private func position(of cell: Int) -> SourcePosition? {
    let placed = formation.cells[cell]
    return rows[placed.row].cells[placed.ordinal].position
  }

  /// The first cell that covers a column.
  private func establishing(_ column: Int) -> SourcePosition? {
    formation.cells.firstIndex { $0.column <= column && column < $0.column + $0.columnSpan }
      .flatMap { position(of: $0) }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
