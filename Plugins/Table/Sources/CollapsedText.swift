import XMLValidation

/// Collects the text of a cell from a file, with white space as HTML shows it: runs of it are one space,
/// and none stands at the ends of a line.
struct CollapsedText {
  private var runs = TextRunBuilder()
  /// Whether white space was read that is not written yet.
  private var hasSpace = false
  /// Whether a line has begun, so that white space counts.
  private var hasText = false

  /// The innermost open style.
  var innermost: InlineStyle? { runs.styles.last }

  /// Whether one more style may be opened.
  var canOpen: Bool { runs.styles.count < ModelTableParser.maximumStyleDepth }

  mutating func append(_ byte: UInt8) {
    guard byte > 0x20, byte != 0x7F else {
      hasSpace = hasText
      return
    }
    writeSpace()
    runs.append(byte)
    hasText = true
  }

  mutating func open(_ style: InlineStyle) {
    writeSpace()
    runs.open(style)
  }

  mutating func close() { runs.close() }

  mutating func breakLine() {
    hasSpace = false
    hasText = false
    runs.append(0x0A)
  }

  mutating func finish() -> [TextRun] { runs.finish() }

  private mutating func writeSpace() {
    if hasSpace { runs.append(0x20) }
    hasSpace = false
  }
}

extension CollapsedText {
  /// The text of an HTML cell: its characters, its line breaks, and the styles that the document has.
  ///
  /// Other elements count for their text alone; nesting is bounded by the parser.
  static func content(of cell: MarkupElement) -> [TextRun] {
    var text = CollapsedText()
    text.add(cell)
    return text.finish()
  }

  private static let styles: [String: InlineStyle] = [
    "b": .bold, "strong": .bold, "i": .italic, "em": .italic, "sup": .superscript,
    "sub": .subscript,
  ]

  private mutating func add(_ element: MarkupElement) {
    for content in element.content {
      switch content {
      case .text(let text, _): for byte in text.utf8 { append(byte) }
      case .element(let child):
        switch child.name {
        case "br": breakLine()
        case "script", "style", "template": break
        default:
          guard let style = Self.styles[child.name], canOpen else {
            add(child)
            continue
          }
          open(style)
          add(child)
          close()
        }
      }
    }
  }
}
