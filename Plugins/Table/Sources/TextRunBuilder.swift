/// Collects bytes and styles into runs.
package struct TextRunBuilder {
  /// The styles open now, outermost first.
  package private(set) var styles: [InlineStyle] = []
  private var bytes: [UInt8] = []
  private var runs: [TextRun] = []

  package mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  package mutating func open(_ style: InlineStyle) {
    flush()
    styles.append(style)
  }

  /// Closes the innermost style, if one is open.
  package mutating func close() {
    flush()
    _ = styles.popLast()
  }

  package mutating func finish() -> [TextRun] {
    flush()
    return runs
  }

  /// Ends a run; runs without text vanish and neighbours of one style become one.
  private mutating func flush() {
    guard !bytes.isEmpty else { return }
    var text = String(decoding: bytes, as: UTF8.self)
    bytes.removeAll(keepingCapacity: true)
    if let last = runs.last, last.styles == styles {
      text = last.text + text
      runs.removeLast()
    }
    runs.append(TextRun(text: text, styles: styles))
  }
}
