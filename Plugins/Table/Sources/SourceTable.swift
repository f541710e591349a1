package import XMLValidation

/// A table as its author wrote it: groups of rows of cells, before cells have columns.
package struct SourceTable: Equatable, Sendable {
  /// Columns announced by `<col>` and `<colgroup>`, `nil` without them.
  package var declaredColumns: Int?
  /// Row groups from top to bottom.
  package var groups: [SourceGroup]

  package init(declaredColumns: Int? = nil, groups: [SourceGroup]) {
    self.declaredColumns = declaredColumns
    self.groups = groups
  }
}

/// A `<thead>`, `<tbody>` or `<tfoot>`, or a run of rows outside of them.
package struct SourceGroup: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case head = "thead"
    case body = "tbody"
    case foot = "tfoot"
  }

  package var kind: Kind
  package var rows: [SourceRow]

  package init(kind: Kind, rows: [SourceRow]) {
    self.kind = kind
    self.rows = rows
  }
}

/// A `<tr>`.
package struct SourceRow: Equatable, Sendable {
  package var cells: [SourceCell]
  package var position: SourcePosition?

  package init(cells: [SourceCell], position: SourcePosition? = nil) {
    self.cells = cells
    self.position = position
  }
}

/// A `<td>` or `<th>`.
package struct SourceCell: Equatable, Sendable {
  /// Rows asked for, 1...65534; 0 asks for all that are left in the group.
  package var rowSpan: Int
  /// Columns asked for, 1...1000.
  package var columnSpan: Int
  package var position: SourcePosition?
  /// What the cell says, where that was read.
  package var content: [TextRun]

  package init(
    rowSpan: Int,
    columnSpan: Int,
    position: SourcePosition? = nil,
    content: [TextRun] = []
  ) {
    self.rowSpan = rowSpan
    self.columnSpan = columnSpan
    self.position = position
    self.content = content
  }
}
