import XMLValidation

/// A table of an HTML document as the tree that TEDS compares.
struct TableTree {
  /// A node's label.
  struct Node {
    var tag: String
    /// Only of `td`; others have 0.
    var columnSpan = 0
    /// Only of `td`; others have 0.
    var rowSpan = 0
    /// Only of `td`: its characters and the tags within it, one token each.
    var tokens: [Token] = []
  }

  /// A piece of a cell's content.
  enum Token: Hashable {
    case character(Unicode.Scalar)
    case start(String)
    case end(String)
  }

  private(set) var shape = OrderedTree()
  /// Labels in postorder.
  private(set) var nodes: [Node] = []
  /// Elements below the table, those within cells too.
  private(set) var descendantCount = 0

  /// Reads the first table that is a child of the body.
  ///
  /// - Returns: `nil` when there is none, or a cell's span is not an integer.
  init?(html: String) {
    guard !html.isEmpty, let root = MarkupDocument.html(Array(html.utf8)).root,
      let body = root.name == "body" ? root : root.elements.first(where: { $0.name == "body" }),
      let table = body.elements.first(where: { $0.name == "table" }),
      add(table)
    else { return nil }
    descendantCount -= 1
  }

  /// Adds an element and what is below it; nesting is bounded by the parser.
  ///
  /// - Returns: `false` when a span is not an integer.
  private mutating func add(_ element: MarkupElement) -> Bool {
    descendantCount += 1
    let first = shape.count
    var node = Node(tag: element.name)
    if element.name == "td" {
      guard let columns = Self.integer(element[attribute: "colspan"] ?? "1"),
        let rows = Self.integer(element[attribute: "rowspan"] ?? "1")
      else { return false }
      node.columnSpan = columns
      node.rowSpan = rows
      tokenize(element, into: &node.tokens)
    } else {
      for child in element.elements where !add(child) { return false }
    }
    shape.append(firstDescendant: first)
    nodes.append(node)
    return true
  }

  /// Adds the tokens of a cell's content: each Unicode scalar and each tag.
  private mutating func tokenize(_ element: MarkupElement, into tokens: inout [Token]) {
    var afterCell = false
    for content in element.content {
      switch content {
      case .text(let text, _):
        // The reference drops what follows a cell within a cell.
        if !afterCell { tokens += text.unicodeScalars.map(Token.character) }
      case .element(let child):
        descendantCount += 1
        tokens.append(.start(child.name))
        tokenize(child, into: &tokens)
        if child.name != "unk" { tokens.append(.end(child.name)) }
        afterCell = child.name == "td"
      }
    }
  }

  /// An integer as Python's `int` reads it: blanks around it, a sign, underscores between digits.
  static func integer(_ text: String) -> Int? {
    if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      return Int(text)
    }
    var digits = text.drop(while: \.isWhitespace)
    while digits.last?.isWhitespace == true { digits.removeLast() }
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    guard digits.first?.isASCII == true, digits.first?.isNumber == true, digits.last != "_",
      !digits.contains("__")
    else { return nil }
    guard let value = Int(digits.filter { $0 != "_" }) else { return nil }
    return isNegative ? -value : value
  }
}
